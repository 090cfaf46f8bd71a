/** How alike texts are, estimated from signatures: for statistics, where a few thousand pairs tell enough. */
import { MinHash } from '../dedup/minHash.ts';
import { ngramHashes } from '../dedup/ngrams.ts';
import { normalizeText } from '../dedup/normalizeText.ts';

/** Values in a signature: a standard error of 1/√128, about 0.09 at the most, in the similarity of a pair. */
const SIGNATURE = 128;
const SHINGLES = { unit: 'characters', size: 5 } as const;

/** A text as texts are compared: case and white space do not count. */
export function comparable(text: string): string {
  return normalizeText(text, ['unicode', 'case', 'whitespace']);
}

/** Makes signatures of texts (MinHash of the runs of five characters). */
export function createSigner(): (text: string) => Uint32Array {
  const hasher = new MinHash(SIGNATURE);
  return (text) => hasher.signature(ngramHashes(comparable(text), SHINGLES));
}

/** Estimated Jaccard similarity of the texts of two signatures. */
export function similarity(a: Uint32Array, b: Uint32Array): number {
  let same = 0;
  for (let at = 0; at < SIGNATURE; at += 1) if (a[at] === b[at]) same += 1;
  return same / SIGNATURE;
}
