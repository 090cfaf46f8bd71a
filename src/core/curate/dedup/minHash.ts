import { seededRandom } from '../seededRandom.ts';

/**
 * Makes MinHash signatures (Broder 1997): for each of several hash functions the smallest hash of a set. Two sets agree in
 * each place with a probability equal to their Jaccard similarity.
 */
export class MinHash {
  readonly #factors: Int32Array;
  readonly #offsets: Int32Array;

  /** @param length hash functions, and so numbers in a signature */
  constructor(length: number, seed = 1) {
    const random = seededRandom(seed, []);
    const draw = (): number => Math.floor(random() * 2 ** 32) | 0;
    // Odd factors, so that each function only changes the order of the hashes.
    this.#factors = Int32Array.from({ length }, () => draw() | 1);
    this.#offsets = Int32Array.from({ length }, draw);
  }

  /** @param elements hashes of the set's elements, at least one */
  signature(elements: Uint32Array): Uint32Array {
    const [factors, offsets] = [this.#factors, this.#offsets];
    const smallest = new Uint32Array(factors.length).fill(0xffffffff);
    for (const element of elements) {
      for (let index = 0; index < factors.length; index += 1) {
        const hash = (Math.imul(factors[index] ?? 1, element) + (offsets[index] ?? 0)) >>> 0;
        if (hash < (smallest[index] ?? 0)) smallest[index] = hash;
      }
    }
    return smallest;
  }
}
