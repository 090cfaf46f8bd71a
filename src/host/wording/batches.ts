import { l10n } from 'vscode';
import type { BatchProgress } from '../../core/run/events.ts';
import { formatCount } from './format.ts';

/** How far the batches of a run are; empty where there are none. */
export function batchesText(batches: readonly BatchProgress[]): string {
  if (batches.length === 0) return '';
  const answered = batches.reduce((sum, batch) => sum + batch.answered + batch.failed, 0);
  const requests = batches.reduce((sum, batch) => sum + batch.requests, 0);
  return l10n.t('{0} of {1} answered in batches', formatCount(answered), formatCount(requests));
}
