/**
 * Changes of single values in YAML text that leave everything else as a person wrote it: comments, order, blank lines,
 * quotes, `{ … }` or lines.
 */
import { isDeepStrictEqual } from 'node:util';
import { isMap, isPair, isScalar, isSeq, parseDocument, type Document, type Node, type Pair, type YAMLMap } from 'yaml';
import { isJsonObject, type Json } from '../record/json.ts';
import type { DataPath } from './checkValue.ts';
import { inlineYaml, lineEnd, lineStart, scalarYaml, trimmedEnd } from './yamlFragments.ts';

/** A part of the text, by offsets with an exclusive end, and what takes its place. */
export interface TextChange {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface SetYamlOptions {
  /** Keys of the map in the order in which they are usually written: where a new one goes. Default: behind the last. */
  readonly order?: readonly string[];
}

/** The text cannot be changed by its data: it is no YAML, or nothing stands where the path leads. */
export class UnchangeableYamlError extends Error {
  override readonly name = 'UnchangeableYamlError';
}

/**
 * What has to be changed so that the value at a path is another. Maps on the way are made; a line that is commented out
 * (`# name: 5 # what it does`) in the map is taken into use again.
 *
 * @param value undefined: the key or the element is taken out; a map that would be empty goes with it
 * @returns changes that do not overlap; none where there is nothing to do
 * @throws UnchangeableYamlError
 */
export function setYaml(
  text: string,
  path: DataPath,
  value: Json | undefined,
  options: SetYamlOptions = {},
): readonly TextChange[] {
  const document = parseDocument(text, { prettyErrors: false });
  if (document.errors.length > 0) throw new UnchangeableYamlError(document.errors[0]?.message ?? 'the text is no YAML');
  const before = dataOf(document);
  const expected = value === undefined ? withoutAt(before, path) : withAt(before, path, value);
  if (isDeepStrictEqual(before, expected)) return [];
  const changes = tryChanges(text, document, path, value, options);
  if (changes !== undefined && isDeepStrictEqual(dataOf(parseDocument(applyChanges(text, changes))), expected)) {
    return changes;
  }
  // Odd forms (anchors, keys in several lines …): right, but written anew as a whole.
  if (value === undefined) document.deleteIn(path);
  else document.setIn(path, document.createNode(value));
  return [{ start: 0, end: text.length, text: document.toString({ lineWidth: 0 }) }];
}

/** Carries changes out. */
export function applyChanges(text: string, changes: readonly TextChange[]): string {
  return [...changes]
    .sort((one, other) => other.start - one.start)
    .reduce((result, { start, end, text: put }) => result.slice(0, start) + put + result.slice(end), text);
}

function tryChanges(
  text: string,
  document: Document,
  path: DataPath,
  value: Json | undefined,
  options: SetYamlOptions,
): readonly TextChange[] | undefined {
  try {
    const edit = new YamlEdit(text, document);
    return value === undefined ? edit.remove(path) : edit.set(path, value, options.order ?? []);
  } catch (error) {
    if (error instanceof UnchangeableYamlError) return undefined;
    throw error;
  }
}

class YamlEdit {
  readonly #text: string;
  readonly #document: Document;

  constructor(text: string, document: Document) {
    this.#text = text;
    this.#document = document;
  }

  set(path: DataPath, value: Json, order: readonly string[]): readonly TextChange[] {
    const name = path.at(-1);
    if (name === undefined) throw new UnchangeableYamlError('the path is empty');
    const parent = this.#nodeAt(path.slice(0, -1));
    if (isSeq<Node>(parent)) return this.#setElement(parent, Number(name), value);
    if (!isMap<Node, Node | null>(parent) || (parent.items.length === 0 && parent.flow !== true)) {
      return this.#setParent(path, value, order);
    }
    const pair = pairOf(parent, name);
    if (pair !== undefined) return this.#replace(pair, value, parent.flow === true);
    return parent.flow === true
      ? this.#insertIntoFlow(parent, String(name), value)
      : this.#insertLine(parent, String(name), value, order);
  }

