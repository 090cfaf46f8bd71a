import type { DistributionSummary } from '../core/curate/statistics/distribution.ts';
import type { Json } from '../core/record/json.ts';
import type { RunComparison, Sides, StepFigures } from '../core/run/compare/compareRuns.ts';
import type { RecordCounts } from '../core/run/compare/recordChanges.ts';

/** Characters of a value that are shown in a line. */
const SHOWN = 60;
const SHOWN_SETTINGS = 40;

/** The comparison of two runs that a person reads. */
export function runComparisonText({ runs, settings, steps, outputs, missing }: RunComparison): string {
  const lines: string[] = [];
  runs.forEach(({ run, pipeline, state, totals }, side) => {
    const cost = totals.cost === null ? '' : `, cost ${short(totals.cost)}`;
    lines.push(
      `${'AB'.charAt(side)}  ${run}  ${pipeline}  ${state}: ${totals.records} records, ${totals.requests} requests, ${totals.reused} reused, ${totals.tokens.prompt + totals.tokens.completion} tokens${cost}, ${totals.seconds.toFixed(1)} s`,
    );
  });
  lines.push('', settings.length === 0 ? 'settings: the same' : 'settings that differ');
  for (const { path, before, after } of settings.slice(0, SHOWN_SETTINGS)) {
    lines.push(`  ${path}: ${valueText(before)} → ${valueText(after)}`);
  }
  if (settings.length > SHOWN_SETTINGS) lines.push(`  … and ${settings.length - SHOWN_SETTINGS} more (--json has all)`);
  if (steps.length > 0) lines.push('', ...stepLines(steps));
  for (const { name, counts, numbers } of outputs) {
    lines.push('', `records of ${name}: ${countsText(counts)}`);
    const width = Math.max(0, ...numbers.map(({ field }) => field.length));
    for (const { field, sides } of numbers) {
      lines.push(`  ${field.padEnd(width)}  A ${meanText(sides[0])}   B ${meanText(sides[1])}`);
    }
  }
  for (const { name, why } of missing) lines.push('', `records of ${name}: not compared, ${why}`);
  return `${lines.join('\n')}\n`;
}

/** In words, without what there is none of. */
export function countsText({ same, moved, changed, removed, added }: RecordCounts): string {
  const told = [
    [same, 'the same'],
    [moved, 'the same under another key'],
    [changed, 'changed'],
    [removed, 'only in A'],
    [added, 'only in B'],
  ] as const;
  const parts = told.flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`]));
  return parts.length === 0 ? 'none' : parts.join(', ');
}

function stepLines(steps: RunComparison['steps']): string[] {
  const width = Math.max(4, ...steps.map(({ id }) => id.length));
  return [
    `${'step'.padEnd(width)}  ${'records in → out'.padEnd(34)}  requests (reused)`,
    ...steps.map(({ id, sides: [one, other] }) => {
      const flow = both(one, other, (step) => `${step.in} → ${step.out}${rejectedText(step)}`);
      const asked = both(one, other, (step) => `${step.requests}${step.reused > 0 ? ` (${step.reused})` : ''}`);
      return `${id.padEnd(width)}  ${flow.padEnd(34)}  ${asked}`;
    }),
  ];
}

function rejectedText({ rejected }: StepFigures): string {
  const count = Object.values(rejected).reduce((sum, each) => sum + each, 0);
  return count === 0 ? '' : ` (${count} rejected)`;
}

function both<T>(one: T | null, other: T | null, text: (side: T) => string): string {
  const [before, after] = [one === null ? '–' : text(one), other === null ? '–' : text(other)];
  return before === after ? before : `${before} | ${after}`;
}

function meanText(summary: Sides<DistributionSummary>[number]): string {
  if (summary === null) return '–';
  const { count, mean, p5, median, p95 } = summary;
  return `mean ${short(mean)}, median ${short(median)}, 5–95% ${short(p5)}–${short(p95)} (${count})`;
}

function valueText(value: Json | undefined): string {
  if (value === undefined) return '–';
  const text = JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}… (${text.length} characters)` : text;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
