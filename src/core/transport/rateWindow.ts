const MINUTE = 60_000;

interface Entry {
  readonly at: number;
  tokens: number;
  inside: boolean;
}

/** One request in the window; its tokens are corrected once the service has counted them. */
export interface WindowEntry {
  correct(tokens: number): void;
}

/** What was sent within the last minute, held against limits per minute. */
export interface RateWindow {
  /** Milliseconds until a request of so many tokens may be sent; 0: now. */
  delay(tokens: number, now: number): number;
  /** Notes that it is sent now. */
  add(tokens: number, now: number): WindowEntry;
  /** Larger limits from now on; one that is 0 stays so. */
  raise(requestsPerMinute: number, tokensPerMinute: number): void;
}

/**
 * A sliding window: within no 60 seconds does it let through more than the limits (0: none), and it lets through exactly
 * that much. A single request larger than the token limit passes when nothing else is in the window.
 */
export function createRateWindow(requests: number, tokens: number): RateWindow {
  let requestsPerMinute = requests;
  let tokensPerMinute = tokens;
  let entries: Entry[] = [];
  let head = 0;
  let tokensInside = 0;

  function forget(now: number): void {
    for (let oldest = entries[head]; oldest !== undefined && oldest.at + MINUTE <= now; oldest = entries[head]) {
      tokensInside -= oldest.tokens;
      oldest.inside = false;
      head += 1;
    }
    if (head > 1024 && head * 2 > entries.length) {
      entries = entries.slice(head);
      head = 0;
    }
  }

  function delayForRequests(now: number): number {
    if (requestsPerMinute === 0) return 0;
    const inTheWay = entries[entries.length - requestsPerMinute];
    return inTheWay === undefined || entries.length - head < requestsPerMinute ? 0 : inTheWay.at + MINUTE - now;
  }

  function delayForTokens(tokens: number, now: number): number {
    if (tokensPerMinute === 0) return 0;
    let inside = tokensInside;
    let delay = 0;
    for (let index = head; index < entries.length && inside + tokens > tokensPerMinute; index += 1) {
      const entry = entries[index];
      if (entry === undefined) break;
      inside -= entry.tokens;
      delay = entry.at + MINUTE - now;
    }
    return delay;
  }

  return {
    delay(tokens, now) {
      forget(now);
      return Math.max(delayForRequests(now), delayForTokens(tokens, now));
    },
    raise(more, moreTokens) {
      if (requestsPerMinute > 0) requestsPerMinute = Math.max(requestsPerMinute, more);
      if (tokensPerMinute > 0) tokensPerMinute = Math.max(tokensPerMinute, moreTokens);
    },
    add(tokens, now) {
      const entry: Entry = { at: now, tokens, inside: true };
      entries.push(entry);
      tokensInside += tokens;
      return {
        correct(counted) {
          // An entry that has left the window took its tokens along.
          if (entry.inside) tokensInside += counted - entry.tokens;
          entry.tokens = counted;
        },
      };
    },
  };
}
