/**
 * One string literal of a Python file, read as Python reads it (The Python Language Reference, 2.4.1, "String and Bytes
 * literals"), without Python.
 */
export interface PythonString {
  /** Offset behind the literal; also where reading goes on after a mistake. */
  readonly end: number;
  /** Absent when the literal has no value that can be read. */
  readonly value?: string;
  /** Why there is no value: a clause such as "the f-string …", and the offset of what is wrong. */
  readonly problem?: { readonly message: string; readonly at: number };
  /** The literal has no end: whatever follows it in the file may be misread. */
  readonly unclosed?: true;
}

const OPENING = /(?<prefix>[A-Za-z]{0,2})(?<quote>"""|'''|"|')/y;
const PREFIXES: ReadonlySet<string> = new Set(['', 'r', 'u', 'b', 'br', 'rb', 'f', 'fr', 'rf', 't', 'tr', 'rt']);

/** Escapes of one character. A backslash before a line end leaves both out. */
const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };
const OCTAL = /[0-7]{1,3}/y;

/**
 * Reads the string literal that starts at an offset, prefix included.
 *
 * @param text the file with LF line ends
 * @returns undefined when no literal starts there
 */
export function readPythonString(text: string, start: number): PythonString | undefined {
  OPENING.lastIndex = start;
  const opening = OPENING.exec(text)?.groups;
  const prefix = opening?.['prefix']?.toLowerCase() ?? '';
  const quote = opening?.['quote'];
  if (quote === undefined || !PREFIXES.has(prefix)) return undefined;
  const bodyStart = start + prefix.length + quote.length;
  const { end, closed } = findClose(text, bodyStart, quote);
  if (!closed) {
    return { end, unclosed: true, problem: { message: `the string has no closing ${quote}`, at: start } };
  }
  const refused = refusedPrefix(prefix);
  if (refused !== undefined) return { end, problem: { message: refused, at: start } };
  const body = text.slice(bodyStart, end - quote.length);
  return prefix === 'r' ? { end, value: body } : { end, ...unescape(body, bodyStart) };
}

function refusedPrefix(prefix: string): string | undefined {
  if (prefix.includes('f')) {
    return 'it is an f-string, whose value is only known to the program that runs it; write a plain string with {placeholders}';
  }
  if (prefix.includes('t')) return 'it is a template string (t"…"), which is no text; write a plain string';
  if (prefix.includes('b')) return 'it is a bytes literal (b"…"), which is no text; write a plain string';
  return undefined;
}

/** Where a literal ends: behind its quotes, or, in one without them, at the line end or the end of the file. */
function findClose(text: string, from: number, quote: string): { end: number; closed: boolean } {
  const mark = quote.charCodeAt(0);
  const singleLine = quote.length === 1;
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x5c) at += 1;
    else if (code === 0x0a && singleLine) return { end: at, closed: false };
    else if (code === mark && text.startsWith(quote, at)) return { end: at + quote.length, closed: true };
  }
  return { end: text.length, closed: false };
}

/** @param offset where the body stands in the file */
function unescape(body: string, offset: number): Pick<PythonString, 'value' | 'problem'> {
  const pieces: string[] = [];
  let from = 0;
  for (let at = body.indexOf('\\'); at !== -1; at = body.indexOf('\\', from)) {
    pieces.push(body.slice(from, at));
    const escape = readEscape(body, at);
    if ('message' in escape) return { problem: { message: escape.message, at: offset + at } };
    pieces.push(escape.text);
    from = escape.end;
  }
  pieces.push(body.slice(from));
  return { value: pieces.join('') };
}

function readEscape(body: string, at: number): { text: string; end: number } | { message: string } {
  const letter = body.charAt(at + 1);
  const simple = SIMPLE_ESCAPES[letter];
  if (simple !== undefined) return { text: simple, end: at + 2 };
  const digits = HEX_DIGITS[letter];
  if (digits !== undefined) return readHexEscape(body, at, digits);
  if (letter === 'N') {
    return { message: 'it names a character (\\N{…}), which is not supported; write the character itself' };
  }
  OCTAL.lastIndex = at + 1;
  const octal = OCTAL.exec(body)?.[0];
  if (octal !== undefined) return { text: String.fromCharCode(parseInt(octal, 8)), end: at + 1 + octal.length };
  // As in Python, a backslash that escapes nothing stays.
  return { text: '\\', end: at + 1 };
}

function readHexEscape(body: string, at: number, digits: number): { text: string; end: number } | { message: string } {
  const end = at + 2 + digits;
  const hex = body.slice(at + 2, end);
  const shown = body.slice(at, end);
  if (hex.length < digits || !/^[0-9a-fA-F]+$/u.test(hex)) {
    return {
      message: `${JSON.stringify(shown)} is no escape: ${shown.slice(0, 2)} takes ${digits} hexadecimal digits`,
    };
  }
  const code = parseInt(hex, 16);
  if (code > 0x10ffff) return { message: `${shown} is beyond the last character, \\U0010ffff` };
  if (code >= 0xd800 && code <= 0xdfff) {
    return { message: `${shown} is half of a surrogate pair, which no text file can hold` };
  }
  return { text: String.fromCodePoint(code), end };
}

/**
 * A Python expression for a text, written for people: one line stays one literal, several become a triple-quoted one that
 * starts on the next line. Reading it gives the text back, in Python as here.
 *
 * @param text without unpaired surrogates
 */
export function writePythonString(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replace(UNPRINTABLE, escapeCharacter);
  if (!escaped.includes('\n')) return `"${escaped.replaceAll('"', '\\"')}"`;
  const quoted = escaped.replace(/"""|"$/gu, (quotes) => quotes.replaceAll('"', '\\"'));
  return `"""\\\n${quoted}"""`;
}

/** Control characters but the line feed, what ends a line elsewhere, and the byte order mark. */
const UNPRINTABLE = /(?!\n)[\p{Cc}\u2028\u2029\ufeff]/gu;

function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0);
  if (character === '\t') return '\\t';
  if (character === '\r') return '\\r';
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
