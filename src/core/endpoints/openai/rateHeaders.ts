import type { RateHeaders } from '../endpoint.ts';

/** The one thing that is needed of a `Headers`. */
export interface HeaderSource {
  get(name: string): string | null;
}

/**
 * Limits as services tell of them: `x-ratelimit-remaining-requests`, `x-ratelimit-reset-tokens` … (OpenAI's names, which
 * most others use). Undefined when there are none.
 */
export function readRateHeaders(headers: HeaderSource): RateHeaders | undefined {
  const remainingRequests = readCount(headers.get('x-ratelimit-remaining-requests'));
  const remainingTokens = readCount(headers.get('x-ratelimit-remaining-tokens'));
  if (remainingRequests === undefined && remainingTokens === undefined) return undefined;
  const resetRequestsSeconds = readDuration(headers.get('x-ratelimit-reset-requests'));
  const resetTokensSeconds = readDuration(headers.get('x-ratelimit-reset-tokens'));
  return {
    ...(remainingRequests === undefined ? {} : { remainingRequests }),
    ...(remainingTokens === undefined ? {} : { remainingTokens }),
    ...(resetRequestsSeconds === undefined ? {} : { resetRequestsSeconds }),
    ...(resetTokensSeconds === undefined ? {} : { resetTokensSeconds }),
  };
}

/** Seconds to wait: `retry-after-ms`, then `Retry-After` as seconds or as a date (RFC 9110, 10.2.3). */
export function readRetryAfter(headers: HeaderSource, wallClock: () => number): number | undefined {
  const milliseconds = readCount(headers.get('retry-after-ms'));
  if (milliseconds !== undefined) return milliseconds / 1000;
  const text = headers.get('retry-after');
  if (text === null) return undefined;
  const seconds = readCount(text);
  if (seconds !== undefined) return seconds;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - wallClock()) / 1000);
}

function readCount(text: string | null): number | undefined {
  return text !== null && /^\s*\d+(?:\.\d+)?\s*$/u.test(text) ? Number(text) : undefined;
}

const UNIT_SECONDS: ReadonlyMap<string, number> = new Map([
  ['ms', 0.001],
  ['s', 1],
  ['m', 60],
  ['h', 3600],
  ['d', 86_400],
]);

/** `20ms`, `1s`, `6m0s`, `1h2m3.5s`; a bare number is seconds. */
function readDuration(text: string | null): number | undefined {
  if (text === null) return undefined;
  const bare = readCount(text);
  if (bare !== undefined) return bare;
  if (!/^\s*(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+\s*$/u.test(text)) return undefined;
  let seconds = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/gu)) {
    seconds += Number(amount) * (UNIT_SECONDS.get(unit ?? '') ?? 0);
  }
  return seconds;
}
