import { readPythonString, type PythonString } from './pythonString.ts';

/** A name to which a Python file assigns a text, at module level. */
export interface PythonConstant {
  readonly name: string;
  /** Line of the name, from 1. */
  readonly line: number;
  readonly value: string;
}

/** A name to which a Python file assigns something that cannot be read as a text without running it. */
export interface UnreadConstant {
  readonly name: string;
  /** Line of the name, from 1. */
  readonly line: number;
  /** Why, as a clause: `it is an f-string …`. */
  readonly reason: string;
  /** Line of what is wrong, from 1. */
  readonly reasonLine: number;
}

/** What a Python file assigns. A name stands in one of the two lists: what its last assignment says counts. */
export interface PythonModule {
  /** In the order of their last assignments. */
  readonly constants: readonly PythonConstant[];
  readonly unread: readonly UnreadConstant[];
  /** Strings and brackets without an end: Python would refuse the file, and what follows them may be misread. */
  readonly mistakes: readonly { readonly line: number; readonly message: string }[];
}

/**
 * Reads the module-level assignments `NAME = "…"` of a Python file; nothing of it is run. A text is one string literal
 * or several, side by side or joined with `+`, in any brackets, with an annotation or without (`NAME: str = …`), also
 * for several names at once (`A = B = …`). Everything else is skipped: imports, functions, classes, other values. Never
 * throws, and takes time proportional to the file's length, whatever is in it.
 */
export function readPythonConstants(source: string): PythonModule {
  // Python, too, ends lines with LF, CRLF or CR, whatever the system.
  const text = (source.startsWith('\uFEFF') ? source.slice(1) : source).replace(/\r\n?/gu, '\n');
  const reader = new ModuleReader(text);
  reader.readStatements();
  return reader.result();
}

type Value = { readonly value: string } | { readonly reason: string; readonly at: number };

