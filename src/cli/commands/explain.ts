import type { Decision } from '../../core/curate/review/decision.ts';
import { decisionAbout } from '../../core/run/decisionAbout.ts';
import { explainRecord, type ExplainedStep } from '../../core/run/explain.ts';
import type { Result, Surroundings } from '../console.ts';
import type { Given, OptionName } from '../options.ts';
import { UsageError } from '../usage.ts';
import { namedRun } from './resume.ts';

export const EXPLAIN_OPTIONS: readonly OptionName[] = [];

/** `openline explain RUN ID`: the steps, templates, requests and answers that made a record, and what a review says of it. */
export async function explainCommand(given: Given, around: Surroundings): Promise<Result> {
  const [run, id] = given.positionals;
  if (id === undefined) throw new UsageError('Which record? Give the run and the id of the record');
  const folder = await namedRun(run, around, 'any');
  const steps = await explainRecord(folder, id);
  const review = await decisionAbout(folder, id);
  const texts = [...steps.map(describe), ...(review === null ? [] : [describeDecision(review)])];
  if (!given.flag('json')) around.out.write(texts.join('\n'));
  return { status: 0, json: { id, steps, review, error: null } };
}

function describe(step: ExplainedStep): string {
  const lines = [`${step.step}  ${step.key}`];
  if (step.template !== null) lines.push(`  template  ${step.template.source}  (${step.template.sha256.slice(0, 12)})`);
  if (step.at !== null) lines.push(`  journal   ${step.at}  (${step.endpoint})`);
  if (step.request !== null) lines.push('  request', indented(step.request), '  answer', indented(step.answer));
  return `${lines.join('\n')}\n`;
}

function describeDecision({ verdict, note, rating, edit }: Decision): string {
  const lines = [`review  ${verdict === null ? 'undecided' : `${verdict}ed`}`];
  if (note !== null && note !== '') lines.push(`  note      ${note}`);
  if (rating !== null) lines.push(`  rating    ${rating}`);
  if (Object.keys(edit).length > 0) lines.push('  edit', indented(edit));
  return `${lines.join('\n')}\n`;
}

function indented(value: unknown): string {
  return JSON.stringify(value, null, 2)
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}
