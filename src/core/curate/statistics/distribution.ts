/** What is told of many numbers. Quantiles are exact for whole numbers under 128, else within one percent. */
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
}

/** Growth of the buckets above the exact ones: one percent of error at the most. */
const LOG_GROWTH = Math.log(1.02);
const EXACT = 128;

/** Numbers without end in bounded memory: mean and deviation (Welford 1962) are exact, quantiles come from buckets. */
export class Distribution {
  readonly #buckets = new Map<number, number>();
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
    const bucket = bucketOf(value);
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1);
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
    };
  }

  /** How many numbers lie in each of so many equal parts of the range; the last takes its upper end as well. */
  histogram(parts: number): readonly { readonly from: number; readonly to: number; readonly count: number }[] {
    if (this.#count === 0) return [];
    const width = (this.#max - this.#min) / parts;
    if (width === 0) return [{ from: this.#min, to: this.#max, count: this.#count }];
    const counts = Array.from({ length: parts }, () => 0);
    for (const [bucket, count] of this.#buckets) {
      const value = Math.min(Math.max(valueOf(bucket), this.#min), this.#max);
      const part = Math.min(parts - 1, Math.floor((value - this.#min) / width));
      counts[part] = (counts[part] ?? 0) + count;
    }
    return counts.map((count, part) => ({ from: this.#min + part * width, to: this.#min + (part + 1) * width, count }));
  }

  #quantiles(shares: readonly number[]): number[] {
    const sorted = [...this.#buckets].sort(([a], [b]) => a - b);
    return shares.map((share) => {
      const rank = Math.min(this.#count, Math.max(1, Math.ceil(share * this.#count)));
      let seen = 0;
      for (const [bucket, count] of sorted) {
        seen += count;
        if (seen >= rank) return Math.min(Math.max(valueOf(bucket), this.#min), this.#max);
      }
      return this.#max;
    });
  }
}

/** Hundredths below the exact limit keep scores such as 1.61 apart; buckets are ordered as their values are. */
const FINE = 100;

function bucketOf(value: number): number {
  const size = Math.abs(value);
  const bucket =
    size < EXACT ? Math.round(size * FINE) : EXACT * FINE + Math.floor(Math.log(size / EXACT) / LOG_GROWTH);
  return value < 0 ? -bucket : bucket;
}

function valueOf(bucket: number): number {
  const size = Math.abs(bucket);
  const value = size < EXACT * FINE ? size / FINE : EXACT * Math.exp((size - EXACT * FINE + 0.5) * LOG_GROWTH);
  return bucket < 0 ? -value : value;
}
