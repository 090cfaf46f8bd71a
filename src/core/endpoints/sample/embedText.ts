/** Length of the vectors. */
export const EMBEDDING_DIMENSIONS = 256;

/** Words that say nothing of what a text is about, and the mark of the endpoint's own texts. */
const WEAK = new Set(
  `a an and any are as at be been but by can could did do does done for from had has have how i if in into is it its me my
  no not of on or our sample should so than that the their them then there these they this to us was we were what when
  where which who why will with would you your`.split(/\s+/u),
);

/**
 * A vector of length 1 for a text: words and the groups of three letters in them, hashed into signed buckets (Weinberger
 * and others, "Feature hashing", 2009). Texts that share words point in similar directions, also when the words have
 * other endings or come in another order.
 */
export function embedText(text: string): number[] {
  const vector = new Array<number>(EMBEDDING_DIMENSIONS).fill(0);
  const add = (feature: string, weight: number): void => {
    const hash = fnv1a(feature);
    const bucket = hash % EMBEDDING_DIMENSIONS;
    vector[bucket] = (vector[bucket] ?? 0) + (hash & 0x10000 ? weight : -weight);
  };
  for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{N}]+/gu)) {
    const weight = WEAK.has(word) ? 0.1 : 1;
    add(word, weight);
    for (let start = 0; start + 3 <= word.length; start += 1) add(`#${word.slice(start, start + 3)}`, weight / 2);
  }
  const length = Math.hypot(...vector);
  if (length === 0) {
    vector[0] = 1;
    return vector;
  }
  return vector.map((value) => value / length);
}

/** Fowler, Noll and Vo, 32 bits, with a last mixing so that the low bits are good as well. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