/** Words that open a block; what stands behind them on the same line belongs to it. */
const BLOCK_WORDS: ReadonlySet<string> = new Set(
  'async class def elif else except finally for if try while with'.split(' '),
);
const NAME = /[\p{ID_Start}_]\p{ID_Continue}*/uy;
const NAME_ASSIGNED = /(?<name>[\p{ID_Start}_]\p{ID_Continue}*)[ \t\f]*=(?!=)/uy;
const CHANGED = /(?:\*\*|\/\/|>>|<<|[-+*/%@&|^])=/y;
/** What means nothing to the search for a statement's end. */
const PLAIN = /[^\p{ID_Start}_"'#\\()[\]{}\n;]+/uy;

const NOT_A_TEXT = 'its value is not a plain string (only string literals are read, since nothing is run)';

class ModuleReader {
  readonly #text: string;
  readonly #lineStarts: number[];
  #at = 0;
  readonly #assigned = new Map<string, PythonConstant | UnreadConstant>();
  /** First lines of the names that are assigned within blocks. */
  readonly #inBlocks = new Map<string, number>();
  readonly #mistakes: { line: number; message: string }[] = [];

  constructor(text: string) {
    this.#text = text;
    this.#lineStarts = [0];
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#lineStarts.push(at + 1);
  }

  result(): PythonModule {
    const constants: PythonConstant[] = [];
    const unread: UnreadConstant[] = [];
    for (const entry of this.#assigned.values()) {
      if ('value' in entry) constants.push(entry);
      else unread.push(entry);
    }
    for (const [name, line] of this.#inBlocks) {
      if (this.#assigned.has(name)) continue;
      const reason = 'it is assigned inside a block; only what stands at the start of a line is read';
      unread.push({ name, line, reason, reasonLine: line });
    }
    return { constants, unread, mistakes: this.#mistakes };
  }

  readStatements(): void {
    let lineStart = true;
    let indented = false;
    while (this.#at < this.#text.length) {
      const start = this.#at;
      this.#skipBlanks(false);
      if (lineStart) indented = this.#at > start;
      this.#readStatement(indented);
      // A statement ends before the line end, the semicolon or the end of the file.
      lineStart = this.#text[this.#at] !== ';';
      this.#at += 1;
    }
  }

  #readStatement(indented: boolean): void {
    const start = this.#at;
    const name = this.#takeName();
    if (name === undefined) {
      this.#skipStatement(0, true);
    } else if (BLOCK_WORDS.has(name)) {
      this.#skipStatement(0, false);
    } else if (this.#takeAssignment(name, start, indented)) {
      this.#readAssignment(name, start, indented);
    } else {
      this.#skipStatement(0, true);
    }
  }

  /** Goes past `=` or `: annotation =` behind a name. @returns false when no assignment stands there */
  #takeAssignment(name: string, start: number, indented: boolean): boolean {
    this.#skipBlanks(false);
    if (this.#text[this.#at] === ':') {
      this.#at += 1;
      this.#skipStatement(0, true, '=');
    } else {
      CHANGED.lastIndex = this.#at;
      const change = CHANGED.exec(this.#text)?.[0];
      if (change !== undefined && !indented) {
        const reason = `it is changed with ${change}, and nothing is run here`;
        this.#record(name, start, { reason, at: start });
      }
    }
    if (this.#text[this.#at] !== '=' || this.#text[this.#at + 1] === '=') return false;
    this.#at += 1;
    return true;
  }

  #readAssignment(first: string, start: number, indented: boolean): void {
    const names = [{ name: first, start }];
    for (;;) {
      this.#skipBlanks(false);
      NAME_ASSIGNED.lastIndex = this.#at;
      const next = NAME_ASSIGNED.exec(this.#text);
      if (next === null) break;
      names.push({ name: next.groups?.['name'] ?? '', start: this.#at });
      this.#at = NAME_ASSIGNED.lastIndex;
    }
    const value = this.#readValue();
    for (const { name, start: at } of names) {
      if (!indented) this.#record(name, at, value);
      else if (!this.#inBlocks.has(name)) this.#inBlocks.set(name, this.#lineOf(at));
    }
  }

  /** Reads what is assigned, up to the end of the statement. */
  #readValue(): Value {
    const start = this.#at;
    const parts: string[] = [];
    let depth = 0;
    /** What stands before: only then is it clear what may follow. */
    let before: 'nothing' | 'string' | 'bracket' = 'nothing';
    for (;;) {
      this.#skipBlanks(depth > 0);
      const character = this.#text[this.#at];
      if (depth === 0 && before !== 'nothing' && isStatementEnd(character)) {
        this.#skipStatement(0, true);
        return { value: parts.join('') };
      }
      if (character === '(' && before === 'nothing') {
        depth += 1;
      } else if (character === ')' && before !== 'nothing' && depth > 0) {
        depth -= 1;
        before = 'bracket';
      } else if (character === '+' && before !== 'nothing') {
        before = 'nothing';
      } else {
        const string = before === 'bracket' ? undefined : this.#takeString();
        if (string?.value === undefined) {
          this.#skipStatement(depth, true, undefined, start);
          return { reason: string?.problem?.message ?? NOT_A_TEXT, at: string?.problem?.at ?? start };
        }
        parts.push(string.value);
        before = 'string';
        continue;
      }
      this.#at += 1;
    }
  }

  #record(name: string, start: number, value: Value): void {
    const line = this.#lineOf(start);
    // Setting a name anew would leave it where its first assignment stood.
    this.#assigned.delete(name);
    this.#assigned.set(
      name,
      'value' in value
        ? { name, line, value: value.value }
        : { name, line, reason: value.reason, reasonLine: this.#lineOf(value.at) },
    );
  }

  /**
   * Goes to the end of a statement, through strings, brackets and continued lines.
   *
   * @param depth brackets that are open
   * @param atSemicolon whether a semicolon ends it as well
   * @param sign character outside brackets before which to stop, too
   * @param openedAt where the open brackets are
   */
  #skipStatement(depth: number, atSemicolon: boolean, sign?: string, openedAt = this.#at): void {
    let open = depth;
    let outermost = openedAt;
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at] ?? '';
      if (open === 0 && (character === '\n' || (character === ';' && atSemicolon) || character === sign)) return;
      if ('([{'.includes(character)) {
        if (open === 0) outermost = this.#at;
        open += 1;
      } else if (')]}'.includes(character)) {
        open = Math.max(0, open - 1);
      } else if (character === '#') {
        this.#skipComment();
        continue;
      } else if (this.#takeString() !== undefined || this.#takeName() !== undefined || this.#skipPlain(sign)) {
        continue;
      } else if (character === '\\') {
        this.#at += 1;
      }
      this.#at += 1;
    }
    this.#at = Math.min(this.#at, this.#text.length);
    if (open > 0) this.#mistake(outermost, 'a bracket that is opened here is never closed; what follows was not read');
  }

  #skipPlain(sign: string | undefined): boolean {
    if (sign !== undefined) return false;
    PLAIN.lastIndex = this.#at;
    if (!PLAIN.test(this.#text)) return false;
    this.#at = PLAIN.lastIndex;
    return true;
  }

  /** Skips blanks and continued lines, and within brackets line ends and comments. */
  #skipBlanks(inBrackets: boolean): void {
    for (;;) {
      const character = this.#text[this.#at];
      if (character === ' ' || character === '\t' || character === '\f' || (inBrackets && character === '\n')) {
        this.#at += 1;
      } else if (character === '\\' && this.#text[this.#at + 1] === '\n') {
        this.#at += 2;
      } else if (character === '#' && inBrackets) {
        this.#skipComment();
      } else {
        return;
      }
    }
  }

  #skipComment(): void {
    const end = this.#text.indexOf('\n', this.#at);
    this.#at = end === -1 ? this.#text.length : end;
  }

  #takeName(): string | undefined {
    NAME.lastIndex = this.#at;
    const name = NAME.exec(this.#text)?.[0];
    if (name !== undefined) this.#at += name.length;
    return name;
  }

  #takeString(): PythonString | undefined {
    const string = readPythonString(this.#text, this.#at);
    if (string === undefined) return undefined;
    this.#at = string.end;
    if (string.unclosed) {
      this.#mistake(string.problem?.at ?? string.end, `${string.problem?.message ?? ''}; what follows may be misread`);
    }
    return string;
  }

  #mistake(at: number, message: string): void {
    this.#mistakes.push({ line: this.#lineOf(at), message });
  }

  #lineOf(offset: number): number {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }
}

function isStatementEnd(character: string | undefined): boolean {
  return character === undefined || character === '\n' || character === ';' || character === '#';
}
