/** What n-grams are made of. */
export interface NgramUnit {
  readonly unit: 'characters' | 'words';
  /** Units in an n-gram. */
  readonly size: number;
}

/** Words, and single characters of scripts that write without blanks. */
const WORD = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{N}\p{M}]+/gu;
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * The different n-grams of a text as 32-bit hashes in ascending order (FNV-1a, finished as in MurmurHash3). A text with
 * fewer units than an n-gram has is one n-gram; an empty one has none.
 */
export function ngramHashes(text: string, { unit, size }: NgramUnit): Uint32Array {
  const units = unitsOf(text, unit);
  if (units.length === 0) return new Uint32Array(0);
  const count = Math.max(1, units.length - size + 1);
  const hashes = new Uint32Array(count);
  for (let start = 0; start < count; start += 1) {
    let hash = FNV_OFFSET;
    const end = Math.min(units.length, start + size);
    for (let index = start; index < end; index += 1) hash = Math.imul(hash ^ (units[index] ?? 0), FNV_PRIME);
    hashes[start] = finish(hash);
  }
  hashes.sort();
  let kept = 0;
  for (let index = 0; index < count; index += 1) {
    const hash = hashes[index] ?? 0;
    if (kept === 0 || hashes[kept - 1] !== hash) {
      hashes[kept] = hash;
      kept += 1;
    }
  }
  return hashes.subarray(0, kept);
}

/**
 * The n-grams of a text as 53-bit hashes, so that even among many millions hardly two different ones are taken for the same;
 * in the order of the text, repetitions included. A text with fewer units than an n-gram has none.
 */
export function wideNgramHashes(text: string, { unit, size }: NgramUnit): Float64Array {
  return wideHashes(unitsOf(text, unit), size);
}

/** A text as one n-gram, however long; an empty one has none. */
export function wholeHash(text: string, { unit }: NgramUnit): Float64Array {
  const units = unitsOf(text, unit);
  return units.length === 0 ? new Float64Array(0) : wideHashes(units, units.length);
}

function wideHashes(units: Uint32Array, size: number): Float64Array {
  const hashes = new Float64Array(Math.max(0, units.length - size + 1));
  for (let start = 0; start < hashes.length; start += 1) {
    let [low, high] = [FNV_OFFSET, 0x9e3779b9];
    for (let index = start; index < start + size; index += 1) {
      low = Math.imul(low ^ (units[index] ?? 0), FNV_PRIME);
      high = Math.imul(high ^ (units[index] ?? 0), 0x5bd1e995);
      high ^= high >>> 15;
    }
    hashes[start] = (finish(high) >>> 11) * 2 ** 32 + finish(low);
  }
  return hashes;
}

function unitsOf(text: string, unit: NgramUnit['unit']): Uint32Array {
  return unit === 'characters' ? characterUnits(text) : wordUnits(text);
}

function characterUnits(text: string): Uint32Array {
  const units = new Uint32Array(text.length);
  for (let index = 0; index < text.length; index += 1) units[index] = text.charCodeAt(index);
  return units;
}

function wordUnits(text: string): Uint32Array {
  const words = text.match(WORD) ?? [];
  return Uint32Array.from(words, (word) => {
    let hash = FNV_OFFSET;
    for (let index = 0; index < word.length; index += 1) hash = Math.imul(hash ^ word.charCodeAt(index), FNV_PRIME);
    return finish(hash);
  });
}

function finish(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** How many elements two ascending lists without repetitions have in common. */
export function commonCount(a: Uint32Array, b: Uint32Array): number {
  let [i, j, common] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const [left = 0, right = 0] = [a[i], b[j]];
    if (left === right) common += 1;
    if (left <= right) i += 1;
    if (right <= left) j += 1;
  }
  return common;
}

/** Jaccard similarity of two ascending lists without repetitions: the common share of all; 1 for two empty ones. */
export function jaccard(a: Uint32Array, b: Uint32Array): number {
  if (a.length === 0 && b.length === 0) return 1;
  const common = commonCount(a, b);
  return common / (a.length + b.length - common);
}
