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
    // As a text of one character a byte: a buffer each would cost more than the digest.
    const bytes = hash('sha256', text, 'binary');
    const [a, b, c, d] = [wordAt(bytes, 0), wordAt(bytes, 4), wordAt(bytes, 8), wordAt(bytes, 12)];
    const slot = this.#find(a, b, c, d);
    const number = this.#numbers[slot] ?? 0;
    if (number !== 0) return number - 1;
    this.#size += 1;
    this.#put(slot, this.#size, a, b, c, d);
    if (this.#size * 2 > this.#capacity) this.#grow();
    return null;
  }

  /** The slot of a digest, or the free one where it belongs. */
  #find(a: number, b: number, c: number, d: number): number {
    const digests = this.#digests;
    let slot = a % this.#capacity;
    while (this.#numbers[slot] !== 0) {
      const at = slot * WORDS;
      if (digests[at] === a && digests[at + 1] === b && digests[at + 2] === c && digests[at + 3] === d) return slot;
      slot = (slot + 1) % this.#capacity;
    }
    return slot;
  }

  #put(slot: number, number: number, a: number, b: number, c: number, d: number): void {
    const at = slot * WORDS;
    this.#numbers[slot] = number;
    this.#digests[at] = a;
    this.#digests[at + 1] = b;
    this.#digests[at + 2] = c;
    this.#digests[at + 3] = d;
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
      const at = slot * WORDS;
      const [a = 0, b = 0, c = 0, d = 0] = [digests[at], digests[at + 1], digests[at + 2], digests[at + 3]];
      this.#put(this.#find(a, b, c, d), number, a, b, c, d);
    }
  }
}

/** Four bytes of a text of one character a byte, as a whole number. */
function wordAt(bytes: string, at: number): number {
  return (
    (bytes.charCodeAt(at) |
      (bytes.charCodeAt(at + 1) << 8) |
      (bytes.charCodeAt(at + 2) << 16) |
      (bytes.charCodeAt(at + 3) << 24)) >>>
    0
  );
}
