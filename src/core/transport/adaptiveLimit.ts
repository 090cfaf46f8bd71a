/** How many requests may be under way at once, as the service's answers suggest. */
export interface AdaptiveLimit {
  /** A whole number, at least 1 and at most the maximum. */
  readonly value: number;
  /** A request was answered. */
  succeeded(): void;
  /** A request was turned away for being one too many. `startedAt`: when it was sent, on the same clock as ever. */
  throttled(startedAt: number, now: number): void;
}

/**
 * Additive increase, multiplicative decrease (Chiu & Jain 1989; TCP's congestion avoidance, RFC 5681): one more a round
 * trip while all goes well, half when the service turns requests away. Requests sent before the last halving say nothing
 * new, so one round trip halves once however many of its requests were turned away.
 */
export function createAdaptiveLimit(maximum: number): AdaptiveLimit {
  let limit = maximum;
  let halvedAt = Number.NEGATIVE_INFINITY;
  return {
    get value() {
      return Math.max(1, Math.floor(limit));
    },
    succeeded() {
      if (limit < maximum) limit = Math.min(maximum, limit + 1 / limit);
    },
    throttled(startedAt, now) {
      if (startedAt < halvedAt) return;
      halvedAt = now;
      limit = Math.max(1, Math.floor(limit) / 2);
    },
  };
}
