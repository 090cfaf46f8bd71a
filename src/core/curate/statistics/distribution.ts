/** How many numbers lie from one bound up to another, the upper one not included but in the last bin. */
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
   * The numbers in at most {@link BINS} bins, from the smallest to the largest, without gaps. They are equally wide, except
   * that the first and the last reach out to numbers that lie far from all others.
   */
  readonly histogram: readonly Bin[];
}

/** Bins of a histogram. */
export const BINS = 20;
/** A hundredth of the numbers at either end lies far out when it takes so many times the room of all others. */
const FAR_OUT = 2;

/** Digits of the numbers that are counted apart: half a percent of error at the most, 1800 counts for a power of ten. */
const DIGITS = 3;

/** Numbers without end in bounded memory: mean and deviation (Welford 1962) are exact, quantiles come from rounded numbers. */
export class Distribution {
  /** How often there was each rounded number. */
  readonly #counts = new Map<number, number>();
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
    const rounded = Number(value.toPrecision(DIGITS));
    this.#counts.set(rounded, (this.#counts.get(rounded) ?? 0) + 1);
  }

  /** These numbers and those of another together. */
  plus(other: Distribution): Distribution {
    const sum = new Distribution();
    for (const { value, count } of [...this.#rounded(), ...other.#rounded()]) sum.#addRounded(value, count);
    sum.#min = Math.min(this.#min, other.#min);
    sum.#max = Math.max(this.#max, other.#max);
    return sum;
  }

  /** How many of these numbers lie in each of some bins that stand side by side, the first and the last with all beyond. */
  countsIn(bins: readonly Pick<Bin, 'from' | 'to'>[]): readonly number[] {
    const counts = bins.map(() => 0);
    for (const { value, count } of this.#rounded()) {
      const found = bins.findIndex(({ to }) => value < to);
      const at = found === -1 ? bins.length - 1 : found;
      if (at >= 0) counts[at] = (counts[at] ?? 0) + count;
    }
    return counts;
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

  /** How many numbers lie in each of so many parts of the range (see {@link DistributionSummary}). */
  histogram(parts: number): readonly Bin[] {
    if (this.#count === 0) return [];
    const [low, high] = this.#usualRange();
    const width = (high - low) / parts;
    if (width === 0) return [{ from: this.#min, to: this.#max, count: this.#count }];
    const counts = Array.from({ length: parts }, () => 0);
    for (const [rounded, count] of this.#counts) {
      const value = Math.min(Math.max(rounded, low), high);
      const part = Math.min(parts - 1, Math.floor((value - low) / width));
      counts[part] = (counts[part] ?? 0) + count;
    }
    const edge = (part: number): number => (part === 0 ? this.#min : part === parts ? this.#max : low + part * width);
    return counts.map((count, part) => ({ from: edge(part), to: edge(part + 1), count }));
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
