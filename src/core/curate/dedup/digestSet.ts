import { hash } from 'node:crypto';

const WORDS = 4;
const FIRST_CAPACITY = 1024;

/**
 * Texts, remembered by 128 bits of SHA-256 each: two different ones are taken for the same once in 10²⁶ among a million.
 * About 40 bytes a text.
 */
export class DigestSet {
  /** Open addressing, {@link WORDS} words a slot; a slot whose number is 0 is free. */
  #digests = new Uint32Array(FIRST_CAPACITY * WORDS);
  #numbers = new Uint32Array(FIRST_CAPACITY);
  #capacity = FIRST_CAPACITY;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** @returns null when the text is new (it is remembered now), else the number it was given, counted from 0 */
  add(text: string): number | null {
    const bytes = hash('sha256', text, 'buffer');
    const digest = [0, 4, 8, 12].map((offset) => bytes.readUInt32LE(offset)) as [number, number, number, number];
    const slot = this.#find(digest);
    const number = this.#numbers[slot] ?? 0;
    if (number !== 0) return number - 1;
    this.#size += 1;
    this.#numbers[slot] = this.#size;
    this.#digests.set(digest, slot * WORDS);
    if (this.#size * 2 > this.#capacity) this.#grow();
    return null;
  }

  /** The slot of a digest, or the free one where it belongs. */
  #find(digest: readonly [number, number, number, number]): number {
    const digests = this.#digests;
    let slot = digest[0] % this.#capacity;
    while (this.#numbers[slot] !== 0) {
      const at = slot * WORDS;
      if (
        digests[at] === digest[0] &&
        digests[at + 1] === digest[1] &&
        digests[at + 2] === digest[2] &&
        digests[at + 3] === digest[3]
      ) {
        return slot;
      }
      slot = (slot + 1) % this.#capacity;
    }
    return slot;
  }

  #grow(): void {
    const [digests, numbers] = [this.#digests, this.#numbers];
    const before = this.#capacity;
    this.#capacity *= 2;
    this.#digests = new Uint32Array(this.#capacity * WORDS);
    this.#numbers = new Uint32Array(this.#capacity);
    for (let slot = 0; slot < before; slot += 1) {
      const number = numbers[slot] ?? 0;
      if (number === 0) continue;
      const [a = 0, b = 0, c = 0, d = 0] = digests.subarray(slot * WORDS, (slot + 1) * WORDS);
      const target = this.#find([a, b, c, d]);
      this.#numbers[target] = number;
      this.#digests.set([a, b, c, d], target * WORDS);
    }
  }
}
