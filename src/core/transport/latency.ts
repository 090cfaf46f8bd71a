/** How long answers took, in seconds; all 0 before the first one. */
export interface LatencySummary {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** A histogram of durations in a fixed amount of memory. */
export interface LatencyHistogram {
  add(milliseconds: number): void;
  summary(): LatencySummary;
}

/** Each bucket is 5 % wider than the one before, so a percentile is at most 5 % off. */
const GROWTH = Math.log(1.05);
/** Up to about a day. */
const BUCKETS = 375;

/** Buckets on a logarithmic scale from one millisecond upwards. */
export function createLatencyHistogram(): LatencyHistogram {
  const counts = new Uint32Array(BUCKETS);
  let total = 0;
  let longest = 0;

  function percentile(share: number): number {
    const rank = Math.ceil(total * share);
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      seen += counts[bucket] ?? 0;
      if (seen >= rank) return Math.min(longest, Math.exp(GROWTH * bucket)) / 1000;
    }
    return longest / 1000;
  }

  return {
    add(milliseconds) {
      const bucket = milliseconds <= 1 ? 0 : Math.min(BUCKETS - 1, Math.ceil(Math.log(milliseconds) / GROWTH));
      counts[bucket] = (counts[bucket] ?? 0) + 1;
      total += 1;
      longest = Math.max(longest, milliseconds);
    },
    summary() {
      if (total === 0) return { p50: 0, p90: 0, p99: 0, max: 0 };
      return { p50: percentile(0.5), p90: percentile(0.9), p99: percentile(0.99), max: longest / 1000 };
    },
  };
}
