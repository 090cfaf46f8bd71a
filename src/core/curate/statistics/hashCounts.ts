const FIRST_CAPACITY = 1024;

/**
 * How often each of many whole numbers up to 2^53 occurred, such as hashes of texts. 16 to 32 bytes a number, half as much
 * again while it grows; a `Map` takes more than twice that, and no more than 2^24 numbers.
 */
export class HashCounts {
  /** Open addressing; a slot whose count is 0 is free. */
  #hashes = new Float64Array(FIRST_CAPACITY);
  #counts = new Uint32Array(FIRST_CAPACITY);
  #size = 0;

  /** Different numbers. */
  get size(): number {
    return this.#size;
  }

  add(hash: number): void {
    const slot = this.#find(hash);
    if (this.#counts[slot] === 0) {
      this.#size += 1;
      this.#hashes[slot] = hash;
    }
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1;
    if (this.#size * 4 > this.#counts.length * 3) this.#grow();
  }

  has(hash: number): boolean {
    return this.#counts[this.#find(hash)] !== 0;
  }

  *entries(): Generator<readonly [hash: number, count: number]> {
    for (const [slot, count] of this.#counts.entries()) if (count > 0) yield [this.#hashes[slot] ?? 0, count];
  }

  /** The slot of a number, or the free one where it belongs. */
  #find(hash: number): number {
    const { length } = this.#counts;
    let slot = hash % length;
    while (this.#counts[slot] !== 0 && this.#hashes[slot] !== hash) slot = (slot + 1) % length;
    return slot;
  }

  #grow(): void {
    const [hashes, counts] = [this.#hashes, this.#counts];
    this.#hashes = new Float64Array(hashes.length * 2);
    this.#counts = new Uint32Array(hashes.length * 2);
    for (const [slot, count] of counts.entries()) {
      if (count === 0) continue;
      const hash = hashes[slot] ?? 0;
      const free = this.#find(hash);
      this.#hashes[free] = hash;
      this.#counts[free] = count;
    }
  }
}
