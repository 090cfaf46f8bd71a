import type { EndpointProfile } from './profile.ts';

/** Prices per million tokens as a profile asks: those of batches are lower where it says so. Undefined: none are known. */
export function pricesOf({
  prices,
  mode,
}: Pick<EndpointProfile, 'prices' | 'mode'>): { readonly prompt: number; readonly completion: number } | undefined {
  if (prices === undefined) return undefined;
  const share = mode === 'batch' ? 1 - (prices.batch_discount ?? 0) : 1;
  return { prompt: prices.prompt * share, completion: prices.completion * share };
}
