import { DigestSet } from './digestSet.ts';
import { bandsFor, LshIndex } from './lshIndex.ts';
import { MinHash } from './minHash.ts';
import { jaccard, ngramHashes, wholeHash, wideNgramHashes, type NgramUnit } from './ngrams.ts';
import { toUnit, VectorIndex } from './vectorIndex.ts';

/** An earlier text or vector that one is too near to. */
export interface Match {
  /** Its number, counted from 0 in the order in which they were remembered; null: it stands for several. */
  readonly number: number | null;
  /** From 0 to 1; 1: the same. */
  readonly similarity: number;
}

/** Looks for what is too near to something remembered earlier. */
export interface Finder<Subject> {
  find(subject: Subject): Match | null;
  /** Remembers what `find` was last called with, under the next number. */
  remember(): void;
}

/** The same text. */
export function createExactFinder(): Finder<string> {
  const digests = new DigestSet();
  return {
    find(text) {
      const number = digests.add(text);
      return number === null ? null : { number, similarity: 1 };
    },
    remember: () => undefined,
  };
}

/** A text of which so many n-grams are the same: candidates by MinHash, each verified by its true Jaccard similarity. */
export function createFuzzyFinder(threshold: number, ngram: NgramUnit, permutations: number): Finder<string> {
  const minHash = new MinHash(permutations);
  const index = new LshIndex(bandsFor(threshold, permutations));
  const texts: string[] = [];
  let last: { readonly text: string; readonly signature: Uint32Array } | undefined;
  return {
    find(text) {
      const ngrams = ngramHashes(text, ngram);
      const signature = minHash.signature(ngrams);
      last = { text, signature };
      for (const number of index.candidates(signature)) {
        const similarity = jaccard(ngrams, ngramHashes(texts[number] ?? '', ngram));
        if (similarity >= threshold) return { number, similarity };
      }
      return null;
    },
    remember() {
      if (last === undefined) return;
      index.add(last.signature);
      texts.push(last.text);
    },
  };
}

/** Finds n-grams of earlier texts, taken together. */
export interface OverlapFinder extends Finder<string> {
  /** Texts that are remembered and too short for an n-gram. */
  readonly short: number;
}

/**
 * A text that shares n-grams with what is remembered, taken together: such a share of its own, or any at all with 0. A text
 * that is too short for an n-gram is one by itself: only the very same is found for it.
 */
export function createOverlapFinder(threshold: number, ngram: NgramUnit): OverlapFinder {
  const known = new Set<number>();
  const knownWhole = new Set<number>();
  let short = 0;
  let last: Float64Array = new Float64Array(0);
  let isWhole = false;
  return {
    get short() {
      return short;
    },
    find(text) {
      last = wideNgramHashes(text, ngram);
      isWhole = last.length === 0;
      if (isWhole) last = wholeHash(text, ngram);
      const among = isWhole ? knownWhole : known;
      let common = 0;
      for (const hash of last) if (among.has(hash)) common += 1;
      const similarity = last.length === 0 ? 0 : common / last.length;
      return common > 0 && similarity >= threshold ? { number: null, similarity } : null;
    },
    remember() {
      if (isWhole) short += 1;
      for (const hash of last) (isWhole ? knownWhole : known).add(hash);
    },
  };
}

/** A vector of another length than those before, or without a direction. */
export class VectorMismatchError extends Error {}

/** A vector with at least such a cosine. */
export function createSemanticFinder(threshold: number): Finder<readonly number[]> {
  let index: VectorIndex | undefined;
  let dimensions = 0;
  let last: Float32Array | null = null;
  return {
    /** @throws VectorMismatchError */
    find(vector) {
      if (index === undefined) {
        dimensions = vector.length;
        index = new VectorIndex(dimensions);
      }
      if (vector.length !== dimensions) {
        throw new VectorMismatchError(`it has ${vector.length} numbers, those before have ${dimensions}`);
      }
      last = toUnit(vector);
      if (last === null) throw new VectorMismatchError('it has no direction: all its numbers are 0');
      const near = index.near(last, threshold);
      return near === null ? null : { number: near.number, similarity: near.cosine };
    },
    remember() {
      if (last !== null) index?.add(last);
    },
  };
}
