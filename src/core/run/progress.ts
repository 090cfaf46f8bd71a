/** Counts what happens in a run and makes the snapshots that the command and the editor show. */
import { BUDGET_LIMITS } from '../errors.ts';
import { isAsking, questionsPerRecord } from '../pipeline/asking.ts';
import type { Budget, Plan } from '../pipeline/plan.ts';
import { formatKey } from '../record/key.ts';
import type { Item } from '../record/record.ts';
import type { Outcome, Rejection } from '../steps/step.ts';
import type { Connection } from '../transport/connect.ts';
import type { BudgetLedger } from '../transport/budget.ts';
import { createLatencyHistogram, type LatencyHistogram } from '../transport/latency.ts';
import type { AskCounters } from './answerStore.ts';
import { Course } from './course.ts';
import type { BatchProgress, BudgetFigure, RunSnapshot, RunState, StepProgress } from './events.ts';
import { expectedRecords } from './expectedRecords.ts';
import { FailureExamples, type FailureExample } from './failureExamples.ts';
import type { FlowObserver } from './flow.ts';
import type { RunTotals } from './runFolder.ts';
import type { StopKind } from './stopping.ts';

/** Span over which the speed is measured, in milliseconds. */
const SPEED_WINDOW_MS = 10_000;

class StepCounters implements AskCounters {
  /** Of all steps together. */
  readonly #all: LatencyHistogram;
  readonly #own = createLatencyHistogram();
  requests = 0;
  reused = 0;
  replayed = 0;
  inFlight = 0;
  promptTokens = 0;
  completionTokens = 0;
  readonly latency: LatencyHistogram = {
    add: (milliseconds) => {
      this.#own.add(milliseconds);
      this.#all.add(milliseconds);
    },
    summary: () => this.#own.summary(),
  };
  entered = 0;
  done = 0;
  out = 0;
  rejected = new Map<string, number>();
  /** Answers that could not be read and were asked for once more, by reason. */
  readonly askedAgain = new Map<string, number>();

  constructor(all: LatencyHistogram) {
    this.#all = all;
  }

  countAgain(reason: string): void {
    this.askedAgain.set(reason, (this.askedAgain.get(reason) ?? 0) + 1);
  }
}

/** What was used up before a pass, by the same process. */
export interface Carried {
  readonly requests: number;
  readonly reused: number;
  readonly retries: number;
  readonly tokens: { readonly prompt: number; readonly completion: number };
  readonly cost: number | null;
}
const NOTHING_CARRIED: Carried = {
  requests: 0,
  reused: 0,
  retries: 0,
  tokens: { prompt: 0, completion: 0 },
  cost: null,
};

export interface ProgressOutput {
  readonly name: string;
  readonly path: string;
  file: string;
  records: number;
}

export class RunProgress implements FlowObserver {
  state: RunState = 'starting';
  stop: StopKind | null = null;
  error: string | null = null;
  readonly outputs: ProgressOutput[] = [];
  readonly #plan: Plan;
  readonly #run: string;
  readonly #startedAt: number;
  readonly #now: () => number;
  readonly #steps = new Map<string, StepCounters>();
  readonly #expected: ReadonlyMap<string, number | null>;
  readonly #latency = createLatencyHistogram();
  /** Over the time of the run; set where earlier processes, or passes, have begun it. */
  course: Course;
  readonly #failures = new FailureExamples();
  readonly #samples: { at: number; answers: number }[] = [];
  connections: ReadonlyMap<string, Connection> = new Map();
  /** What earlier processes have used up, which a person is told together with what this one does. */
  before: Pick<RunTotals, 'requests' | 'reused' | 'tokens' | 'cost' | 'seconds'> | null = null;
  /** What earlier passes of this process have used up, where a run goes on in passes. */
  carried: Carried = NOTHING_CARRIED;
  /** Whether what this pass has used up is among what was carried. */
  #isCarried = false;
  /** What is shown of batches, where there are any. */
  batches: { progress(): readonly BatchProgress[]; readonly notice: RunSnapshot['notice'] } | undefined;
  /** What the run may use, and what it has. */
  budget: { readonly limits: Budget; readonly ledger: Pick<BudgetLedger, 'spent'> } | undefined;
  /** Called for every record a step yields, where somebody keeps them. */
  made?: NonNullable<FlowObserver['made']>;
  /** Called for every rejection, to keep it. */
  onRejected: (step: string, rejection: Rejection, item: Pick<Item, 'key' | 'fields' | 'origin'>) => void = () =>
    undefined;

