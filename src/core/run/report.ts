import type { Plan } from '../pipeline/plan.ts';
import type { RunSummary } from './events.ts';
import type { RunProgress } from './progress.ts';
import type { RunTotals } from './runFolder.ts';

/** What stands in `report.json`: the funnel of the steps, the endpoints, the totals. */
export interface RunReport {
  readonly run: string | null;
  readonly state: string;
  readonly error: string | null;
  readonly steps: readonly {
    readonly id: string;
    readonly kind: string;
    readonly in: number;
    readonly out: number;
    /** Records and answers turned down, by reason. */
    readonly rejected: Readonly<Record<string, number>>;
    readonly requests: number;
    readonly reused: number;
  }[];
  readonly endpoints: readonly {
    readonly name: string;
    readonly requests: number;
    readonly retries: number;
    readonly tokens: { readonly prompt: number; readonly completion: number };
    readonly cost: number | null;
    /** Seconds from sending to the whole answer. */
    readonly latency: Readonly<Record<string, number>>;
  }[];
  /** Of the process that finished the run. */
  readonly last: Pick<RunSummary, 'requests' | 'reused' | 'replayed' | 'retries' | 'seconds'>;
  /** Over all processes that worked on the run. */
  readonly totals: RunTotals;
}

export function runReport(plan: Plan, progress: RunProgress, summary: RunSummary, totals: RunTotals): RunReport {
  const { requests, reused, replayed, retries, seconds } = summary;
  return {
    run: summary.run,
    state: summary.state,
    error: summary.error,
    steps: progress.steps().map((step) => ({
      id: step.id,
      kind: step.kind,
      in: step.done + step.waiting + step.inFlight,
      out: step.out,
      rejected: step.rejected,
      requests: step.requests,
      reused: step.reused,
    })),
    endpoints: plan.endpoints.flatMap((name) => {
      const stats = progress.connections.get(name)?.stats();
      if (stats === undefined) return [];
      return [
        {
          name,
          requests: stats.requests,
          retries: stats.retries,
          tokens: stats.tokens,
          cost: stats.cost,
          latency: { ...stats.latency },
        },
      ];
    }),
    last: { requests, reused, replayed, retries, seconds },
    totals,
  };
}
