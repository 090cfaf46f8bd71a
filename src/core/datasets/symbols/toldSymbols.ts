/** Makes symbols with texts of what an editor tells of a file. */
import type { CodeSymbol, SymbolKind } from './codeSymbol.ts';
import { commentText } from './docComment.ts';
import type { EditorSymbol } from './editorSymbols.ts';

/** Symbols of a file that somebody else has found, or why there are none. */
export type ToldFile =
  | { readonly language: string; readonly symbols: readonly EditorSymbol[]; readonly hash: string }
  | { readonly reason: string; readonly message: string };

/** What an editor told of files when the run began; kept with the run, so that every resume reads the same. */
export interface ToldSymbols {
  /** @param path absolute; undefined for a file that nobody was asked about */
  of(path: string): ToldFile | undefined;
}

/** A line that says what follows is a test: attributes, annotations. */
const TEST_MARK =
  /(?:\[|@|#\[)(?:\w+[.:\\]+)*(?:Fact|Theory|TestCase|TestMethod|(?:Parameterized|Repeated)?Test|DataProvider)\b/u;
/** A line that is a comment and nothing else. */
const COMMENT_LINE =
  /^(?:\/\/|\/\*|--|;|%|'|#(?!\[|\s*(?:region|endregion|if|elif|else|endif|pragma|include|define|undef|nullable)\b))/u;
/** An annotation or attribute on a line of its own. */
const MARK_LINE = /^(?:@[\w.:]+(?:\(.*\))?|\[[^\]]*\](?:\s*\/\/.*)?|#!?\[.*\])$/u;

/**
 * The symbols with their texts, comments, names with what they stand in, nested as they stand. As with our own parsers a
 * class that holds tests is no class but what its tests stand in, and what is inside a function is part of it.
 */
export function toCodeSymbols(text: string, told: readonly EditorSymbol[]): readonly CodeSymbol[] {
  return new Reading(text).symbolsOf(told, [], false);
}

/** Where a symbol begins with the comments and marks that stand directly before it. */
interface Head {
  /** Line from 0. */
  readonly line: number;
  readonly offset: number;
  readonly comments: string;
  readonly marks: string;
}

class Reading {
  readonly #text: string;
  readonly #lines: readonly string[];
  readonly #starts: readonly number[];

  constructor(text: string) {
    this.#text = text;
    this.#lines = text.split('\n');
    let start = 0;
    this.#starts = this.#lines.map((line) => {
      const own = start;
      start += line.length + 1;
      return own;
    });
  }

  symbolsOf(told: readonly EditorSymbol[], scope: readonly string[], inClass: boolean): CodeSymbol[] {
    const inOrder = told.toSorted((a, b) => this.#offset(a.start) - this.#offset(b.start));
    return inOrder.flatMap((symbol) => this.#toSymbols(symbol, scope, inClass));
  }

  #toSymbols(symbol: EditorSymbol, scope: readonly string[], inClass: boolean): readonly CodeSymbol[] {
    const { kind, children } = symbol;
    const own = nameOf(symbol.name);
    if (kind === 'other') return this.symbolsOf(children, scope, inClass);
    if (kind === 'scope') return this.symbolsOf(children, own === '' ? scope : [...scope, own], inClass);
    const inside = kind === 'class' ? this.symbolsOf(children, [...scope, own], true) : [];
    if (inside.some((child) => child.kind === 'test')) return inside;
    const head = this.#headOf(symbol);
    const text = this.#text.slice(head.offset, this.#offset(symbol.end)).trimEnd();
    return [
      {
        kind: kindOf(kind, own, `${head.marks}\n${text}`, inClass),
        name: [...scope, own].join('.'),
        text,
        doc: commentText(head.comments),
        line: head.line + 1,
        endLine: head.line + text.split('\n').length,
        children: inside,
      },
    ];
  }

  /** Editors leave out the comments before a symbol, some the marks as well. */
  #headOf({ start }: EditorSymbol): Head {
    const alone = { line: start.line, offset: this.#offset(start), comments: '', marks: '' };
    if ((this.#lines[start.line] ?? '').slice(0, start.character).trim() !== '') return alone;
    let line = Math.min(start.line, this.#lines.length);
    const comments: string[] = [];
    const marks: string[] = [];
    while (line > 0) {
      const before = this.#lines[line - 1]?.trim() ?? '';
      const opens = before.endsWith('*/') ? this.#openingOf(line - 1) : undefined;
      if (opens !== undefined) comments.unshift(...this.#lines.slice(opens, line));
      else if (COMMENT_LINE.test(before)) comments.unshift(this.#lines[line - 1] ?? '');
      else if (MARK_LINE.test(before)) marks.unshift(before);
      else break;
      line = opens ?? line - 1;
    }
    if (line === start.line) return alone;
    const indent = /^\s*/u.exec(this.#lines[line] ?? '')?.[0].length ?? 0;
    const offset = (this.#starts[line] ?? 0) + indent;
    return { line, offset, comments: comments.join('\n'), marks: marks.join('\n') };
  }

  /** The line on which a block comment begins that ends on this one; undefined where code stands before it. */
  #openingOf(end: number): number | undefined {
    for (let line = end; line >= 0; line -= 1) {
      const at = this.#lines[line]?.lastIndexOf('/*') ?? -1;
      if (at !== -1) return this.#lines[line]?.slice(0, at).trim() === '' ? line : undefined;
    }
    return undefined;
  }

  #offset({ line, character }: EditorSymbol['start']): number {
    const start = this.#starts[line];
    return start === undefined ? this.#text.length : start + Math.min(character, this.#lines[line]?.length ?? 0);
  }
}

function kindOf(told: 'function' | 'method' | 'class', name: string, whole: string, inClass: boolean): SymbolKind {
  if (told === 'class') return 'class';
  if (/^test(?:_|[A-Z]|$)/u.test(name) || TEST_MARK.test(whole.split('{', 1)[0] ?? '')) return 'test';
  return told === 'method' || inClass ? 'method' : 'function';
}

/** Some editors tell parameters and types behind the name: `Add(int, int) : int`. */
function nameOf(told: string): string {
  const name = told.replace(/\s*\([^]*$|\s+:[^]*$/u, '').trim();
  return name === '' ? told.trim() : name;
}