  /** @param startedAt when the process took the run up; default: now */
  constructor(plan: Plan, run: string, now: () => number, startedAt: number = now()) {
    this.#plan = plan;
    this.#run = run;
    this.#now = now;
    this.#startedAt = startedAt;
    this.course = new Course(now, startedAt);
    const latency: LatencyHistogram = {
      add: (milliseconds) => {
        this.#latency.add(milliseconds);
        this.course.add(milliseconds);
      },
      summary: () => this.#latency.summary(),
    };
    for (const step of plan.steps) this.#steps.set(step.id, new StepCounters(latency));
    this.#expected = expectedRecords(plan);
  }

  countersOf(step: string): StepCounters {
    const counters = this.#steps.get(step);
    if (counters === undefined) throw new Error(`no step ${step}`);
    return counters;
  }

  entered(step: string): void {
    this.countersOf(step).entered += 1;
  }

  left(step: string, outcome: Outcome): void {
    const counters = this.countersOf(step);
    counters.done += 1;
    counters.out += outcome.records.length;
  }

  passed(step: string, records: number): void {
    this.countersOf(step).out += records;
  }

  rejected(step: string, rejection: Rejection, item: Pick<Item, 'key' | 'fields' | 'origin'>): void {
    const { rejected } = this.countersOf(step);
    rejected.set(rejection.reason, (rejected.get(rejection.reason) ?? 0) + 1);
    this.#failures.add(step, rejection.reason, () => ({ key: formatKey(item.key), message: rejection.message }));
    this.onRejected(step, rejection, item);
  }

  /** The first failure of each step and reason. */
  get failures(): readonly FailureExample[] {
    return this.#failures.list;
  }

  /** Sums over all steps, of this process. */
  totals(): { requests: number; reused: number; replayed: number; discarded: number; records: number } {
    let [requests, reused, replayed, discarded] = [this.carried.requests, this.carried.reused, 0, 0];
    for (const counters of this.#steps.values()) {
      requests += counters.requests;
      reused += counters.reused;
      replayed += counters.replayed;
      for (const count of counters.rejected.values()) discarded += count;
    }
    const records = this.outputs.reduce((sum, output) => sum + output.records, 0);
    // What an earlier pass has got is found in the journal by this one.
    replayed = Math.max(0, replayed - this.carried.requests - this.carried.reused);
    return { requests, reused, replayed, discarded, records };
  }

  /** Leaves the counting of what was used up to the journal, which has all of it: a pass is over, and `carried` has it. */
  forgetUsage(): void {
    this.#isCarried = true;
    for (const counters of this.#steps.values())
      Object.assign(counters, { requests: 0, reused: 0, promptTokens: 0, completionTokens: 0 });
  }

  /** What the services counted, of this process. */
  usage(): {
    tokens: { prompt: number; completion: number };
    cost: number | null;
    sent: number;
    retries: number;
    inFlight: number;
    slots: number;
  } {
    const { carried } = this;
    const sum = { tokens: { ...carried.tokens }, sent: 0, retries: carried.retries, inFlight: 0, slots: 0 };
    let cost: number | null = carried.cost;
    for (const connection of this.connections.values()) {
      const stats = connection.stats();
      sum.sent += stats.requests;
      sum.inFlight += stats.inFlight;
      sum.slots += stats.slots;
      if (this.#isCarried) continue;
      sum.tokens.prompt += stats.tokens.prompt;
      sum.tokens.completion += stats.tokens.completion;
      sum.retries += stats.retries;
      if (stats.cost !== null) cost = (cost ?? 0) + stats.cost;
    }
    return { ...sum, cost };
  }

  steps(): StepProgress[] {
    return this.#plan.steps.map((step) => {
      const counters = this.countersOf(step.id);
      return {
        id: step.id,
        kind: step.kind,
        from: step.from.map((source) => source.step),
        waiting: counters.entered - counters.done - Math.min(counters.inFlight, counters.entered - counters.done),
        inFlight: counters.inFlight,
        done: counters.done,
        out: counters.out,
        rejected: Object.fromEntries(counters.rejected),
        requests: counters.requests,
        reused: counters.reused,
        expected: this.#expected.get(step.id) ?? null,
      };
    });
  }

