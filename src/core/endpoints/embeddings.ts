import type { Answer } from './endpoint.ts';

/** Vectors in the order of their texts, with what the service counted for them. */
export interface Embeddings extends ReadonlyArray<readonly number[]> {
  /** Tokens as the service counts them; null or absent where it says nothing. */
  readonly usage?: Answer['usage'];
}

/** A list of vectors that knows its usage. The list itself compares and prints as the vectors alone. */
export function withUsage(vectors: readonly (readonly number[])[], usage: Answer['usage']): Embeddings {
  return Object.defineProperty([...vectors], 'usage', { value: usage });
}
