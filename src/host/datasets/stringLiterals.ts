/** Texts in quotes in Python, JavaScript and TypeScript, with their places. Knows no more of the languages than that. */

export interface StringLiteral {
  /** What stands between the quotes, escapes of slashes and quotes undone. */
  readonly text: string;
  /** Offset of the opening quote, and behind the closing one. */
  readonly start: number;
  readonly end: number;
}

export type QuotingLanguage = 'python' | 'javascript';

/** Comments, and texts of one line or of several. */
const TOKENS: Readonly<Record<QuotingLanguage, RegExp>> = {
  python: /#[^\n]*|([A-Za-z]{0,2})("""|'''|"|')/gu,
  javascript: /\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)|()(["'`])/gu,
};

/** The literals of a text, in their order. Those that are put together from values (`f"…{x}"`, `${x}`) are left out. */
export function stringLiterals(source: string, language: QuotingLanguage): readonly StringLiteral[] {
  const literals: StringLiteral[] = [];
  const pattern = new RegExp(TOKENS[language]);
  for (let match = pattern.exec(source); match !== null; match = pattern.exec(source)) {
    const [, prefix = '', quote] = match;
    if (quote === undefined) continue;
    const start = match.index + prefix.length;
    const close = endOf(source, start + quote.length, quote);
    // Not closed in its line: something that is no text, such as an apostrophe in markup.
    if (close === undefined) continue;
    const inner = source.slice(start + quote.length, close);
    const isMade = (/f/iu.test(prefix) && inner.includes('{')) || (quote === '`' && inner.includes('${'));
    if (!isMade) literals.push({ text: unescaped(inner, prefix), start, end: close + quote.length });
    pattern.lastIndex = close + quote.length;
  }
  return literals;
}

function endOf(source: string, from: number, quote: string): number | undefined {
  const spans = quote.length === 3 || quote === '`';
  for (let at = from; at < source.length; at += 1) {
    if (source[at] === '\\') at += 1;
    else if (source.startsWith(quote, at)) return at;
    else if (source[at] === '\n' && !spans) return undefined;
  }
  return undefined;
}

function unescaped(inner: string, prefix: string): string {
  return /r/iu.test(prefix) ? inner : inner.replaceAll(/\\(["'\\/`])/gu, '$1');
}