  snapshot(): RunSnapshot {
    const now = this.#now();
    const { requests, reused, replayed, discarded, records } = this.totals();
    const usage = this.usage();
    const speed = this.#speed(now, requests);
    const notice = this.#notice();
    const left = this.#requestsLeft();
    return {
      run: this.#run,
      pipeline: this.#plan.name,
      state: this.state,
      stop: this.stop,
      startedAt: this.#startedAt,
      elapsedSeconds: (this.before?.seconds ?? 0) + (now - this.#startedAt) / 1000,
      remainingSeconds: left === null || speed === 0 || requests + reused + replayed === 0 ? null : left / speed,
      steps: this.steps(),
      outputs: this.outputs.map((output) => ({ ...output })),
      records,
      discarded,
      requests: (this.before?.requests ?? 0) + requests,
      reused: (this.before?.reused ?? 0) + reused,
      retries: usage.retries,
      inFlight: usage.inFlight,
      slots: usage.slots,
      tokens: {
        prompt: (this.before?.tokens.prompt ?? 0) + usage.tokens.prompt,
        completion: (this.before?.tokens.completion ?? 0) + usage.tokens.completion,
      },
      cost: usage.cost === null ? (this.before?.cost ?? null) : (this.before?.cost ?? 0) + usage.cost,
      requestsPerSecond: speed,
      latency: this.#latencyFigures(),
      course: this.course.figures(),
      budget: this.budgetFigures(),
      notice,
      batches: this.batches?.progress() ?? [],
      failures: this.failures,
      error: this.error,
    };
  }

  #latencyFigures(): RunSnapshot['latency'] {
    const { p50, p90, max } = this.#latency.summary();
    return max === 0 ? null : { p50, p90 };
  }

  /** What is used of the limits that the run keeps to. */
  budgetFigures(): readonly BudgetFigure[] {
    if (this.budget === undefined) return [];
    const { limits, ledger } = this.budget;
    const spent = ledger.spent();
    return BUDGET_LIMITS.flatMap((limit) => {
      const amount = limits[limit] ?? 0;
      return amount > 0 ? [{ limit, amount, used: spent[limit] }] : [];
    });
  }

  #notice(): RunSnapshot['notice'] {
    for (const [endpoint, connection] of this.connections) {
      const message = connection.stats().notice;
      if (message !== null) return { endpoint, message };
    }
    return this.batches?.notice ?? null;
  }

  /** Answers per second over the last seconds. */
  #speed(now: number, answers: number): number {
    this.#samples.push({ at: now, answers });
    while (this.#samples.length > 2 && (this.#samples[0]?.at ?? now) < now - SPEED_WINDOW_MS) this.#samples.shift();
    const [first] = this.#samples;
    if (first === undefined || now - first.at < 1) return 0;
    return ((answers - first.answers) * 1000) / (now - first.at);
  }

  /** Questions still to come, as far as the plan tells; null: unknown. */
  #requestsLeft(): number | null {
    let left = 0;
    for (const step of this.#plan.steps) {
      if (!isAsking(step)) continue;
      const expected = this.#expected.get(step.id) ?? null;
      if (expected === null) return null;
      const { done, requests, reused, replayed } = this.countersOf(step.id);
      if (step.kind === 'generate' && step.segments !== undefined) {
        // How many segments documents have is only known of those that are done.
        if (done === 0) return null;
        left += Math.max(0, expected - done) * ((requests + reused + replayed) / done);
        continue;
      }
      const each = questionsPerRecord(step);
      // A record that is being worked on may have most of its questions behind it.
      const asked = each <= 1 ? done * each : Math.max(done * each, requests + reused + replayed);
      left += Math.max(0, expected * each - asked);
    }
    return left;
  }
}
