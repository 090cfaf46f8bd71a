/** Requests in flight where neither the profile nor the command says anything. */
export const DEFAULT_CONCURRENCY = 16;
