/** Writes into a pipeline's text that a step asks with another template; everything else of the text stays as it is. */
import { isMap, isNode, isScalar, isSeq, parseDocument, type Node, type YAMLMap } from 'yaml';
import { writeReference } from './templateReferences.ts';

/** A piece of a text (offsets, end exclusive) and what takes its place. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

type Entries = YAMLMap<Node, Node | null>;

/**
 * A recipe's step is given its template under `prompts`, a step of the file by its own `prompt`.
 *
 * @param step its id, or `conversion`
 * @param name of the template, as the pipeline can name it
 * @returns undefined where the text has no such step, or cannot be read as YAML
 */
export function useTemplate(text: string, step: string, name: string): TextEdit | undefined {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  const { contents } = document;
  if (document.errors.length > 0 || !isMap<Node, Node | null>(contents)) return undefined;
  const own = askingPartOf(contents, step);
  if (own !== undefined) return setEntry(text, own, 'prompt', name);
  // What the recipe calls its steps, the planner knows; a file with steps has only its own.
  if (contents.has('steps') && step !== 'conversion') return undefined;
  const prompts: unknown = contents.get('prompts', true);
  if (isMap<Node, Node | null>(prompts)) return setEntry(text, prompts, step, name);
  const entry = `prompts:\n  ${step}: ${writeReference(name, '')}\n`;
  const empty = contents.items.find(({ key }) => isScalar(key) && key.value === 'prompts');
  if (empty !== undefined) return replaceLine(text, empty.key, entry);
  const before = contents.items.findLast(({ key }) => isScalar(key) && ['with', 'recipe'].includes(String(key.value)));
  const end = endOfLine(text, lastOffset(before?.value ?? before?.key ?? contents.items.at(-1)?.key));
  return { start: end, end, text: text.slice(0, end).endsWith('\n') || end === 0 ? entry : `\n${entry}` };
}

/** The part of a step in the file that takes a `prompt`: of `{ id, generate: {…} }` the inner map. */
function askingPartOf(contents: Entries, id: string): Entries | undefined {
  const steps: unknown = contents.get('steps', true);
  if (!isSeq<Node>(steps)) return undefined;
  for (const step of steps.items) {
    if (!isMap<Node, Node | null>(step)) continue;
    const named: unknown = step.get('id');
    if (named !== id) continue;
    for (const kind of ['generate', 'dialogue', 'judge']) {
      const part: unknown = step.get(kind, true);
      if (isMap<Node, Node | null>(part)) return part;
    }
  }
  return undefined;
}

function setEntry(text: string, map: Entries, key: string, name: string): TextEdit | undefined {
  const present = map.items.find((item) => isScalar(item.key) && item.key.value === key);
  const range = present?.value?.range;
  if (range != null) {
    const [start, valueEnd] = range;
    const before = text.slice(start, valueEnd);
    const isBlock = isNode(present?.value) && !isScalar(present.value) && !before.startsWith('{');
    const written = writeReference(name, isScalar(present?.value) ? before : '');
    // A block (`text: …` on lines of its own) ends with a line.
    if (!isBlock) return { start, end: valueEnd, text: written };
    const colon = text.lastIndexOf(':', start);
    return { start: colon + 1, end: valueEnd, text: ` ${written}${before.endsWith('\n') ? '\n' : ''}` };
  }
  const entry = `${key}: ${writeReference(name, '')}`;
  const [start = 0, end = 0] = map.range ?? [];
  if (map.flow === true) {
    const inside = text.slice(start + 1, end - 1);
    const kept = inside.trimEnd();
    const at = start + 1 + kept.length;
    const comma = kept === '' || kept.endsWith(',') ? ' ' : ', ';
    return {
      start: at,
      end: end - 1,
      text: `${comma}${entry}${inside.includes('\n') ? inside.slice(kept.length) : ' '}`,
    };
  }
  const first = map.items[0]?.key.range?.[0];
  if (first === undefined) return undefined;
  const indent = first - (text.lastIndexOf('\n', first - 1) + 1);
  return { start: first, end: first, text: `${entry}\n${' '.repeat(indent)}` };
}

/** The line on which a key stands without a value. */
function replaceLine(text: string, key: Node, entry: string): TextEdit {
  const start = key.range?.[0] ?? 0;
  return { start, end: endOfLine(text, start), text: entry };
}

function lastOffset(node: Node | null | undefined): number {
  const [start = 0, end = start] = node?.range ?? [];
  return Math.max(start, end - 1);
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end + 1;
}