  remove(path: DataPath): readonly TextChange[] {
    const name = path.at(-1);
    const parent = this.#nodeAt(path.slice(0, -1));
    if (isSeq<Node>(parent)) return this.#removeElement(path, parent, Number(name));
    if (!isMap<Node, Node | null>(parent) || name === undefined) throw new UnchangeableYamlError('nothing is there');
    const index = parent.items.findIndex((pair) => isKey(pair, name));
    const pair = parent.items[index];
    if (pair === undefined) throw new UnchangeableYamlError('nothing is there');
    const isOnly = parent.items.length === 1 && path.length > 1 && typeof path.at(-2) === 'string';
    const [start, end] = this.#span(pair);
    if (parent.flow === true) {
      if (isOnly) return this.remove(path.slice(0, -1));
      const before = parent.items[index - 1];
      const after = parent.items[index + 1];
      if (after !== undefined) return [{ start, end: this.#span(after)[0], text: '' }];
      return [{ start: before === undefined ? start : this.#span(before)[1], end, text: '' }];
    }
    const rest = this.#text.slice(end, lineEnd(this.#text, end));
    const isOneLine = !this.#text.slice(start, end).includes('\n');
    // The comment behind a value is kept, with the line as the way back.
    const own =
      isOneLine && /^\s+#/u.test(rest)
        ? { start, end: start, text: '# ' }
        : this.#lines(lineStart(this.#text, start), end);
    if (!isOnly) return [own];
    const holder = this.#nodeAt(path.slice(0, -2));
    const parentPair = isMap<Node, Node | null>(holder) ? pairOf(holder, path.at(-2) ?? '') : undefined;
    if (parentPair === undefined || own.text === '') return this.remove(path.slice(0, -1));
    const keyAt = rangeOf(parentPair.key)[0];
    return [this.#lines(lineStart(this.#text, keyAt), keyAt), own];
  }

  #nodeAt(path: DataPath): unknown {
    return path.length === 0 ? this.#document.contents : this.#document.getIn(path, true);
  }

  /** The map that is to hold the key is missing, or written as nothing. */
  #setParent(path: DataPath, value: Json, order: readonly string[]): readonly TextChange[] {
    const name = path.at(-1) ?? '';
    const above = path.slice(0, -1);
    if (typeof name !== 'string' || above.length === 0) throw new UnchangeableYamlError('no map is there');
    const holder = this.#nodeAt(above.slice(0, -1));
    const isTop = isMap<Node, Node | null>(holder) && holder === this.#document.contents && holder.flow !== true;
    const pair = isMap<Node, Node | null>(holder) ? pairOf(holder, above.at(-1) ?? '') : undefined;
    const line = `\n  ${inlineYaml(name, false)}: ${scalarYaml(value, { indent: '  ', isFlow: false })}`;
    if (isTop && pair !== undefined) {
      const at = this.#text.indexOf(':', rangeOf(pair.key)[1]) + 1;
      return [{ start: at, end: at, text: line }];
    }
    if (isTop) return this.#insertText(holder, String(above.at(-1)), line, order);
    return this.set(above, { [name]: value }, order);
  }

  #replace(pair: Pair<Node, Node | null>, value: Json, isFlow: boolean): readonly TextChange[] {
    const { key, value: node } = pair;
    const indent = ' '.repeat(this.#column(rangeOf(key)[0]));
    if (node === null || (isScalar(node) && node.range?.[0] === node.range?.[1])) {
      const at = this.#text.indexOf(':', rangeOf(key)[1]) + 1;
      return [{ start: at, end: at, text: ` ${scalarYaml(value, { indent, isFlow })}` }];
    }
    const isList = isSeq<Node>(node) && Array.isArray(value) && value.length > 0;
    if (isList && node.flow !== true) return this.#changeLines(node.items, value as readonly Json[]);
    const [start] = rangeOf(node);
    const end = trimmedEnd(this.#text, rangeOf(node)[1]);
    const isBlock = (isMap(node) || isSeq(node)) && node.flow !== true;
    // A text of several lines leaves no place for the comment behind it.
    const isShared = /\S/u.test(this.#text.slice(end, lineEnd(this.#text, end)));
    const written = scalarYaml(value, { indent, isFlow: isFlow || (isShared && isMultiLine(value)), like: node });
    if (!isBlock) return [{ start, end, text: written }];
    const colon = this.#text.indexOf(':', rangeOf(key)[1]) + 1;
    return [{ start: colon, end, text: ` ${written}` }];
  }

  /** A list of lines: what stays at its beginning and end is not touched. */
  #changeLines(items: readonly Node[], values: readonly Json[]): readonly TextChange[] {
    const same = (node: Node | undefined, value: Json | undefined): boolean =>
      node !== undefined && isDeepStrictEqual(node.toJS(this.#document), value);
    const short = Math.min(items.length, values.length);
    let head = 0;
    while (head < short && same(items[head], values[head])) head += 1;
    let tail = 0;
    while (tail < short - head && same(items.at(-1 - tail), values.at(-1 - tail))) tail += 1;
    const old = items.slice(head, items.length - tail);
    const next = values.slice(head, values.length - tail);
    if (old.length === next.length) {
      return old.map((node, index) => this.#replaceElement(node, next[index] ?? null, false));
    }
    const [first] = items;
    if (first === undefined) throw new UnchangeableYamlError('the list is empty');
    const indent = ' '.repeat(this.#dashColumn(first));
    const lines = next.map((value) => `${indent}- ${scalarYaml(value, { indent: `${indent}  `, isFlow: false })}`);
    const [from, to] = [old[0], old.at(-1)];
    if (from !== undefined && to !== undefined) {
      const gone = this.#lines(lineStart(this.#text, rangeOf(from)[0]), rangeOf(to)[1]);
      return [{ ...gone, text: lines.map((line) => `${line}\n`).join('') }];
    }
    const before = items[head - 1];
    if (before === undefined) {
      const at = lineStart(this.#text, rangeOf(first)[0]);
      return [{ start: at, end: at, text: lines.map((line) => `${line}\n`).join('') }];
    }
    const at = lineEnd(this.#text, trimmedEnd(this.#text, rangeOf(before)[1]));
    return [{ start: at, end: at, text: lines.map((line) => `\n${line}`).join('') }];
  }

  #setElement(list: { items: Node[]; flow?: boolean | undefined }, index: number, value: Json): readonly TextChange[] {
    const node = list.items[index];
    if (node !== undefined) return [this.#replaceElement(node, value, list.flow === true)];
    const last = list.items.at(-1);
    if (last === undefined || list.flow === true) throw new UnchangeableYamlError('written anew');
    const indent = ' '.repeat(this.#dashColumn(last));
    const at = lineEnd(this.#text, trimmedEnd(this.#text, rangeOf(last)[1]));
    const entries = isJsonObject(value) ? Object.entries(value) : [];
    const inner = { indent: `${indent}  `, isFlow: false };
    const written =
      entries.length === 0
        ? scalarYaml(value, inner)
        : entries
            .map(([key, member]) => `${inlineYaml(key, false)}: ${scalarYaml(member, inner)}`)
            .join(`\n${indent}  `);
    return [{ start: at, end: at, text: `\n${indent}- ${written}` }];
  }

  #replaceElement(node: Node, value: Json, isFlow: boolean): TextChange {
    const [start, end] = rangeOf(node);
    const indent = ' '.repeat(this.#column(start));
    const last = trimmedEnd(this.#text, end);
    const isShared = /\S/u.test(this.#text.slice(last, lineEnd(this.#text, last)));
    const place = { indent, isFlow: isFlow || (isShared && isMultiLine(value)), like: node };
    return { start, end: last, text: scalarYaml(value, place) };
  }

  #removeElement(
    path: DataPath,
    list: { items: Node[]; flow?: boolean | undefined },
    index: number,
  ): readonly TextChange[] {
    const node = list.items[index];
    if (node === undefined) throw new UnchangeableYamlError('nothing is there');
    if (list.items.length === 1) return this.remove(path.slice(0, -1));
    if (list.flow === true) throw new UnchangeableYamlError('written anew');
    return [this.#lines(lineStart(this.#text, rangeOf(node)[0]), rangeOf(node)[1])];
  }

  #insertIntoFlow(map: YAMLMap<Node, Node | null>, name: string, value: Json): readonly TextChange[] {
    const text = `${inlineYaml(name, true)}: ${scalarYaml(value, { indent: '', isFlow: true })}`;
    const last = map.items.at(-1);
    const [start, end] = rangeOf(map);
    if (last === undefined) return [{ start, end, text: `{ ${text} }` }];
    const at = this.#span(last)[1];
    return [{ start: at, end: at, text: `, ${text}` }];
  }

  #insertLine(
    map: YAMLMap<Node, Node | null>,
    name: string,
    value: Json,
    order: readonly string[],
  ): readonly TextChange[] {
    const [first] = map.items;
    const indent = ' '.repeat(first === undefined ? 0 : this.#column(rangeOf(first.key)[0]));
    const written = scalarYaml(value, { indent, isFlow: false });
    const commented = this.#commentedLine(map, name);
    if (commented === undefined) return this.#insertText(map, name, ` ${written}`, order);
    const { start, end, remark } = commented;
    return [{ start, end, text: `${indent}${name}: ${written}${written.includes('\n') ? '' : remark}` }];
  }

  #insertText(
    map: YAMLMap<Node, Node | null>,
    name: string,
    text: string,
    order: readonly string[],
  ): readonly TextChange[] {
    const [first] = map.items;
    if (first === undefined) throw new UnchangeableYamlError('the map is empty');
    const indent = ' '.repeat(this.#column(rangeOf(first.key)[0]));
    const rank = order.indexOf(name);
    const isBefore = (pair: Pair<Node, Node | null>): boolean => {
      const own = order.indexOf(nameOf(pair));
      return own !== -1 && own < rank;
    };
    const behind = (rank === -1 ? map.items.at(-1) : map.items.findLast(isBefore)) ?? first;
    const at = lineEnd(this.#text, this.#span(behind)[1]);
    return [{ start: at, end: at, text: `\n${indent}${inlineYaml(name, false)}:${text}` }];
  }

  /** `# name: value # remark`, between the map's first line and the next key of a map around it. */
  #commentedLine(map: YAMLMap<Node, Node | null>, name: string) {
    const [first] = map.items;
    if (first === undefined) return undefined;
    const column = this.#column(rangeOf(first.key)[0]);
    let at = lineStart(this.#text, rangeOf(first.key)[0]);
    while (at < this.#text.length) {
      const end = lineEnd(this.#text, at);
      const line = this.#text.slice(at, end);
      const indent = /^ */u.exec(line)?.[0].length ?? 0;
      const isOutside = indent < column && /[^\s#]/u.test(line[indent] ?? '');
      if (isOutside) return undefined;
      const plain = /^ *# ?(?<rest>\S.*)$/u.exec(line)?.groups?.['rest'];
      if (indent === column && plain?.startsWith(`${name}: `) === true) {
        const value: unknown = parseDocument(plain).get(name, true);
        const [, behind] = isScalar(value) || isMap(value) || isSeq(value) ? rangeOf(value) : [0, plain.length];
        return { start: at, end, remark: plain.slice(behind) };
      }
      at = end + 1;
    }
    return undefined;
  }

  /** From the start of a key to the end of its value, without blank ends. */
  #span({ key, value }: Pair<Node, Node | null>): readonly [number, number] {
    const [start, keyEnd] = rangeOf(key);
    const colon = this.#text.indexOf(':', keyEnd) + 1;
    const end = value === null ? colon : Math.max(colon, trimmedEnd(this.#text, rangeOf(value)[1]));
    return [start, end];
  }

  /** Whole lines, with the end of the last one. */
  #lines(start: number, end: number): TextChange {
    return { start, end: Math.min(this.#text.length, lineEnd(this.#text, trimmedEnd(this.#text, end)) + 1), text: '' };
  }

  #column(offset: number): number {
    return offset - lineStart(this.#text, offset);
  }

  #dashColumn(node: Node): number {
    const line = this.#text.slice(lineStart(this.#text, rangeOf(node)[0]));
    return /^ */u.exec(line)?.[0].length ?? 0;
  }
}

function isMultiLine(value: Json): boolean {
  return typeof value === 'string' && value.includes('\n');
}

function rangeOf(node: Node): readonly [number, number] {
  if (node.range === undefined || node.range === null) throw new UnchangeableYamlError('a value has no place');
  return [node.range[0], node.range[1]];
}

function pairOf(map: YAMLMap<Node, Node | null>, name: string | number): Pair<Node, Node | null> | undefined {
  return map.items.find((pair) => isKey(pair, name));
}

function isKey(pair: unknown, name: string | number): boolean {
  return isPair<Node, Node | null>(pair) && nameOf(pair) === String(name);
}

function nameOf({ key }: Pair<Node, Node | null>): string {
  return isScalar(key) ? String(key.value) : '';
}

function dataOf(document: Document): Json {
  return (document.toJS({ maxAliasCount: 100 }) ?? null) as Json;
}

function withAt(data: Json, path: DataPath, value: Json): Json {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  if (typeof name === 'number') {
    const list: Json[] = Array.isArray(data) ? [...(data as readonly Json[])] : [];
    list[name] = withAt(list[name] ?? null, rest, value);
    return list;
  }
  const map = isJsonObject(data) ? data : {};
  return { ...map, [name]: withAt(Object.hasOwn(map, name) ? (map[name] ?? null) : null, rest, value) };
}

/** Maps and lists that would be empty go as well, but for elements of a list. */
function withoutAt(data: Json, path: DataPath): Json {
  const [name, ...rest] = path;
  if (name === undefined) return data;
  if (typeof name === 'number') {
    if (!Array.isArray(data)) return data;
    const list = data as readonly Json[];
    if (rest.length === 0) return list.filter((_, index) => index !== name);
    return list.map((element, index) => (index === name ? withoutAt(element, rest) : element));
  }
  if (!isJsonObject(data) || !Object.hasOwn(data, name)) return data;
  const { [name]: own, ...others } = data;
  if (rest.length === 0) return others;
  const inner = withoutAt(own ?? null, rest);
  const isEmpty = Array.isArray(inner) ? inner.length === 0 : isJsonObject(inner) && Object.keys(inner).length === 0;
  const wasEmpty = isDeepStrictEqual(inner, own);
  return isEmpty && !wasEmpty ? others : { ...data, [name]: inner };
}
