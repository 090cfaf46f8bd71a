import { readFile } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';
import type { RunSummary } from '../core/run/events.ts';
import { parseJson } from '../core/record/json.ts';
import { runPaths } from '../core/run/runFolder.ts';
import type { RunReport } from '../core/run/report.ts';
import { tokensOff } from '../core/run/tokensOff.ts';
import { describeBatches } from './batchText.ts';
import { formatSeconds } from './progressLine.ts';
import { counted } from './counted.ts';

/** What a person reads at the end of a run: the funnel of the steps, the totals, where the output is, what to do next (`next` where the usual is not it). */
export async function summaryText(
  summary: RunSummary,
  folder: string,
  cwd: string,
  next?: readonly string[],
): Promise<string> {
  const report = parseJson(await readFile(runPaths(folder).report, 'utf8').catch(() => '')) as RunReport | undefined;
  const lines: string[] = [];
  if (report !== undefined) {
    const width = Math.max(...report.steps.map((step) => step.id.length));
    for (const step of report.steps) {
      const rejected = Object.entries(step.rejected).map(([reason, count]) => `${count} ${reason}`);
      lines.push(
        `  ${step.id.padEnd(width)}  ${String(step.in).padStart(7)} → ${step.out}${rejected.length === 0 ? '' : `  (${rejected.join(', ')})`}`,
      );
    }
    lines.push('');
  }
  const counts = [counted(summary.records, 'record'), counted(summary.requests, 'request')];
  if (summary.reused > 0) counts.push(`${summary.reused} reused`);
  if (summary.replayed > 0) counts.push(`${summary.replayed} from the journal`);
  if (summary.discarded > 0) counts.push(`${summary.discarded} rejected`);
  if (summary.retries > 0) counts.push(summary.retries === 1 ? '1 retry' : `${summary.retries} retries`);
  counts.push(counted(summary.tokens.prompt + summary.tokens.completion, 'token'));
  if (summary.cost !== null) counts.push(`cost ${summary.cost.toFixed(4)}`);
  lines.push(`${HEADLINE[summary.state]} in ${formatSeconds(summary.seconds)}: ${counts.join(', ')}`);
  if (summary.state === 'done' && report !== undefined) lines.push(...deviation(report));
  for (const output of summary.outputs) lines.push(shorten(output, cwd));
  if (summary.error !== null) lines.push(summary.error);
  lines.push(...(next ?? advice(summary, folder, cwd)));
  return `${lines.join('\n')}\n`;
}

const HEADLINE: Readonly<Record<RunSummary['state'], string>> = {
  done: 'Done',
  failed: 'Failed',
  invalid: 'Not started',
  paused: 'Paused',
  interrupted: 'Interrupted',
};

/** How far off the estimate was, where it was about the same work. */
function deviation(report: RunReport): string[] {
  const off = tokensOff(report);
  return off === null ? [] : [`  tokens ${off >= 0 ? '+' : ''}${off}% against the estimate`];
}

function advice(summary: RunSummary, folder: string, cwd: string): string[] {
  const lines: string[] = [];
  if (summary.state === 'done') {
    if (summary.records === 0) lines.push('Warning: no records came of it.');
    if (summary.requests === 0 && summary.reused > 0)
      lines.push('0 requests, all reused; --more N or --fresh for new data');
  } else {
    lines.push(
      `What was answered is kept. Go on with: openline resume ${summary.run ?? 'latest'}${summary.state === 'paused' ? ' with a larger budget (--budget-…)' : ''}`,
    );
  }
  if (summary.batches.length > 0)
    lines.push(
      `The service goes on answering (${describeBatches(summary.batches)}): resume takes its answers, \`openline batch cancel ${summary.run ?? 'RUN'}\` gives them up`,
    );
  if (summary.discarded > 0) lines.push(`Rejects with their reasons: ${shorten(runPaths(folder).rejects, cwd)}`);
  return lines;
}

/** A path as short as it goes: relative when it is below the current folder. */
export function shorten(path: string, cwd: string): string {
  const way = relative(cwd, path);
  return way.startsWith('..') || isAbsolute(way) ? path : way;
}
