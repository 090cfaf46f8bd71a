import { hashText, mix } from './hashText.ts';

/** Characters in a shingle, and values in a signature: a standard error of 1/√128, about 0.09 in the similarity of a pair. */
const SHINGLE = 5;
const SIGNATURE = 128;

/** MinHash (Broder 1997) of the character shingles of a text, case and white space aside. */
export function minHash(text: string): Uint32Array {
  const plain = text.toLowerCase().replace(/\s+/gu, ' ').trim();
  const signature = new Uint32Array(SIGNATURE).fill(0xffffffff);
  const last = Math.max(0, plain.length - SHINGLE);
  for (let start = 0; start <= last; start += 1) {
    const hash = hashText(plain.slice(start, start + SHINGLE));
    for (let at = 0; at < SIGNATURE; at += 1) {
      const value = mix(hash ^ Math.imul(at + 1, 0x9e3779b1));
      if (value < (signature[at] ?? 0)) signature[at] = value;
    }
  }
  return signature;
}

/** Estimated Jaccard similarity of the texts of two signatures. */
export function similarity(a: Uint32Array, b: Uint32Array): number {
  let same = 0;
  for (let at = 0; at < SIGNATURE; at += 1) if (a[at] === b[at]) same += 1;
  return same / SIGNATURE;
}
