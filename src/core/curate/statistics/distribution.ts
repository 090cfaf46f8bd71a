/**
 * How many numbers lie from one bound up to another. The bounds of numbers that come in steps (whole numbers, scores by
 * halves) are the first and the last of those in the bin; of others the upper one is not included but in the last bin.
 */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** What is told of many numbers. Quantiles are those of the numbers rounded to three digits. */
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

/** Digits of the numbers that are counted apart: half a percent of error at the most, 1800 counts for a power of ten. */
const DIGITS = 3;
/** What a number may be off a step and still count as one, in steps: thirds are rounded. */
const OFF_STEP = 0.05;
/** What a calculation may be off. */
const TINY = 1e-9;

/** Numbers without end in bounded memory: mean and deviation (Welford 1962) are exact, quantiles come from rounded numbers. */
export class Distribution {
  /** How often there was each rounded number. */
  readonly #counts = new Map<number, number>();
  #count = 0;
  #mean = 0;
  #squares = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  /** Whether the numbers that are counted apart are the numbers themselves. */
  #isExact = true;

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
    const rounded = toDigits(value);
    this.#isExact &&= Math.abs(value - rounded) <= TINY * Math.abs(value);
    this.#counts.set(rounded, (this.#counts.get(rounded) ?? 0) + 1);
  }

  /** These numbers and those of another together. */
  plus(other: Distribution): Distribution {
    const sum = new Distribution();
    for (const { value, count } of [...this.#rounded(), ...other.#rounded()]) sum.#addRounded(value, count);
    sum.#min = Math.min(this.#min, other.#min);
    sum.#max = Math.max(this.#max, other.#max);
    sum.#isExact = this.#isExact && other.#isExact;
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
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + count);
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
    const [low, high] = this.#usualRange().map(toDigits) as [number, number];
    if (low === high) return [{ from: this.#min, to: this.#max, count: counted.#count }];
    const { step, isStepped } = this.#stepIn(low, high);
    const span = (high - low) / step;
    // The last of several steps needs a place as each of the others; where there are none, the range ends with it.
    const places = isStepped ? Math.round(span) + 1 : span;
    const each = Math.max(1, Math.ceil(places / parts - TINY));
    const counts = Array.from({ length: Math.max(1, Math.ceil(places / each - TINY)) }, () => 0);
    for (const [rounded, count] of counted.#counts) {
      const at = (Math.min(Math.max(rounded, low), high) - low) / step;
      const place = isStepped ? Math.round(at) : Math.floor(at + TINY);
      const part = Math.min(counts.length - 1, Math.floor(place / each));
      counts[part] = (counts[part] ?? 0) + count;
    }
    const at = (place: number): number => Number((low + place * step).toPrecision(12));
    return counts.map((count, part) => ({
      from: part === 0 ? this.#min : at(part * each),
      to: part === counts.length - 1 ? this.#max : at((part + 1) * each - (isStepped ? 1 : 0)),
      count,
    }));
  }

  /** What the width of a bin is a multiple of, so that no bin has more room than another for numbers that there can be. */
  #stepIn(low: number, high: number): { readonly step: number; readonly isStepped: boolean } {
    const values = [...this.#counts.keys()].filter((value) => value >= low && value <= high).sort((a, b) => a - b);
    /** Numbers of this size are told apart by so much. */
    const grain = 10 ** (Math.floor(Math.log10(Math.max(Math.abs(low), Math.abs(high)))) + 1 - DIGITS);
    const gap = Math.min(...values.slice(1).map((value, at) => value - (values[at] ?? value)));
    const step = (high - low) / Math.max(1, Math.round((high - low) / gap));
    const isEven = values.every((value) => isWhole((value - low) / step, OFF_STEP));
    // Steps as small as the rounding are those of the rounding, unless nothing was rounded.
    if (isEven && step > grain * (1 - TINY) && (this.#isExact || step > 1.5 * grain)) return { step, isStepped: true };
    const areWhole = values.every((value) => Number.isInteger(value));
    return { step: areWhole ? Math.max(1, grain) : grain, isStepped: areWhole && this.#isExact };
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

function toDigits(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

function isWhole(value: number, off: number): boolean {
  return Math.abs(value - Math.round(value)) <= off;
}
