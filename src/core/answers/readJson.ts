import { parseJson, type Json } from '../record/json.ts';

/** The value in an answer, or why there is none. */
export type JsonReading =
  { readonly value: Json } | { readonly problem: 'no-json' | 'several-json'; readonly message: string };

/**
 * Reads the JSON in an answer. What stands around the one object or list (a fence, a remark) is left out, a comma before
 * a closing bracket is dropped, and a line break within a text becomes `\n`. Nothing is made up: what is cut off, or needs
 * a quote or a bracket more, is no JSON; of several values none is taken.
 *
 * @param wanted of what stands among other words only this counts
 */
export function readJson(answer: string, wanted?: 'object' | 'array'): JsonReading {
  const text = answer.replace(/^\uFEFF/u, '').trim();
  const whole = parseJson(text) ?? parseJson(withoutFence(text));
  if (whole !== undefined) return { value: whole };
  const found = valuesIn(text).filter((value) => wanted === undefined || Array.isArray(value) === (wanted === 'array'));
  const [first] = found;
  if (first === undefined) return { problem: 'no-json', message: 'the answer holds no JSON that can be read' };
  if (found.length > 1) return { problem: 'several-json', message: `the answer holds ${found.length} JSON values` };
  return { value: first };
}

function withoutFence(text: string): string {
  return /^```[^\n`]*\n(?<inside>[\s\S]*?)\n?```$/u.exec(text)?.groups?.['inside'] ?? text;
}

/** So many opening brackets are looked at; a text with more of them before its JSON is no answer with a remark. */
const MOST_OPENINGS = 1000;

/** All objects and lists that stand in a text, from left to right, those within others left out. */
function valuesIn(text: string): readonly Json[] {
  const values: Json[] = [];
  let start = nextOpening(text, 0);
  for (let seen = 0; start !== -1 && seen < MOST_OPENINGS; seen += 1) {
    const end = endOf(text, start);
    const value = end === -1 ? undefined : readRepaired(text.slice(start, end));
    if (value !== undefined) values.push(value);
    start = nextOpening(text, value === undefined ? start + 1 : end);
  }
  return values;
}

function nextOpening(text: string, from: number): number {
  const length = text.slice(from).search(/[[{]/u);
  return length === -1 ? -1 : from + length;
}

/** Behind the bracket that closes the one at `start`; -1 where there is none. */
function endOf(text: string, start: number): number {
  let depth = 0;
  let quoted = false;
  for (let index = start; index < text.length; index += 1) {
    const character = text[index];
    if (quoted) {
      if (character === '\\') index += 1;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') {
      depth -= 1;
      if (depth === 0) return index + 1;
    }
  }
  return -1;
}

function readRepaired(text: string): Json | undefined {
  return parseJson(text) ?? parseJson(repaired(text));
}

/** The text without commas before closing brackets, and with escapes for line breaks and tabs within texts. */
function repaired(text: string): string {
  // Texts are matched whole, so that what stands in them is no bracket.
  return text.replaceAll(/"(?:[^"\\]|\\[\s\S])*"|,(?=\s*[}\]])/gu, (found) =>
    found === ','
      ? ''
      : found.replaceAll(/[\n\r\t]/gu, (character) =>
          character === '\n' ? '\\n' : character === '\r' ? '\\r' : '\\t',
        ),
  );
}
