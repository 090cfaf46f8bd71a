/** Share of the pairs at the threshold that must become candidates. */
const WANTED_RECALL = 0.99;
const FIRST_CAPACITY = 1024;

export interface Bands {
  readonly bands: number;
  /** Numbers of a signature in each band. */
  readonly rows: number;
}

/**
 * How to cut signatures into bands, so that nearly all pairs of sets with the given similarity agree in a whole band while
 * as few others as possible do (Leskovec, Rajaraman, Ullman: Mining of Massive Datasets, 3.4).
 */
export function bandsFor(threshold: number, length: number): Bands {
  for (let rows = length; rows > 1; rows -= 1) {
    const bands = Math.floor(length / rows);
    if (1 - (1 - threshold ** rows) ** bands >= WANTED_RECALL) return { bands, rows };
  }
  return { bands: length, rows: 1 };
}

/** Finds earlier signatures that agree with one in a whole band. About 16 bytes a band and signature. */
export class LshIndex {
  readonly #bands: number;
  readonly #rows: number;
  /** By band: hash table of chains. Numbers of signatures count from 1, 0 ends a chain. */
  #heads: Uint32Array;
  #buckets = FIRST_CAPACITY;
  /** By signature and band: hash of the band, and the next signature of the chain. */
  #hashes: Uint32Array;
  #next: Uint32Array;
  #size = 0;

  constructor({ bands, rows }: Bands) {
    this.#bands = bands;
    this.#rows = rows;
    this.#heads = new Uint32Array(bands * FIRST_CAPACITY);
    this.#hashes = new Uint32Array(bands * FIRST_CAPACITY);
    this.#next = new Uint32Array(bands * FIRST_CAPACITY);
  }

  get size(): number {
    return this.#size;
  }

  /** Numbers, counted from 0 in the order they were added, of signatures that agree in a band; each once, ascending. */
  candidates(signature: Uint32Array): readonly number[] {
    const found = new Set<number>();
    for (let band = 0; band < this.#bands; band += 1) {
      const hash = this.#hashOf(signature, band);
      let number = this.#heads[band * this.#buckets + (hash % this.#buckets)] ?? 0;
      while (number !== 0) {
        const at = (number - 1) * this.#bands + band;
        if (this.#hashes[at] === hash) found.add(number - 1);
        number = this.#next[at] ?? 0;
      }
    }
    return [...found].sort((a, b) => a - b);
  }

  /** Remembers a signature under the next number. */
  add(signature: Uint32Array): void {
    if (this.#size === this.#buckets) this.#grow();
    const base = this.#size * this.#bands;
    for (let band = 0; band < this.#bands; band += 1) this.#hashes[base + band] = this.#hashOf(signature, band);
    this.#size += 1;
    this.#chain(this.#size);
  }

  #chain(number: number): void {
    for (let band = 0; band < this.#bands; band += 1) {
      const at = (number - 1) * this.#bands + band;
      const head = band * this.#buckets + ((this.#hashes[at] ?? 0) % this.#buckets);
      this.#next[at] = this.#heads[head] ?? 0;
      this.#heads[head] = number;
    }
  }

  #hashOf(signature: Uint32Array, band: number): number {
    let hash = 0x9e3779b9;
    for (let row = band * this.#rows; row < (band + 1) * this.#rows; row += 1) {
      hash = Math.imul(hash ^ (signature[row] ?? 0), 0x85ebca6b);
      hash ^= hash >>> 15;
    }
    return hash >>> 0;
  }

  #grow(): void {
    this.#buckets *= 2;
    this.#heads = new Uint32Array(this.#bands * this.#buckets);
    this.#hashes = grown(this.#hashes, this.#bands * this.#buckets);
    this.#next = new Uint32Array(this.#bands * this.#buckets);
    for (let number = 1; number <= this.#size; number += 1) this.#chain(number);
  }
}

function grown(array: Uint32Array, length: number): Uint32Array {
  const larger = new Uint32Array(length);
  larger.set(array);
  return larger;
}
