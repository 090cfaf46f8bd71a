import { hashText } from './hashText.ts';

/** Names that are counted one by one; beyond, those seen only a few times are forgotten again. */
const MOST_NAMES = 100_000;
/** 2^12 registers: a standard error of 1.04/64, about 1.6 %. */
const REGISTER_BITS = 12;

/**
 * Counts how often names occur, in bounded memory. Up to 100 000 different names everything is exact; beyond, rare ones are
 * dropped from the table (Manku and Motwani 2002), and how many there are is estimated (HyperLogLog, Flajolet et al. 2007).
 */
export class Frequencies {
  readonly #counts = new Map<string, number>();
  readonly #registers = new Uint8Array(2 ** REGISTER_BITS);
  readonly #most: number;
  #total = 0;
  #floor = 0;

  constructor(most = MOST_NAMES) {
    this.#most = most;
  }

  get total(): number {
    return this.#total;
  }

  /** Whether the numbers are exact. */
  get exact(): boolean {
    return this.#floor === 0;
  }

  add(name: string): void {
    this.#total += 1;
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
    const hash = hashText(name);
    const register = hash >>> (32 - REGISTER_BITS);
    const rank = Math.clz32(((hash << REGISTER_BITS) | (1 << (REGISTER_BITS - 1))) >>> 0) + 1;
    if (rank > (this.#registers[register] ?? 0)) this.#registers[register] = rank;
    while (this.#counts.size > this.#most) this.#forgetRare();
  }

  /** The names there are, with how often each occurred. */
  entries(): IterableIterator<[string, number]> {
    return this.#counts.entries();
  }

  /** Whether a name occurred; one that was forgotten did not. */
  has(name: string): boolean {
    return this.#counts.has(name);
  }

  /** How many different names there were. */
  get distinct(): number {
    return this.exact ? this.#counts.size : Math.max(this.#counts.size, this.#estimate());
  }

  /** Shannon entropy in bits; what was forgotten counts as names that occurred once. */
  entropy(): number {
    if (this.#total === 0) return 0;
    let counted = 0;
    let sum = 0;
    for (const count of this.#counts.values()) {
      counted += count;
      sum -= (count / this.#total) * Math.log2(count / this.#total);
    }
    return sum + ((this.#total - counted) / this.#total) * Math.log2(this.#total);
  }

  /** The most frequent names, the alphabet deciding among equals. */
  top(most: number): readonly (readonly [string, number])[] {
    return [...this.#counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, most);
  }

  #forgetRare(): void {
    this.#floor += 1;
    for (const [name, count] of this.#counts) if (count <= this.#floor) this.#counts.delete(name);
  }

  #estimate(): number {
    const size = this.#registers.length;
    const sum = this.#registers.reduce((total, rank) => total + 2 ** -rank, 0);
    return Math.round(((0.7213 / (1 + 1.079 / size)) * size * size) / sum);
  }
}
