import { isScalar, isSeq, parseDocument } from 'yaml';
import { parseJson } from '../record/json.ts';
import { findMarkedLines } from './markedLines.ts';

/** A list read from a model's answer, at least one item; or why there is none. */
export type ListReading =
  { readonly items: readonly string[] } | { readonly problem: 'no-list' | 'ambiguous'; readonly message: string };

/** Longer texts are not tried as YAML: no model lists that much in one answer, and the parser takes its time. */
const YAML_LIMIT = 400_000;

/** A comment, a tag or an anchor would make YAML drop words that the model meant as text. */
const YAML_EXTRAS = /(?:^|\s)#|^\s*-\s+[!&]/mu;
const MARKED_CONTINUATION = /\n\s*(?:[-*•]|\d{1,9}[.)])\s/u;

/**
 * Reads the list that an answer holds, without asking anybody. The forms are tried in order:
 *
 * 1. A JSON array of strings: the whole answer, or the only code fence in it.
 * 2. A YAML list of strings, in the same places. An answer with `#`, tags or anchors, or in which YAML would fold
 *    marked lines into the item above them, is left to the third form, which loses nothing of it.
 * 3. The longest run of lines at one indent that start with `-`, `*`, `•`, `N.` or `N)` (see findMarkedLines).
 *    Following lines of an item keep their line breaks and lose the indent that the marker gives them. Text before
 *    and after is dropped. Marker, surrounding bold and surrounding quotes are removed, nothing else.
 *
 * A fence that is part of an item is text and not the answer. Items without any text do not count. How many items
 * there should be is not asked here. The time taken is linear in the length of the answer.
 */
export function parseList(text: string): ListReading {
  const answer = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const whole = readArray(answer);
  if (whole !== undefined) return { items: whole };
  const { longest, fences } = findMarkedLines(answer);
  const fence = fences.length === 1 ? fences[0] : undefined;
  const structured =
    (fence === undefined ? undefined : readArray(fence)) ??
    readYamlList(answer) ??
    (fence === undefined ? undefined : readYamlList(fence));
  if (structured !== undefined) return { items: structured };

  const [items] = longest;
  if (items === undefined) return { problem: 'no-list', message: whyNoList(answer) };
  if (longest.length > 1) {
    const size = items.length === 1 ? 'one item' : `${items.length} items`;
    const message = `the answer holds ${longest.length} lists of ${size} each, so it is not clear which one is meant`;
    return { problem: 'ambiguous', message };
  }
  return { items };
}

function whyNoList(answer: string): string {
  return answer.trim() === ''
    ? 'the answer is empty'
    : 'the answer holds no list: it is neither a JSON array nor a YAML list of strings, and no line starts with -, *, •, 1. or 1)';
}

function readArray(text: string): string[] | undefined {
  const trimmed = text.trim();
  return trimmed.startsWith('[') && trimmed.endsWith(']') ? strings(parseJson(trimmed)) : undefined;
}

function readYamlList(text: string): string[] | undefined {
  const trimmed = text.trim();
  if (trimmed.length > YAML_LIMIT || !/^(?:-\s|\[)/u.test(trimmed) || YAML_EXTRAS.test(trimmed)) return undefined;
  try {
    const document = parseDocument(trimmed, { prettyErrors: false, logLevel: 'error' });
    const { contents, errors } = document;
    if (errors.length > 0 || !isSeq(contents)) return undefined;
    const values: unknown[] = [];
    for (const node of contents.items) {
      if (!isScalar(node)) return undefined;
      const folds = node.type === 'PLAIN' && MARKED_CONTINUATION.test(trimmed.slice(node.range[0], node.range[1]));
      if (folds) return undefined;
      values.push(node.value);
    }
    return strings(values);
  } catch {
    // Nesting deeper than the parser's stack: whatever it is, it is no list of strings.
    return undefined;
  }
}

/** The list, if it is one of strings with at least one that is not blank; blank ones are left out. */
function strings(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const texts: string[] = [];
  for (const element of value as readonly unknown[]) {
    if (typeof element !== 'string') return undefined;
    if (element.trim() !== '') texts.push(element);
  }
  return texts.length === 0 ? undefined : texts;
}
