import { estimateRun, type Estimate, type Range } from '../../core/run/estimate.ts';
import { measuredSteps } from '../../core/run/measured.ts';
import type { Result, Surroundings } from '../console.ts';
import type { Given, OptionName } from '../options.ts';
import { planCommand } from '../plan.ts';
import { formatSeconds } from '../progressLine.ts';
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
  if (!given.flag('json')) around.out.write(describe(estimate));
  return { status: 0, json: { ...estimate, error: null } };
}

function describe(estimate: Estimate): string {
  const lines: string[] = [];
  const width = Math.max(4, ...estimate.steps.map(({ step }) => step.length));
  for (const { step, requests, promptTokens, completionTokens, cost, measured } of estimate.steps) {
    const parts = [`${range(requests)} requests`, `${range(promptTokens)} + ${range(completionTokens)} tokens`];
    if (cost !== null) parts.push(`cost ${money(cost)}`);
    lines.push(`  ${step.padEnd(width)}  ${parts.join(', ')}${measured ? '  (measured)' : ''}`);
  }
  const records = estimate.records === null ? 'records: not known beforehand' : `${estimate.records} records`;
  lines.push('', `${records}, ${range(estimate.requests)} requests`);
  lines.push(`${range(estimate.promptTokens)} prompt tokens, ${range(estimate.completionTokens)} completion tokens`);
  lines.push(estimate.cost === null ? 'Cost: the profile has no prices' : `Cost: ${money(estimate.cost)}`);
  lines.push(
    `Time: ${formatSeconds(estimate.seconds.likely)} (${formatSeconds(estimate.seconds.low)} to ${formatSeconds(estimate.seconds.high)})`,
  );
  if (estimate.steps.some(({ measured }) => !measured))
    lines.push('A few previewed records make this more exact: openline estimate FILE --preview');
  return `${lines.join('\n')}\n`;
}

function range({ low, likely, high }: Range): string {
  const round = (value: number): string => Math.round(value).toLocaleString('en');
  return round(low) === round(high) ? round(likely) : `${round(likely)} (${round(low)} to ${round(high)})`;
}

function money({ low, likely, high }: Range): string {
  return `${likely.toFixed(4)} (${low.toFixed(4)} to ${high.toFixed(4)})`;
}
