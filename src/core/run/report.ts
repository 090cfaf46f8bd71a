import type { Plan } from '../pipeline/plan.ts';
import type { BudgetFigure, CourseFigures, RunSummary } from './events.ts';
import type { FailureExample } from './failureExamples.ts';
import type { StepUsage } from './journalUsage.ts';
import type { RunProgress } from './progress.ts';
import type { RunFile, RunTotals } from './runFolder.ts';

/** What stands in `report.json`: the funnel of the steps, the endpoints, the totals. */
export interface RunReport {
  readonly run: string | null;
  readonly state: string;
  readonly error: string | null;
  readonly steps: readonly {
    readonly id: string;
    readonly kind: string;
    readonly from: readonly string[];
    readonly in: number;
    /** Of what came in; the rest waited or was in flight when the run stopped. */
    readonly done: number;
    readonly out: number;
    /** Records and answers turned down, by reason. */
    readonly rejected: Readonly<Record<string, number>>;
    /** Answers that could not be read and were asked for once more, by reason. */
    readonly askedAgain: Readonly<Record<string, number>>;
    /** Over all the processes that worked on the run, like `reused` and `tokens`. */
    readonly requests: number;
    readonly reused: number;
    readonly tokens: { readonly prompt: number; readonly completion: number };
    /** Seconds from asking to the whole answer, retries included, in the process that ended the run. */
    readonly latency: Readonly<Record<string, number>>;
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
  /** Speed and latency over the time of the run. */
  readonly course: CourseFigures;
  /** What the process that ended the run kept to, and what was used of it then. */
  readonly budget: readonly BudgetFigure[];
  /** The first record or answer that was turned down for each step and reason; all stand in `rejects.jsonl`. */
  readonly failures: readonly FailureExample[];
  /** Of the process that finished the run. */
  readonly last: Pick<RunSummary, 'requests' | 'reused' | 'replayed' | 'retries' | 'seconds'>;
  /** Over all processes that worked on the run. */
  readonly totals: RunTotals;
  /** What was expected before the run, for everything that was asked or reused. */
  readonly estimate: RunFile['estimate'];
  /** Answers there were in truth, asked or reused, as a ratio to those expected; null where none were expected. */
  readonly requestsToEstimate: number | null;
}

/** @param before what the journal held when this process took the run up */
export function runReport(
  plan: Plan,
  progress: RunProgress,
  summary: RunSummary,
  totals: RunTotals,
  before: readonly StepUsage[],
  estimate: RunFile['estimate'],
): RunReport {
  const { requests, reused, replayed, retries, seconds } = summary;
  return {
    run: summary.run,
    state: summary.state,
    error: summary.error,
    steps: progress.steps().map((step) => {
      const counters = progress.countersOf(step.id);
      const sum = {
        requests: step.requests,
        reused: step.reused,
        prompt: counters.promptTokens,
        completion: counters.completionTokens,
      };
      for (const usage of before) {
        if (usage.step !== step.id) continue;
        sum.requests += usage.requests;
        sum.reused += usage.reused;
        sum.prompt += usage.prompt;
        sum.completion += usage.completion;
      }
      return {
        id: step.id,
        kind: step.kind,
        from: step.from,
        in: counters.entered,
        done: step.done,
        out: step.out,
        rejected: step.rejected,
        askedAgain: Object.fromEntries(counters.askedAgain),
        requests: sum.requests,
        reused: sum.reused,
        tokens: { prompt: sum.prompt, completion: sum.completion },
        latency: { ...counters.latency.summary() },
      };
    }),
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
    course: progress.course.figures(),
    budget: progress.budgetFigures(),
    failures: progress.failures,
    last: { requests, reused, replayed, retries, seconds },
    totals,
    estimate,
    requestsToEstimate: estimate.requests === 0 ? null : (totals.requests + totals.reused) / estimate.requests,
  };
}
