import type { ChatOptions } from '../endpoints/endpoint.ts';

/**
 * The signal under which a request waits, for a slot's neighbours, a limit or a retry: the caller's own, its `admission`,
 * and the endpoint's halt.
 */
export function waitSignal(options: ChatOptions, halt: AbortSignal): AbortSignal {
  const signals = [options.signal, options.admission, halt].filter((signal) => signal !== undefined);
  return AbortSignal.any(signals);
}
