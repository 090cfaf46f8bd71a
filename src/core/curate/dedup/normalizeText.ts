/** What is levelled out before texts are compared. */
export const NORMALIZATIONS = ['unicode', 'case', 'whitespace', 'punctuation'] as const;
export type Normalization = (typeof NORMALIZATIONS)[number];

const BLANK = 0x20;
const LETTER = 0x61;
const WORD_BYTES = 4;
const WHITE_CONTROLS = /[\t-\r]/;
const UNPRINTED = /[^\S ]|^ | $| {2}/u;

/**
 * A text without the differences that do not count: `unicode` (compatibility forms, NFKC), `case`, `punctuation` (removed,
 * symbols too), `whitespace` (each run one blank, none at the ends).
 */
export function normalizeText(text: string, steps: readonly Normalization[]): string {
  return createNormalizer(steps)(text);
}

/** {@link normalizeText} for many texts. */
export function createNormalizer(steps: readonly Normalization[]): (text: string) => string {
  const [unicode, lower, punctuation, whitespace] = (['unicode', 'case', 'punctuation', 'whitespace'] as const).map(
    (step) => steps.includes(step),
  );
  const hasUnevenBlanks = createBlankCheck();
  return (text) => {
    const isPlain = Buffer.byteLength(text) === text.length;
    let result = unicode === true && !isPlain ? text.normalize('NFKC') : text;
    if (lower === true) result = result.toLowerCase();
    if (punctuation === true) result = result.replace(/[\p{P}\p{S}]+/gu, ' ');
    // Most texts are in order; looking is several times faster than replacing every blank.
    if (whitespace === true && (isPlain ? hasUnevenBlanks(result) : UNPRINTED.test(result))) {
      result = result.replace(/\s+/gu, ' ').trim();
    }
    return result;
  };
}

/**
 * Whether a text of ASCII has white space other than single blanks inside. Its bytes are seen through four at a time, which
 * is several times faster than an expression: to bytes below 0x80, a number is added that lifts just the wanted ones, or
 * all others, to 0x80.
 */
function createBlankCheck(): (text: string) => boolean {
  let words = new Int32Array(0);
  let bytes = Buffer.alloc(0);
  return (text) => {
    const { length } = text;
    // A blank more, so that one at the end has a neighbour; then bytes that are none, up to a whole word.
    if (length + WORD_BYTES > bytes.length) {
      words = new Int32Array(Math.ceil((length + WORD_BYTES) / WORD_BYTES) * 2);
      bytes = Buffer.from(words.buffer);
    }
    bytes.write(text, 0, 'latin1');
    bytes[length] = BLANK;
    bytes[length + 1] = bytes[length + 2] = bytes[length + 3] = LETTER;
    const count = (length + WORD_BYTES) >> 2;
    /** Whether the byte before was a blank, as the lowest byte's mark; what stands before the text counts as one. */
    let before = 0x80;
    let controls: boolean | undefined;
    for (let at = 0; at < count; at += 1) {
      const word = words[at] ?? 0;
      if (~(word + 0x60606060) & 0x80808080) {
        // Of the control characters only some are white space, and texts rarely have any.
        controls ??= WHITE_CONTROLS.test(text);
        if (controls) return true;
      }
      const blanks = ~(word + 0x5f5f5f5f) & 0x80808080;
      if (blanks & ((blanks << 8) | before)) return true;
      before = blanks >>> 24;
    }
    return false;
  };
}
