import type { Estimate, Range, StepEstimate } from '../core/run/estimate.ts';
import { formatSeconds } from './progressLine.ts';
import { counted } from './counted.ts';

/** An estimate in one line, for the beginning of a run. */
export function estimateLine(estimate: Estimate): string {
  const { records, requests, promptTokens, completionTokens, cost, seconds } = estimate;
  const parts = [
    ...(records === null ? [] : [`${records.toLocaleString('en')} ${records === 1 ? 'record' : 'records'}`]),
    rangeOf(requests, 'request'),
    `about ${round(promptTokens.likely + completionTokens.likely)} tokens`,
    ...(cost === null ? [] : [`cost ${money(cost)}`]),
    `${formatSeconds(seconds.low)} to ${formatSeconds(seconds.high)}`,
  ];
  return `expected, without what is reused: ${parts.join(', ')}`;
}

/** An estimate step by step. */
export function estimateTable(estimate: Estimate): string {
  const lines: string[] = [];
  const width = Math.max(4, ...estimate.steps.map((step) => nameOf(step).length));
  for (const step of estimate.steps) {
    const { requests, promptTokens, completionTokens, cost, measured } = step;
    const parts = [rangeOf(requests, 'request'), `${range(promptTokens)} + ${range(completionTokens)} tokens`];
    if (cost !== null) parts.push(`cost ${money(cost)}`);
    lines.push(`  ${nameOf(step).padEnd(width)}  ${parts.join(', ')}${measured ? '  (measured)' : ''}`);
  }
  const records = estimate.records === null ? 'records: not known beforehand' : counted(estimate.records, 'record');
  lines.push('', `${records}, ${rangeOf(estimate.requests, 'request')}`);
  lines.push(`${range(estimate.promptTokens)} prompt tokens, ${range(estimate.completionTokens)} completion tokens`);
  lines.push(estimate.cost === null ? 'Cost: the profile has no prices' : `Cost: ${money(estimate.cost)}`);
  lines.push(
    `Time: ${formatSeconds(estimate.seconds.likely)} (${formatSeconds(estimate.seconds.low)} to ${formatSeconds(estimate.seconds.high)})`,
  );
  if (estimate.steps.some(({ measured }) => !measured))
    lines.push('A few previewed records make this more exact: openline estimate FILE --preview');
  return `${lines.join('\n')}\n`;
}

/** A dialogue has a line for each of its sides. */
function nameOf({ step, side }: StepEstimate): string {
  return side === null ? step : `${step} (${side})`;
}

function range({ low, likely, high }: Range): string {
  return round(low) === round(high) ? round(likely) : `${round(likely)} (${round(low)} to ${round(high)})`;
}

function rangeOf(value: Range, what: string): string {
  const text = range(value);
  return `${text} ${text === '1' ? what : `${what}s`}`;
}

function money({ low, likely, high }: Range): string {
  return `${likely.toFixed(4)} (${low.toFixed(4)} to ${high.toFixed(4)})`;
}

function round(value: number): string {
  return Math.round(value).toLocaleString('en');
}
