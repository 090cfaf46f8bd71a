import { estimateRun } from '../../core/run/estimate.ts';
import { measuredSteps } from '../../core/run/measured.ts';
import type { Result, Surroundings } from '../console.ts';
import type { Given, OptionName } from '../options.ts';
import { planCommand } from '../plan.ts';
import { estimateTable } from '../estimateText.ts';
import { PREVIEW_OPTIONS, runCommand } from './run.ts';

export const ESTIMATE_OPTIONS: readonly OptionName[] = [...PREVIEW_OPTIONS, 'preview'];

/** `openline estimate FILE`: requests, tokens, cost and time before a run; with `--preview` from a few records that are made first. */
export async function estimateCommand(given: Given, around: Surroundings): Promise<Result> {
  const concurrency = given.number('concurrency', 1);
  if (given.flag('preview')) {
    const silent: Surroundings = { ...around, out: { write: () => undefined } };
    const preview = await runCommand('preview', given, silent);
    if (preview.status !== 0) return preview;
  }
  const { plan, profiles, workspace } = await planCommand(given, around, { keys: false });
  const estimate = estimateRun(plan, profiles, await measuredSteps(plan, workspace.root), concurrency);
  if (!given.flag('json')) around.out.write(estimateTable(estimate));
  return { status: 0, json: { estimate, error: null } };
}
