import type { Encoding } from './encodings.ts';

/** Counts tokens. Texts are plain text: what looks like a special token (`<|endoftext|>`) is counted letter by letter. */
export interface TokenCounter {
  readonly count: (text: string) => number;
  /** Whether a text has at most so many tokens; stops counting once it is clear that it has more. */
  readonly fits: (text: string, limit: number) => boolean;
}

/** Byte-pair encoding takes the square of a run's length: longer ones are counted piece by piece. In UTF-16 code units or a little more. */
const RUN_LIMIT = 2000;
const LONG_RUN = new RegExp(
  [String.raw`[\p{L}\p{M}]`, String.raw`\s`, String.raw`[^\s\p{L}\p{M}\p{N}]`]
    .map((unit) => `${unit}{${RUN_LIMIT}}`)
    .join('|'),
  'gu',
);

/** Loads the table of an encoding (one or two megabytes) when it is first wanted. */
export async function loadTokenCounter(encoding: Encoding): Promise<TokenCounter> {
  const { countTokens, isWithinTokenLimit } =
    encoding === 'o200k_base'
      ? await import('gpt-tokenizer/encoding/o200k_base')
      : await import('gpt-tokenizer/encoding/cl100k_base');
  const plain = { allowedSpecial: new Set<string>(), disallowedSpecial: new Set<string>() };
  return {
    count: (text) => pieces(text).reduce((sum, piece) => sum + countTokens(piece, plain), 0),
    fits(text, limit) {
      let left = limit;
      for (const piece of pieces(text)) {
        const counted = left < 0 ? false : isWithinTokenLimit(piece, left, plain);
        if (counted === false) return false;
        left -= counted;
      }
      return left >= 0;
    },
  };
}

/** A text cut wherever a run of letters, of white space or of signs goes on for too long: nearly always whole. */
function pieces(text: string): readonly string[] {
  if (text.length < RUN_LIMIT) return [text];
  const found: string[] = [];
  let start = 0;
  for (const match of text.matchAll(LONG_RUN)) {
    const end = match.index + match[0].length;
    found.push(text.slice(start, end));
    start = end;
  }
  found.push(text.slice(start));
  return found;
}
