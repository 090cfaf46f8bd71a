import { asError } from '../endpoints/abortReason.ts';

type Listener = (reason: Error) => void;

/** Many listeners on a few signals, at the cost of one each. */
export interface AbortListeners {
  /** Calls the listener when the signal is aborted. A signal that is aborted already is the caller's to notice. */
  add(signal: AbortSignal | undefined, listener: Listener): void;
  remove(signal: AbortSignal | undefined, listener: Listener): void;
}

/**
 * All requests of a run share a signal, and taking a listener off an `EventTarget` takes the longer the more there are.
 * Here each signal has one listener, and a set behind it.
 */
export function createAbortListeners(): AbortListeners {
  const sets = new WeakMap<AbortSignal, Set<Listener>>();

  function setFor(signal: AbortSignal): Set<Listener> {
    const known = sets.get(signal);
    if (known !== undefined) return known;
    const listeners = new Set<Listener>();
    sets.set(signal, listeners);
    signal.addEventListener(
      'abort',
      () => {
        const reason = asError(signal.reason);
        for (const listener of listeners) listener(reason);
      },
      { once: true },
    );
    return listeners;
  }

  return {
    add(signal, listener) {
      if (signal !== undefined) setFor(signal).add(listener);
    },
    remove(signal, listener) {
      if (signal !== undefined) sets.get(signal)?.delete(listener);
    },
  };
}
