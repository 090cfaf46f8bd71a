import { resolve } from 'node:path';
import { importKept, type ImportKeptReport } from '../../core/run/importKept.ts';
import { emptySummary, EXIT_STATUS, type Result, type Surroundings } from '../console.ts';
import type { Given } from '../options.ts';
import { shorten } from '../summaryText.ts';
import { UsageError } from '../usage.ts';
import { counted } from '../counted.ts';

/** `openline import FOLDER [KEPT]`: what a cluster has left of the records of a hand-over, into their dataset's review. */
export async function importKeptCommand(given: Given, around: Surroundings): Promise<Result> {
  const [folder = '', kept, ...rest] = given.positionals;
  if (rest.length > 0)
    throw new UsageError(`import takes a folder and the place of what was kept, not ${rest.join(', ')}`);
  if (given.text('output') !== undefined)
    throw new UsageError('--output is for templates; decisions go into the review');
  const report = await importKept({
    folder: resolve(around.cwd, folder),
    kept: kept === undefined ? undefined : resolve(around.cwd, kept),
    force: given.flag('force'),
  });
  if (!given.flag('json')) around.out.write(reportText(report, around.cwd));
  const { run, handedOver, rejected, labelled, overruled, fields, dataset, review } = report;
  return {
    status: EXIT_STATUS.done,
    json: {
      ...emptySummary('done', null),
      run,
      records: report.kept,
      discarded: rejected,
      outputs: [review],
      handedOver,
      labelled,
      overruled,
      fields,
      dataset,
    },
  };
}

function reportText(report: ImportKeptReport, cwd: string): string {
  const { handedOver, kept, rejected, labelled, overruled, fields, dataset, review } = report;
  const lines = [`kept: ${kept} of ${counted(handedOver, 'record')}; rejected in the review now: ${rejected}`];
  if (labelled > 0) lines.push(`with new fields (${fields.join(', ')}): ${labelled}`);
  if (overruled > 0) lines.push(`not kept, but accepted by somebody, so that they stay: ${overruled}`);
  const [data, decisions] = [shorten(dataset, cwd), shorten(review, cwd)];
  lines.push(decisions, `Next: openline export ${data} --review ${decisions} --format jsonl --output PATH`);
  return `${lines.join('\n')}\n`;
}
