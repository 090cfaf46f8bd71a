import { readReview } from '../curate/review/readReview.ts';
import { reviewPath } from '../curate/review/reviewLog.ts';
import type { Decision } from '../curate/review/decision.ts';
import { exists, readRunFile, runPaths } from './runFolder.ts';

/**
 * What the reviews of a run's outputs say about a record, by a person or what was brought back from elsewhere; null where
 * none says anything.
 */
export async function decisionAbout(folder: string, id: string): Promise<Decision | null> {
  const { outputs } = await readRunFile(runPaths(folder));
  for (const { path } of outputs) {
    const review = reviewPath(path);
    if (!(await exists(review))) continue;
    const decision = (await readReview(review, review)).decisions.get(id);
    if (decision !== undefined) return decision;
  }
  return null;
}
