/** Where in YAML text that is still being written the cursor stands. Knows nothing of the editor. */
import { isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, visit, type Document, type Node } from 'yaml';

export type YamlPath = readonly (string | number)[];

/** What could be written at a place. Offsets of `range` are columns of the line. */
export interface YamlPlace {
  /** `key`: a key of the map at `path`; `value`: the value at `path`; `either`: the start of a list's element. */
  readonly part: 'key' | 'value' | 'either';
  readonly path: YamlPath;
  /** Keys that the map has already. */
  readonly siblings: readonly string[];
  /** Columns of the word that is being written, end exclusive. */
  readonly range: { readonly start: number; readonly end: number };
  /** Whether the word stands in quotes. */
  readonly isQuoted: boolean;
  /** Whether it stands in `{ … }` or `[ … ]`. */
  readonly isFlow: boolean;
  /** Whether a colon follows: then only the key's name is written. */
  readonly hasColon: boolean;
  /** The data of the file without what is being written. */
  readonly data: unknown;
}

/** Stands for the word at the cursor while the rest is read. */
const MARK = 'openline_cursor_7f3a';
const WORD_BEFORE = /(?:[^\s,[\]{}#"':]|:(?=\S))*$/u;
const WORD_AFTER = /^(?:[^\s,[\]{}#"':]|:(?=[^\s,\]}]))*/u;

/**
 * The place at a cursor, by reading the text with a mark in place of the word that is being written.
 *
 * @param line index of the line, from 0
 * @returns undefined where no key and no value can stand: in comments, in texts of several lines
 */
export function yamlPlaceAt(text: string, line: number, column: number): YamlPlace | undefined {
  const lines = text.split(/\r?\n/u);
  const current = lines[line] ?? '';
  const start = column - (WORD_BEFORE.exec(current.slice(0, column))?.[0].length ?? 0);
  const after = WORD_AFTER.exec(current.slice(column))?.[0] ?? '';
  const end = column + after.length;
  const quote = /["']/u.exec(current[start - 1] ?? '')?.[0];
  const isQuoted = quote !== undefined && current[end] === quote;
  const rest = current.slice(isQuoted ? end + 1 : end);
  const hasColon = /^\s*:(?:\s|$)/u.test(rest);
  const head = current.slice(0, start);
  // Alone in its line, perhaps after dashes: the key of a block, or a text. As a key it can be told from both.
  const isAlone = /^\s*(?:- +)*$/u.test(head) && !hasColon && /^\s*(?:#.*)?$/u.test(rest);
  // A value of an earlier line that goes on here would take the mark into itself.
  const marked = isAlone ? `${head}${MARK}:${rest}` : `${current.slice(0, start)}${MARK}${current.slice(end)}`;
  const source = lines.with(line, marked).join('\n');
  const document = parseDocument(source, { prettyErrors: false, logLevel: 'silent' });
  const found = findMark(document);
  if (found === undefined) return undefined;
  const isElement = isAlone && /- +$/u.test(head);
  const isFlow = isInFlow(document, source, lines.slice(0, line).join('\n').length + 1 + start);
  const { path, isKey, siblings } = found;
  return {
    part: !isKey ? 'value' : isElement ? 'either' : 'key',
    path,
    siblings,
    range: { start, end },
    isQuoted,
    isFlow,
    hasColon,
    data: dataOf(document),
  };
}

/** The key or value that stands at a place of finished text, with the path to it. Offsets count what stands in the text. */
export function yamlNodeAt(
  text: string,
  offset: number,
): { readonly path: YamlPath; readonly isKey: boolean; readonly start: number; readonly end: number } | undefined {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  let found: { path: YamlPath; isKey: boolean; start: number; end: number } | undefined;
  visit(document, {
    Scalar(key, node, ancestors) {
      const [start, end] = node.range ?? [1, 0];
      if (offset < start || offset > end || start === end) return undefined;
      const isKey = key === 'key';
      found = { path: [...pathOf(ancestors, node), ...(isKey ? [String(node.value)] : [])], isKey, start, end };
      return visit.BREAK;
    },
  });
  return found;
}

/** The data of YAML text, as far as it can be read. */
export function yamlDataOf(text: string): unknown {
  return dataOf(parseDocument(text, { prettyErrors: false, logLevel: 'silent' }));
}

/** Where the key or value at a path stands; undefined when there is none. Offsets, end exclusive. */
export function yamlRangeOf(
  text: string,
  path: YamlPath,
  part: 'key' | 'value' | 'both',
): { readonly start: number; readonly end: number } | undefined {
  const { contents } = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  let node: unknown = contents;
  let key: unknown;
  for (const name of path) {
    if (isMap<Node, Node | null>(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(name));
      [key, node] = [pair?.key, pair?.value];
    } else if (isSeq(node) && typeof name === 'number') [key, node] = [undefined, node.items[name]];
    else return undefined;
  }
  const of = (one: unknown): readonly [number, number] | undefined => {
    const range = isScalar(one) || isMap(one) || isSeq(one) ? one.range : undefined;
    return range == null ? undefined : [range[0], range[1]];
  };
  const [keyRange, valueRange] = [of(key), of(node)];
  const first = part === 'value' ? valueRange : (keyRange ?? valueRange);
  const last = part === 'key' ? first : (valueRange ?? keyRange);
  return first === undefined || last === undefined ? undefined : { start: first[0], end: last[1] };
}

/** Counts lines for offsets of a text. Both from 0. */
export function lineCounterOf(text: string): (offset: number) => { readonly line: number; readonly column: number } {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines.addNewLine(at + 1);
  return (offset) => {
    const { line, col } = lines.linePos(offset);
    return { line: line - 1, column: col - 1 };
  };
}

function findMark(
  document: Document.Parsed,
): { readonly path: YamlPath; readonly isKey: boolean; readonly siblings: readonly string[] } | undefined {
  let found: { path: YamlPath; isKey: boolean; siblings: readonly string[] } | undefined;
  visit(document, {
    Scalar(key, node, ancestors) {
      if (node.value !== MARK) return undefined;
      const map = ancestors.findLast((ancestor) => isMap(ancestor));
      const isKey = key === 'key';
      const names = isMap<Node>(map) ? map.items.map((item) => (isScalar(item.key) ? String(item.key.value) : '')) : [];
      found = { path: pathOf(ancestors, node), isKey, siblings: names.filter((name) => name !== MARK) };
      return visit.BREAK;
    },
  });
  return found;
}

/** The path to the value, or for a key to the map that holds it. */
export function pathOf(ancestors: readonly unknown[], node: unknown): YamlPath {
  return ancestors.flatMap((ancestor, index): (string | number)[] => {
    const next = ancestors[index + 1] ?? node;
    if (isPair(ancestor))
      return ancestor.key === next ? [] : [isScalar(ancestor.key) ? String(ancestor.key.value) : ''];
    return isSeq(ancestor) ? [ancestor.items.indexOf(next)] : [];
  });
}

function isInFlow(document: Document.Parsed, source: string, offset: number): boolean {
  let flow = false;
  visit(document, {
    Collection(_, node) {
      const [start, end] = node.range ?? [1, 0];
      if (node.flow === true && offset > start && offset <= end && /[[{]/u.test(source[start] ?? '')) flow = true;
    },
  });
  return flow;
}

function dataOf(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch {
    // References that lead nowhere, or too many of them: the check of the file tells.
    return undefined;
  }
}
