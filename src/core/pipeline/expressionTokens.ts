import { OpenlineError } from '../errors.ts';

/** An expression cannot be read, or not be worked out. Columns count from 1 within the expression; the end is exclusive. */
export class ExpressionError extends OpenlineError {
  readonly code: 'syntax' | 'unknown-name' | 'type';
  readonly column: number;
  readonly endColumn: number;

  constructor(code: ExpressionError['code'], message: string, span: Span) {
    super(message);
    this.code = code;
    this.column = span.start + 1;
    this.endColumn = Math.max(span.end, span.start + 1) + 1;
  }
}

/** Offsets in the text of an expression, the end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Token extends Span {
  readonly kind: 'number' | 'text' | 'name' | 'word' | 'symbol' | 'end';
  /** As written; of a text its value. */
  readonly value: string;
}

const WORDS: ReadonlySet<string> = new Set(['and', 'or', 'not', 'in', 'if', 'else', 'true', 'false', 'null']);
const PATTERN =
  /(?<blank>\s+)|(?<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w.]))|(?<name>[\p{L}_][\p{L}\p{N}_]*)|(?<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<symbol>==|!=|<=|>=|\/\/|[-+*/%<>()[\],.])/uy;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

/** Cuts an expression into tokens; the last one is `end`. @throws ExpressionError at the first character that fits none */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    PATTERN.lastIndex = at;
    const groups = PATTERN.exec(text)?.groups;
    if (groups === undefined) throw unreadable(text, at);
    const end = PATTERN.lastIndex;
    const token = toToken(groups, at, end);
    if (token !== undefined) tokens.push(token);
    at = end;
  }
  return [...tokens, { kind: 'end', value: '', start: text.length, end: text.length }];
}

function toToken(groups: Partial<Record<string, string>>, start: number, end: number): Token | undefined {
  const { number, name, text, symbol } = groups;
  if (number !== undefined) return { kind: 'number', value: number, start, end };
  if (name !== undefined) return { kind: WORDS.has(name) ? 'word' : 'name', value: name, start, end };
  if (symbol !== undefined) return { kind: 'symbol', value: symbol, start, end };
  if (text === undefined) return undefined;
  const value = text.slice(1, -1).replace(/\\(.)/gsu, (_, escaped: string) => ESCAPES[escaped] ?? escaped);
  return { kind: 'text', value, start, end };
}

function unreadable(text: string, at: number): ExpressionError {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  const span = { start: at, end: at + character.length };
  if (character === '"' || character === "'") {
    return new ExpressionError('syntax', `the text that starts here has no closing ${character}`, {
      start: at,
      end: text.length,
    });
  }
  if (/\d/u.test(character)) return new ExpressionError('syntax', 'this number cannot be read', span);
  const meant: Readonly<Record<string, string>> = {
    '=': '==',
    '&': 'and',
    '|': 'or',
    '!': 'not',
    '?': 'a if c else b',
  };
  const hint = meant[character];
  const guess = hint === undefined ? '' : `; did you mean \`${hint}\`?`;
  return new ExpressionError('syntax', `\`${character}\` does not fit here${guess}`, span);
}
