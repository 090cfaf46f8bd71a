/**
 * How many numbers lie from one bound up to another. The bounds of numbers that come in steps (whole numbers, scores by
 * halves) are the first and the last of those in the bin; of others the upper one is not included but in the last bin.
 */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/**
 * What is told of many numbers. Where there are thousands of different ones, quantiles are those of the numbers rounded to
 * three digits.
 */
export interface DistributionSummary {
  readonly count: number;
  readonly mean: number;
  readonly deviation: number;
  readonly min: number;
  readonly p5: number;
  readonly p25: number;
  readonly median: number;
  readonly p75: number;
  readonly p95: number;
  readonly max: number;
  /**
   * The numbers in at most {@link BINS} bins, from the smallest to the largest, none left out. They are equally wide, except
   * that the first and the last reach out to numbers that lie far from all others. Of numbers that come in steps each bin
   * has the same number of them, so that none stays empty for its place: with few steps, one.
   */
  readonly histogram: readonly Bin[];
}

/** Bins of a histogram. */
export const BINS = 20;
/** A hundredth of the numbers at either end lies far out when it takes so many times the room of all others. */
const FAR_OUT = 2;

/** Different numbers that are counted apart as they are. */
const MOST_APART = 2000;
/** Digits of numbers as they are: what calculating leaves behind them (0.1 + 0.2) makes no other number. */
const ALL_DIGITS = 12;
/** Digits of more numbers than those: half a percent of error at the most, 1800 counts for a power of ten. */
const DIGITS = 3;
/** What calculating may leave, in steps. */
const TINY = 1e-6;

/**
 * Numbers without end in bounded memory: mean and deviation (Welford 1962) are exact, quantiles of very many different ones
 * come from rounded numbers.
 */
