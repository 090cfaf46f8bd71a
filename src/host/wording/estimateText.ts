/** An estimate in words: one line for questions, a table for its own page. */
import { l10n } from 'vscode';
import type { Estimate, Range, StepEstimate } from '../../core/run/estimate.ts';
import { formatCount, formatSpan } from './format.ts';

/** Requests, tokens, cost and time in one line. */
export function estimateLine({ requests, promptTokens, completionTokens, cost, seconds }: Estimate): string {
  return [
    count(requests) === '1' ? l10n.t('1 request') : l10n.t('{0} requests', count(requests)),
    l10n.t('about {0} tokens', formatCount(Math.round(promptTokens.likely + completionTokens.likely))),
    ...(cost === null ? [] : [l10n.t('cost {0}', spanned(cost, price))]),
    spanned(seconds, formatSpan),
  ].join(' · ');
}

/** The whole of it, as Markdown: the ranges of the whole, and what is likely of each step. */
export function estimatePage(name: string, estimate: Estimate): string {
  const { records, requests, promptTokens, completionTokens, cost, seconds, steps } = estimate;
  const hasModels = new Set(steps.map(({ model }) => model)).size > 1;
  const cells = (first: string, model: string, of: Omit<StepEstimate, 'step' | 'side' | 'endpoint' | 'model'>) => [
    first,
    ...(hasModels ? [model] : []),
    likely(of.requests),
    `${likely(of.promptTokens)} + ${likely(of.completionTokens)}`,
    ...(cost === null ? [] : [of.cost === null ? '' : price(of.cost.likely)]),
  ];
  const head = [
    l10n.t('Step'),
    ...(hasModels ? [l10n.t('Model')] : []),
    l10n.t('Requests'),
    // In one column: beside a text there is little room, and what a step costs stands behind it.
    l10n.t('Tokens (sent + answered)'),
    ...(cost === null ? [] : [l10n.t('Cost')]),
  ];
  const lines = [
    `# ${l10n.t('Estimate of {0}', name)}`,
    '',
    records === null
      ? `- ${l10n.t('Records: not known beforehand')}`
      : `- ${l10n.t('Records: {0}', formatCount(records))}`,
    `- ${l10n.t('Requests: {0}', count(requests))}`,
    `- ${l10n.t('Tokens: {0} sent, {1} answered', count(promptTokens), count(completionTokens))}`,
    `- ${cost === null ? l10n.t('Cost: the endpoint profiles have no prices') : l10n.t('Cost: {0}', spanned(cost, price))}`,
    `- ${l10n.t('Time: {0}', spanned(seconds, formatSpan))}`,
    '',
    ...table([head, ...steps.map((step) => cells(nameOf(step), step.model, step))], hasModels ? 2 : 1),
    '',
    l10n.t('Nothing was sent. What earlier runs have answered is not asked again, but is counted here.'),
    ...(steps.every(({ measured }) => measured)
      ? [l10n.t('Tokens and times were measured by an earlier run.')]
      : [l10n.t('A preview measures a few answers and makes this more exact.')]),
  ];
  return `${lines.join('\n')}\n`;
}

/** Columns as wide as their widest cell, so that it reads as plain text, too. @param names how many columns are no numbers */
function table(rows: readonly (readonly string[])[], names: number): string[] {
  const widths = (rows[0] ?? []).map((_cell, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.replaceAll('|', '\\|').padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...rest] = rows;
  // What is a name stands at the left, numbers at the right.
  const rules = widths.map((width, column) => (column < names ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(head), line(rules), ...rest.map(line)];
}

/** A dialogue has a line for each of its sides. */
function nameOf({ step, side }: StepEstimate): string {
  return side === null ? step : `${step} (${side})`;
}

/** What is likely, and from where to where it may be; just that where both ends read alike. */
function spanned({ low, likely, high }: Range, write: (value: number) => string): string {
  const [least, middle, most] = [write(low), write(likely), write(high)];
  return least === most ? middle : `${middle} (${least}–${most})`;
}

function count(range: Range): string {
  return spanned(range, (value) => formatCount(Math.round(value)));
}

function likely(range: Range): string {
  return formatCount(Math.round(range.likely));
}

function price(value: number): string {
  return value.toFixed(value < 1 ? 4 : 2);
}
