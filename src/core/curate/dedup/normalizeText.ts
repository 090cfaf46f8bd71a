/** What is levelled out before texts are compared. */
export const NORMALIZATIONS = ['unicode', 'case', 'whitespace', 'punctuation'] as const;
export type Normalization = (typeof NORMALIZATIONS)[number];

const BLANK = 0x20;
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

/** Whether a text of ASCII has white space other than single blanks inside; its bytes are seen through twice as fast as by an expression. */
function createBlankCheck(): (text: string) => boolean {
  let bytes = Buffer.alloc(0);
  return (text) => {
    if (text.length > bytes.length) bytes = Buffer.allocUnsafe(text.length * 2);
    const { length } = text;
    bytes.write(text, 0, 'latin1');
    let before = BLANK;
    for (let at = 0; at < length; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte <= BLANK && (byte === BLANK ? before === BLANK : byte >= 0x09 && byte <= 0x0d)) return true;
      before = byte;
    }
    return before === BLANK;
  };
}