export class Distribution {
  /** How often there was each number, to so many digits. */
  #counts = new Map<number, number>();
  #digits = ALL_DIGITS;
  #count = 0;
  #mean = 0;
  #squares = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  get count(): number {
    return this.#count;
  }

  add(value: number): void {
    this.#count += 1;
    const difference = value - this.#mean;
    this.#mean += difference / this.#count;
    this.#squares += difference * (value - this.#mean);
    this.#min = Math.min(this.#min, value);
    this.#max = Math.max(this.#max, value);
    this.#countRounded(value, 1);
  }

  /** These numbers and those of another together. */
  plus(other: Distribution): Distribution {
    const sum = new Distribution();
    sum.#digits = Math.min(this.#digits, other.#digits);
    for (const { value, count } of [...this.#rounded(), ...other.#rounded()]) sum.#addRounded(value, count);
    sum.#min = Math.min(this.#min, other.#min);
    sum.#max = Math.max(this.#max, other.#max);
    return sum;
  }

  #rounded(): { readonly value: number; readonly count: number }[] {
    return [...this.#counts].map(([value, count]) => ({ value, count }));
  }

  /** Mean and deviation are those of the rounded numbers. */
  #addRounded(value: number, count: number): void {
    const before = this.#count;
    this.#count += count;
    const difference = value - this.#mean;
    this.#mean += (difference * count) / this.#count;
    this.#squares += (difference * difference * before * count) / this.#count;
    this.#countRounded(value, count);
  }

  #countRounded(value: number, count: number): void {
    const rounded = this.#round(value);
    this.#counts.set(rounded, (this.#counts.get(rounded) ?? 0) + count);
    if (this.#digits === DIGITS || this.#counts.size <= MOST_APART) return;
    const apart = this.#counts;
    this.#counts = new Map();
    this.#digits = DIGITS;
    for (const [each, often] of apart) this.#countRounded(each, often);
  }

  #round(value: number): number {
    return Number(value.toPrecision(this.#digits));
  }

  /** Null where there is no number at all. */
  summary(): DistributionSummary | null {
    if (this.#count === 0) return null;
    const [p5 = 0, p25 = 0, median = 0, p75 = 0, p95 = 0] = this.#quantiles([0.05, 0.25, 0.5, 0.75, 0.95]);
    return {
      count: this.#count,
      mean: this.#mean,
      deviation: Math.sqrt(this.#squares / this.#count),
      min: this.#min,
      p5,
      p25,
      median,
      p75,
      p95,
      max: this.#max,
      histogram: this.histogram(BINS),
    };
  }

  /**
   * How many numbers lie in each of at most so many parts of the range (see {@link DistributionSummary}).
   *
   * @param counted whose numbers are counted in these parts; those beyond are in the first and the last
   */
  histogram(parts: number, counted: Distribution = this): readonly Bin[] {
    if (this.#count === 0) return [];
    const usual = this.#usualRange();
    const [low, high] = [this.#round(usual[0]), this.#round(usual[1])];
    // Nothing to divide, or too much for a number to hold.
    if (low === high || !Number.isFinite(high - low))
      return [{ from: this.#min, to: this.#max, count: counted.#count }];
    const { step, comes } = this.#stepIn(low, high, parts);
    // The last of the steps takes a place as each of the others; where there are none, the range ends with the last number.
    const places = (high - low) / step + (comes === 'anywhere' ? 0 : 1);
    const each = Math.max(1, Math.ceil(places / parts - TINY));
    const counts = Array.from({ length: Math.max(1, Math.ceil(places / each - TINY)) }, () => 0);
    for (const [rounded, count] of counted.#counts) {
      const at = (Math.min(Math.max(rounded, low), high) - low) / step;
      const place = comes === 'anywhere' ? Math.floor(at + TINY) : Math.round(at);
      const part = Math.min(counts.length - 1, Math.floor(place / each));
      counts[part] = (counts[part] ?? 0) + count;
    }
    // What is rounded to a step comes from half a step before and behind it.
    const [before, behind] = { 'in-steps': [0, 1], rounded: [0.5, 0.5], anywhere: [0, 0] }[comes] as [number, number];
    const shown = (value: number): number => Number(value.toPrecision(ALL_DIGITS));
    return counts.map((count, part) => ({
      from: shown(part === 0 ? this.#min : low + (part * each - before) * step),
      to: shown(part === counts.length - 1 ? this.#max : low + ((part + 1) * each - behind) * step),
      count,
    }));
  }

  /**
   * What the width of a bin is a multiple of, so that each has room for as many of the numbers that there can be: the steps
   * in which they come, or the digits they are rounded to.
   */
  #stepIn(
    low: number,
    high: number,
    parts: number,
  ): { readonly step: number; readonly comes: 'in-steps' | 'rounded' | 'anywhere' } {
    if (this.#digits === DIGITS) {
      const digits = Math.floor(Math.log10(Math.max(Math.abs(low), Math.abs(high))));
      return { step: 10 ** (digits + 1 - DIGITS), comes: 'rounded' };
    }
    const values = [...this.#counts.keys()].filter((value) => value >= low && value <= high).sort((a, b) => a - b);
    const gap = values.reduce((least, value, at) => Math.min(least, value - (values[at - 1] ?? -Infinity)), Infinity);
    const step = (high - low) / Math.round((high - low) / gap);
    const areEven = values.every((value) => isNearWhole((value - low) / step));
    if (areEven) return { step, comes: 'in-steps' };
    if (values.every((value) => Number.isInteger(value))) return { step: 1, comes: 'in-steps' };
    return { step: (high - low) / parts, comes: 'anywhere' };
  }

  /** The range without what lies far out. */
  #usualRange(): readonly [number, number] {
    const [p1 = this.#min, p99 = this.#max] = this.#quantiles([0.01, 0.99]);
    const far = (p99 - p1) * FAR_OUT;
    if (far === 0) return [this.#min, this.#max];
    return [p1 - this.#min > far ? p1 : this.#min, this.#max - p99 > far ? p99 : this.#max];
  }

  #quantiles(shares: readonly number[]): number[] {
    const sorted = [...this.#counts].sort(([a], [b]) => a - b);
    return shares.map((share) => {
      const rank = Math.min(this.#count, Math.max(1, Math.ceil(share * this.#count)));
      let seen = 0;
      for (const [rounded, count] of sorted) {
        seen += count;
        if (seen >= rank) return Math.min(Math.max(rounded, this.#min), this.#max);
      }
      return this.#max;
    });
  }
}

function isNearWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) <= TINY;
}
