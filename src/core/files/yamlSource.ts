import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { Document, Node, Pair, ParsedNode } from 'yaml';
import type { z } from 'zod';
import { type Diagnostic, type FilePosition, InvalidInputError } from '../errors.ts';
import { checkValue, type Checked, type DataPath, valueAt } from './checkValue.ts';
import { describeYamlSlip } from './yamlSlips.ts';

/** More expansions of `*references` than this are an attack on memory, not a file that a person wrote. */
const MOST_REFERENCES = 1000;

/** How YAML text stands in its file. */
export interface YamlOptions {
  /** Line of the file in which the text begins, for front matter and the like. Default 1. */
  readonly firstLine?: number;
}

/**
 * YAML text, read, with the places of everything in it.
 *
 * `problems` holds slips in the YAML itself. With any that leave the structure in doubt `value` is undefined; a key
 * given twice does not (the last one counts, so that the rest can be checked as well).
 */
export class YamlSource {
  readonly file: string;
  readonly problems: readonly Diagnostic[];
  /** Plain data: what JSON can hold. Undefined when the text is no YAML; null when it is empty. */
  readonly value: unknown;
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter;
  readonly #lineOffset: number;
  readonly #text: string;

  constructor(file: string, text: string, options: YamlOptions = {}) {
    this.file = file;
    this.#text = text.startsWith('\uFEFF') ? text.slice(1) : text;
    this.#lineOffset = (options.firstLine ?? 1) - 1;
    this.#lines = new LineCounter();
    this.#document = parseDocument(this.#text, { lineCounter: this.#lines, prettyErrors: false, stringKeys: true });
    const { problems, sound } = this.#findSlips();
    const data = sound ? this.#toData() : undefined;
    this.value = data;
    this.problems =
      sound && data === undefined
        ? [
            {
              severity: 'error',
              code: 'yaml',
              message: describeYamlSlip('RESOURCE_EXHAUSTION', ''),
              position: { file },
            },
          ]
        : problems;
  }

  /**
   * Where a key or its value stands. For something that is not there (a missing key) it is the nearest thing around it
   * that is. Of a value that spans lines the first line is marked.
   */
  positionOf(path: DataPath, part: 'key' | 'value' = 'value'): FilePosition {
    let node: Node | null = this.#document.contents;
    let key: Node | null = null;
    for (const name of path) {
      const pair: { key: Node | null; value: Node | null } | undefined = this.#child(node, name);
      // A single value stands for a list of one in many places.
      if (pair === undefined && isScalar(node) && typeof name === 'number') return this.#rangeOf(node);
      if (pair === undefined) return this.#rangeOf(key ?? firstKey(node) ?? node);
      key = pair.key;
      node = pair.value;
    }
    const isThere = node?.range != null && node.range[1] > node.range[0];
    if (part === 'key' || !isThere) return this.#rangeOf(key ?? node);
    return this.#rangeOf(node);
  }

  /** A problem at a key or value. */
  problemAt(path: DataPath, part: 'key' | 'value', code: string, message: string): Diagnostic {
    return { severity: 'error', code, message, position: this.positionOf(path, part) };
  }

  #child(node: Node | null, name: string | number): { key: Node | null; value: Node | null } | undefined {
    const target = isAlias(node) ? (node.resolve(this.#document) ?? null) : node;
    if (isMap<Node, Node | null>(target)) {
      // Of a key given twice the last one counts, as in the data.
      const pair = target.items.findLast((item) => isScalar(item.key) && String(item.key.value) === String(name));
      return pair === undefined ? undefined : { key: pair.key, value: pair.value };
    }
    if (isSeq<Node>(target) && typeof name === 'number') {
      const item = target.items[name];
      return item === undefined ? undefined : { key: null, value: item };
    }
    return undefined;
  }

  #findSlips(): { problems: Diagnostic[]; sound: boolean } {
    const slips = [...this.#document.errors, ...this.#document.warnings].map(({ code, pos }) => ({ code, pos }));
    visit(this.#document, {
      Alias: (_, alias, around) => {
        const target = alias.resolve(this.#document);
        const sound = target !== undefined && !around.includes(target);
        if (!sound) slips.push({ code: 'BAD_ALIAS', pos: [alias.range?.[0] ?? 0, alias.range?.[1] ?? 0] });
      },
    });
    slips.sort((a, b) => a.pos[0] - b.pos[0]);
    const problems = slips.map(({ code, pos: [start, end] }): Diagnostic => {
      const stop = code === 'DUPLICATE_KEY' ? this.#tokenEnd(start) : end;
      return {
        severity: 'error',
        code: code === 'DUPLICATE_KEY' ? 'duplicate-key' : 'yaml',
        message: describeYamlSlip(code, this.#text.slice(start, stop)),
        position: this.#position(start, Math.max(stop, start + 1)),
      };
    });
    // The first slip is the cause; what the parser says after it in the same line is an echo.
    const lines = new Set<number | undefined>();
    return {
      problems: problems.filter(({ position }) => !lines.has(position?.line) && lines.add(position?.line)),
      sound: slips.every(({ code }) => code === 'DUPLICATE_KEY'),
    };
  }

  #tokenEnd(start: number): number {
    const [token] = /^(?:"[^"\n]*"|'[^'\n]*'|[^\s:,}]+)/u.exec(this.#text.slice(start)) ?? [''];
    return start + token.length;
  }

  /** Undefined when references multiply beyond reason. */
  #toData(): unknown {
    try {
      return this.#document.toJS({ maxAliasCount: MOST_REFERENCES }) as unknown;
    } catch {
      return undefined;
    }
  }

  #rangeOf(node: Node | null): FilePosition {
    const range = node?.range;
    if (range == null) return this.#position(0, 0);
    const [start, valueEnd] = range;
    const line = this.#text.slice(start, valueEnd).split('\n', 1)[0] ?? '';
    return this.#position(start, start + line.trimEnd().length);
  }

  #position(start: number, end: number): FilePosition {
    const from = this.#lineAndColumn(start);
    const to = this.#lineAndColumn(end);
    return { file: this.file, line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
  }

  #lineAndColumn(offset: number): { line: number; column: number } {
    const { line, col } = this.#lines.linePos(Math.min(offset, this.#text.length));
    return { line: Math.max(line, 1) + this.#lineOffset, column: Math.max(col, 1) };
  }
}

function firstKey(node: Node | null): Node | null {
  if (!isMap<Node>(node)) return null;
  return (node.items[0] as Pair<ParsedNode> | undefined)?.key ?? null;
}

/** Checks YAML, or the part of it at `path`, against a schema. */
export function checkYaml<Schema extends z.ZodType>(
  source: YamlSource,
  schema: Schema,
  path: DataPath = [],
): Checked<z.output<Schema>> {
  if (source.value === undefined) return { diagnostics: source.problems };
  const checked = checkValue(valueAt(source.value, path), schema, (inner, part) =>
    source.positionOf([...path, ...inner], part),
  );
  const diagnostics = [...source.problems, ...checked.diagnostics];
  return diagnostics.length > 0 ? { diagnostics } : checked;
}

/**
 * Reads YAML text that must be as the schema says.
 *
 * @param file name or path that diagnostics show
 * @throws InvalidInputError with every slip in the YAML, every unknown or doubled key, every wrong type and range
 */
export function parseYaml<Schema extends z.ZodType>(
  file: string,
  text: string,
  schema: Schema,
  options: YamlOptions = {},
): z.output<Schema> {
  const checked = checkYaml(new YamlSource(file, text, options), schema);
  if (!('value' in checked)) throw new InvalidInputError(checked.diagnostics);
  return checked.value;
}
