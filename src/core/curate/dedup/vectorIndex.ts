import { seededRandom } from '../seededRandom.ts';

/** Vectors up to which every one is looked at; beyond, only those of the nearest buckets. */
export const EXACT_VECTORS = 50_000;
const BUCKETS = 256;
/** Nearest buckets that are searched. */
const PROBES = 24;
/** Vectors that the buckets are made from, and rounds of k-means. */
const TRAINING_VECTORS = 10_000;
const TRAINING_ROUNDS = 4;

/** The nearest earlier vector: its number, counted from 0, and the cosine. */
export interface Neighbour {
  readonly number: number;
  readonly cosine: number;
}

/**
 * Finds an earlier vector with at least a given cosine: exactly among the first {@link EXACT_VECTORS}, and from then on in
 * the nearest of {@link BUCKETS} buckets, whose centres are made once by k-means (seeded) of the vectors so far.
 */
export class VectorIndex {
  readonly #dimensions: number;
  readonly #exact: number;
  #vectors: Float32Array;
  #size = 0;
  #centres: Float32Array | undefined;
  readonly #buckets: number[][] = Array.from({ length: BUCKETS }, () => []);

  /** @param exact for tests: see {@link EXACT_VECTORS} */
  constructor(dimensions: number, exact = EXACT_VECTORS) {
    this.#dimensions = dimensions;
    this.#exact = exact;
    this.#vectors = new Float32Array(dimensions * 1024);
  }

  get size(): number {
    return this.#size;
  }

  /** The first vector that is at least so near; null: none is. @param unit of length 1 */
  near(unit: Float32Array, threshold: number): Neighbour | null {
    if (this.#centres === undefined) {
      for (let number = 0; number < this.#size; number += 1) {
        const cosine = this.#cosine(unit, number);
        if (cosine >= threshold) return { number, cosine };
      }
      return null;
    }
    let found: Neighbour | null = null;
    for (const bucket of this.#nearest(unit, this.#centres).slice(0, PROBES)) {
      for (const number of this.#buckets[bucket] ?? []) {
        if (found !== null && number >= found.number) break;
        const cosine = this.#cosine(unit, number);
        if (cosine >= threshold) found = { number, cosine };
      }
    }
    return found;
  }

  /** Remembers a vector under the next number. @param unit of length 1 */
  add(unit: Float32Array): void {
    const at = this.#size * this.#dimensions;
    if (at === this.#vectors.length) {
      const larger = new Float32Array(this.#vectors.length * 2);
      larger.set(this.#vectors);
      this.#vectors = larger;
    }
    this.#vectors.set(unit, at);
    this.#size += 1;
    if (this.#centres !== undefined) this.#put(this.#size - 1, this.#centres);
    else if (this.#size >= this.#exact) this.#makeBuckets();
  }

  #vector(number: number): Float32Array {
    return this.#vectors.subarray(number * this.#dimensions, (number + 1) * this.#dimensions);
  }

  #cosine(unit: Float32Array, number: number): number {
    return dot(unit, this.#vectors, number * this.#dimensions);
  }

  #put(number: number, centres: Float32Array): void {
    this.#buckets[this.#nearest(this.#vector(number), centres)[0] ?? 0]?.push(number);
  }

  /** Buckets, the one with the nearest centre first. */
  #nearest(unit: Float32Array, centres: Float32Array): number[] {
    const nearness = Float64Array.from({ length: BUCKETS }, (_, bucket) =>
      dot(unit, centres, bucket * this.#dimensions),
    );
    return Array.from({ length: BUCKETS }, (_, bucket) => bucket).sort(
      (a, b) => (nearness[b] ?? 0) - (nearness[a] ?? 0) || a - b,
    );
  }

  #makeBuckets(): void {
    const random = seededRandom(0, [this.#size]);
    const any = (): number => Math.floor(random() * this.#size);
    const training = Array.from({ length: Math.min(TRAINING_VECTORS, this.#size) }, any);
    const centres = new Float32Array(BUCKETS * this.#dimensions);
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) centres.set(this.#vector(any()), bucket * this.#dimensions);
    for (let round = 0; round < TRAINING_ROUNDS; round += 1) {
      const sums = new Float32Array(centres.length);
      for (const number of training) {
        const base = (this.#nearest(this.#vector(number), centres)[0] ?? 0) * this.#dimensions;
        const vector = this.#vector(number);
        for (let index = 0; index < vector.length; index += 1) {
          sums[base + index] = (sums[base + index] ?? 0) + (vector[index] ?? 0);
        }
      }
      for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
        const sum = toUnit(sums.subarray(bucket * this.#dimensions, (bucket + 1) * this.#dimensions));
        if (sum !== null) centres.set(sum, bucket * this.#dimensions);
      }
    }
    for (let number = 0; number < this.#size; number += 1) this.#put(number, centres);
    this.#centres = centres;
  }
}

/** The vector with length 1; null for one without a direction. */
export function toUnit(vector: ArrayLike<number>): Float32Array | null {
  const unit = Float32Array.from(vector);
  const length = Math.sqrt(dot(unit, unit, 0));
  if (length === 0 || !Number.isFinite(length)) return null;
  for (let index = 0; index < unit.length; index += 1) unit[index] = (unit[index] ?? 0) / length;
  return unit;
}

function dot(a: Float32Array, b: Float32Array, offset: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  const { length } = a;
  const whole = length - (length % 4);
  for (let index = 0; index < whole; index += 4) {
    const at = offset + index;
    s0 += (a[index] ?? 0) * (b[at] ?? 0);
    s1 += (a[index + 1] ?? 0) * (b[at + 1] ?? 0);
    s2 += (a[index + 2] ?? 0) * (b[at + 2] ?? 0);
    s3 += (a[index + 3] ?? 0) * (b[at + 3] ?? 0);
  }
  for (let index = whole; index < length; index += 1) s0 += (a[index] ?? 0) * (b[offset + index] ?? 0);
  return s0 + s1 + s2 + s3;
}
