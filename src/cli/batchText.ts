import type { BatchProgress } from '../core/run/events.ts';

/** Where batches stand, in a few words: `batch in progress 340/1000`, `3 batches (2 in progress, 1 validating) 340/3000`. */
export function describeBatches(batches: readonly BatchProgress[]): string {
  const [first] = batches;
  if (first === undefined) return '';
  const answered = batches.reduce((sum, batch) => sum + batch.answered + batch.failed, 0);
  const requests = batches.reduce((sum, batch) => sum + batch.requests, 0);
  if (batches.length === 1) return `batch ${statusText(first)} ${answered}/${requests}`;
  const states = Map.groupBy(batches, statusText);
  const told = [...states].map(([state, { length }]) => `${length} ${state}`).join(', ');
  return `${batches.length} batches (${told}) ${answered}/${requests}`;
}

function statusText({ status }: BatchProgress): string {
  return status === 'ready' || status === 'uploaded' ? 'being submitted' : status.replaceAll('_', ' ');
}
