import type { Endpoint } from '../endpoints/endpoint.ts';
import { EndpointError } from '../errors.ts';
import { asError } from '../endpoints/abortReason.ts';
import type { Clock } from './clock.ts';

/** A circuit breaker: it opens while a service is out of reach, and looks itself whether the service is back. */
export interface Breaker {
  /** Whether requests wait. */
  readonly open: boolean;
  /** What to tell while they do. */
  readonly notice: string | null;
  /** A request could not be brought to the service. */
  failed(error: EndpointError): void;
  /** The service answered, whatever it said. */
  reached(): void;
  /** Resolves when it closes. @throws the signal's reason */
  closed(signal: AbortSignal): Promise<void>;
}

export interface BreakerOptions {
  /** How long the service may be out of reach. */
  readonly patienceSeconds: () => number;
  /** Called when it has been for longer. */
  readonly giveUp: (error: EndpointError, message: string) => void;
}

const FAILURES_TO_OPEN = 5;
const MILLISECONDS_TO_OPEN = 3000;
const FIRST_PROBE = 1000;
const LONGEST_BETWEEN_PROBES = 5000;
const PROBE_TIMEOUT = 10_000;

/**
 * Opens after 5 failures in a row over at least 3 seconds. While it is open a single small request at a time, for the
 * list of models, finds out whether anything answers; whatever answers closes it (M. Nygard, "Release It!", 2007). The
 * probe is no request of the run's, so that no record's own fault can keep it open.
 */
export function createBreaker(endpoint: Endpoint, options: BreakerOptions, clock: Clock, halt: AbortSignal): Breaker {
  let failures = 0;
  let since = 0;
  let latest: EndpointError | undefined;
  let waiters: (() => void)[] | null = null;

  function outOfReachFor(): number {
    return clock.now() - since;
  }

  function isGivenUp(error: EndpointError): boolean {
    const patience = options.patienceSeconds();
    if (outOfReachFor() < patience * 1000) return false;
    const seconds = Math.round(outOfReachFor() / 1000);
    options.giveUp(error, `${error.message} It has been out of reach for ${seconds} s.`);
    return true;
  }

  function close(): void {
    const released = waiters ?? [];
    waiters = null;
    for (const release of released) release();
  }

  async function probe(): Promise<void> {
    try {
      await endpoint.models(AbortSignal.any([halt, AbortSignal.timeout(PROBE_TIMEOUT)]));
      return;
    } catch (error) {
      if (error instanceof EndpointError && error.failure !== 'unreachable' && error.failure !== 'timeout') return;
      if (error instanceof EndpointError) latest = error;
    }
    throw new Error('still out of reach');
  }

  async function watch(): Promise<void> {
    for (let pause = FIRST_PROBE; waiters !== null; pause = Math.min(LONGEST_BETWEEN_PROBES, pause * 2)) {
      await clock.sleep(pause, halt);
      try {
        await probe();
        reached();
      } catch {
        if (latest !== undefined && isGivenUp(latest)) return;
      }
    }
  }

  function reached(): void {
    failures = 0;
    latest = undefined;
    if (waiters !== null) close();
  }

  return {
    get open() {
      return waiters !== null;
    },
    get notice() {
      if (waiters === null || latest === undefined) return null;
      return `${latest.message} Waiting for it since ${Math.round(outOfReachFor() / 1000)} s.`;
    },
    failed(error) {
      if (failures === 0) since = clock.now();
      failures += 1;
      latest = error;
      if (isGivenUp(error) || waiters !== null) return;
      if (failures < FAILURES_TO_OPEN || outOfReachFor() < MILLISECONDS_TO_OPEN) return;
      waiters = [];
      // Its only rejection is the halt, which whoever waits hears of as well.
      watch().catch(() => undefined);
    },
    reached,
    closed: (signal) =>
      new Promise((resolve, reject) => {
        if (waiters === null) {
          resolve();
          return;
        }
        const onAbort = (): void => {
          reject(asError(signal.reason));
        };
        signal.addEventListener('abort', onAbort, { once: true });
        waiters.push(() => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        });
        if (signal.aborted) onAbort();
      }),
  };
}
