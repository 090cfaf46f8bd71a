import type { Random } from '../seededRandom.ts';

/** So many elements of a stream, each with the same chance (reservoir sampling, Vitter's algorithm R, 1985). */
export class Sample<T> {
  readonly #elements: T[] = [];
  readonly #size: number;
  readonly #random: Random;
  #seen = 0;

  constructor(size: number, random: Random) {
    this.#size = size;
    this.#random = random;
  }

  get elements(): readonly T[] {
    return this.#elements;
  }

  /** @param make called only when the element is taken into the sample */
  add(make: () => T): void {
    this.#seen += 1;
    if (this.#elements.length < this.#size) {
      this.#elements.push(make());
      return;
    }
    const at = Math.floor(this.#random() * this.#seen);
    if (at < this.#size) this.#elements[at] = make();
  }
}
