/** What an editor shows side by side of two runs: texts of either, which it compares line by line. */
import { stringify } from 'yaml';
import type { DistributionSummary } from '../core/curate/statistics/distribution.ts';
import type { Json } from '../core/record/json.ts';
import type { RunComparison } from '../core/run/compare/compareRuns.ts';
import type { RecordChange } from '../core/run/compare/recordChanges.ts';
import type { RunQuestions } from '../core/run/runQuestions.ts';

type SideTexts = RunQuestions['compare']['answer']['documents'][number];

/** The pipelines as they were run, what follows from them for the run, and what came of it. */
export function comparedDocuments(comparison: RunComparison): readonly SideTexts[] {
  const sides = [0, 1] as const;
  const texts = (of: (side: 0 | 1) => unknown): Pick<SideTexts, 'before' | 'after'> => {
    const [before = '', after = ''] = sides.map((side) => {
      const value = of(side);
      return typeof value === 'string' ? value : stringify(value, { lineWidth: 0 });
    });
    return { before, after };
  };
  return [
    { kind: 'pipeline', ending: 'yaml', ...texts((side) => comparison.runs[side].text) },
    { kind: 'settings', ending: 'yaml', ...texts((side) => settingsOf(comparison, side)) },
    { kind: 'figures', ending: 'yaml', ...texts((side) => figuresOf(comparison, side)) },
  ];
}

function settingsOf({ settings }: RunComparison, side: 0 | 1): Readonly<Record<string, Json>> {
  return Object.fromEntries(
    settings.flatMap(({ path, before, after }) => {
      const value = side === 0 ? before : after;
      return value === undefined ? [] : [[path, value]];
    }),
  );
}

function figuresOf({ runs, steps, outputs }: RunComparison, side: 0 | 1): unknown {
  const { run, state, totals } = runs[side];
  const { records, discarded, requests, reused, tokens, cost, seconds } = totals;
  return {
    ...{ run, state, records, discarded, requests, reused, tokens },
    ...(cost === null ? {} : { cost }),
    seconds: Number(seconds.toFixed(1)),
    steps: Object.fromEntries(steps.flatMap(({ id, sides }) => (sides[side] === null ? [] : [[id, sides[side]]]))),
    numbers: Object.fromEntries(
      outputs.flatMap(({ name, numbers }) =>
        numbers.flatMap(({ field, sides }) => {
          const summary = sides[side];
          return summary === null ? [] : [[`${name}.${field}`, shortened(summary)]];
        }),
      ),
    ),
  };
}

function shortened({ count, mean, min, p5, median, p95, max }: DistributionSummary): Readonly<Record<string, number>> {
  const rounded: Record<string, number> = { count };
  for (const [name, value] of Object.entries({ mean, min, p5, median, p95, max })) {
    rounded[name] = Number(value.toPrecision(4));
  }
  return rounded;
}

/** Records of a page, one below the other, each under its key; the side that lacks one has nothing there. */
export function changesText(changes: readonly RecordChange[]): { readonly before: string; readonly after: string } {
  const of = (side: 'before' | 'after'): string =>
    changes
      .flatMap((change) => {
        const fields = change[side];
        return fields === null ? [] : [`// ${change.key}\n${JSON.stringify(fields, null, 2)}\n`];
      })
      .join('\n');
  return { before: of('before'), after: of('after') };
}
