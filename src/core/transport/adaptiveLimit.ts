/** How many requests may be under way at once, as the service's answers suggest. */
export interface AdaptiveLimit {
  /** A whole number, at least 1 and at most the maximum. */
  readonly value: number;
  /** A request was answered. */
  succeeded(): void;
  /** A request was turned away for being one too many. `startedAt`: when it was sent, on the same clock as ever. */
  throttled(startedAt: number, now: number): void;
  /** There is room for more from now on. */
  raise(maximum: number): void;
}

/** Share of a round trip's requests that must be turned away before it counts as too much load, and not as one mishap. */
const STORM_SHARE = 0.2;
/** With fewer answers chance alone would decide. */
const FEWEST_ANSWERS = 10;

/**
 * Additive increase, multiplicative decrease (Chiu & Jain 1989; TCP's congestion avoidance, RFC 5681): one more a round
 * trip while all goes well, half when the service turns requests away. A round trip is as many answers as there are slots.
 * A single refusal says little (whoever was refused waits as it was told), a fifth of a round trip says that there are too
 * many. Requests sent before the last halving say nothing new, so one round trip halves once at the most.
 */
export function createAdaptiveLimit(allowed: number): AdaptiveLimit {
  let maximum = allowed;
  let limit = maximum;
  let halvedAt = Number.NEGATIVE_INFINITY;
  let answers = 0;
  let turnedAway = 0;
  const slots = (): number => Math.max(1, Math.floor(limit));
  const roundTrip = (): number => Math.max(FEWEST_ANSWERS, slots());

  function startRoundTrip(): void {
    answers = 0;
    turnedAway = 0;
  }

  return {
    get value() {
      return slots();
    },
    succeeded() {
      answers += 1;
      if (answers >= roundTrip()) startRoundTrip();
      if (limit < maximum) limit = Math.min(maximum, limit + 1 / limit);
    },
    raise(more) {
      // Where the service has turned requests away, it is approached step by step.
      if (limit >= maximum) limit = Math.max(limit, more);
      maximum = Math.max(maximum, more);
    },
    throttled(startedAt, now) {
      if (startedAt < halvedAt) return;
      answers += 1;
      turnedAway += 1;
      if (turnedAway >= STORM_SHARE * roundTrip()) {
        halvedAt = now;
        limit = Math.max(1, Math.floor(limit) / 2);
        startRoundTrip();
      } else if (answers >= roundTrip()) startRoundTrip();
    },
  };
}
