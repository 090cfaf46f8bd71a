/** The text of an `endpoints.yaml` while it is changed: what is not touched stays as it is, comments included. No `vscode`. */
import { Document, isMap, isNode, isScalar, parseDocument, YAMLMap, type Node, type Pair } from 'yaml';
import type { Json } from '../../core/record/json.ts';

const ENDPOINTS = 'endpoints';
const DEFAULT = 'default';

/** The file cannot be changed as it is: somebody has to mend it first. */
export class UnreadableEndpointsError extends Error {
  constructor(problem: string) {
    super(`endpoints.yaml cannot be changed while it has a mistake: ${problem}`);
    this.name = 'UnreadableEndpointsError';
  }
}

export class EndpointsText {
  readonly #document: Document;

  /** @throws UnreadableEndpointsError when the text is no YAML, or not of the file's form */
  constructor(text: string) {
    const read = parseDocument(text);
    const [error] = read.errors;
    if (error !== undefined) throw new UnreadableEndpointsError(error.message.split('\n')[0] ?? '');
    this.#document = read.contents === null ? emptyDocument(read.commentBefore ?? read.comment) : read;
    if (!isMap(this.#document.contents)) throw new UnreadableEndpointsError('it is no map');
    const endpoints = this.#document.get(ENDPOINTS);
    if (endpoints !== undefined && endpoints !== null && !isMap(endpoints))
      throw new UnreadableEndpointsError('`endpoints` is no map');
  }

  /** Names of the profiles, in their order. */
  names(): readonly string[] {
    return this.#pairs().map(nameOf);
  }

  /** Adds a profile at the end, or takes the place of one. */
  set(name: string, profile: Readonly<Record<string, Json>>): void {
    this.#endpoints().set(this.#keyOf(name), this.#document.createNode(profile));
  }

  /** Sets one field of a profile, or takes it away (undefined). */
  setField(name: string, field: string, value: Json | undefined): void {
    if (value === undefined) this.#document.deleteIn([ENDPOINTS, name, field]);
    else this.#document.setIn([ENDPOINTS, name, field], value);
  }

  /** Puts a copy of a profile behind it. */
  duplicate(name: string, copy: string): void {
    const pairs = this.#pairs();
    const index = pairs.findIndex((pair) => nameOf(pair) === name);
    const original = pairs[index];
    if (original === undefined) return;
    const value: unknown = original.value;
    const pair = this.#document.createPair(copy, isNode(value) ? value.clone() : value);
    this.#endpoints().items.splice(index + 1, 0, pair);
  }

  remove(name: string): void {
    this.#settleComments();
    this.#endpoints().delete(this.#keyOf(name));
    if (this.#document.get(DEFAULT) === name) this.#document.delete(DEFAULT);
  }

  /** Moves a profile, with the comments above it, to a place counted from 0 without the profile itself. */
  move(name: string, index: number): void {
    this.#settleComments();
    const { items } = this.#endpoints();
    const from = items.findIndex((pair) => nameOf(pair) === name);
    const [pair] = from === -1 ? [] : items.splice(from, 1);
    if (pair !== undefined) items.splice(index, 0, pair);
  }

  /** The profile of pipelines that name none; undefined: none is. */
  setDefault(name: string | undefined): void {
    if (name === undefined) this.#document.delete(DEFAULT);
    else this.#document.set(DEFAULT, name);
  }

  toString(): string {
    // As long as it was: a profile on one line stays on one line.
    return this.#document.toString({ lineWidth: 0 });
  }

  #endpoints(): YAMLMap {
    const present = this.#document.get(ENDPOINTS);
    if (isMap(present)) {
      // What is written as `{}` has no form of its own yet: profiles stand on lines.
      if (present.items.length === 0) present.flow = false;
      return present;
    }
    const made = new YAMLMap();
    this.#document.set(ENDPOINTS, made);
    return made;
  }

  #pairs(): readonly Pair[] {
    const present = this.#document.get(ENDPOINTS);
    return isMap(present) ? present.items : [];
  }

  /** The key as it stands in the file: a number, say, is another key than its text. */
  #keyOf(name: string): unknown {
    const pair = this.#pairs().find((candidate) => nameOf(candidate) === name);
    return pair?.key ?? name;
  }

  /** A comment above the first profile is kept with the map: it goes to the profile that it stands above. */
  #settleComments(): void {
    const map = this.#endpoints();
    const first = map.items[0]?.key;
    if (map.commentBefore == null || !isNode(first)) return;
    const key: Node = first;
    key.commentBefore ??= map.commentBefore;
    map.commentBefore = null;
  }
}

function nameOf({ key }: Pair): string {
  return String(isScalar(key) ? key.value : key);
}

/** A file of nothing but comments keeps them. */
function emptyDocument(comment: string | null): Document {
  const document = new Document({});
  document.commentBefore = comment;
  return document;
}
