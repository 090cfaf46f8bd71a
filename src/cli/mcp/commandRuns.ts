/** Runs that the command carries out by itself for tools, as `openline run` and `openline resume` would. */
import { join } from 'node:path';
import type { HttpFetch } from '../../core/endpoints/httpFetch.ts';
import { stepsThatRunCode } from '../../core/pipeline/stepsThatRunCode.ts';
import type { Plan } from '../../core/pipeline/plan.ts';
import { parseJson } from '../../core/record/json.ts';
import type { RunSnapshot, RunSummary } from '../../core/run/events.ts';
import { readRunFile, runPaths } from '../../core/run/runFolder.ts';
import type { RunSettings } from '../../core/run/runJob.ts';
import { resumeRun, startRun } from '../../core/run/runPipeline.ts';
import type { OwnedOutcome, OwnedRun, RunOwner, ToolRunOrder } from '../../core/tools/runOwner.ts';
import { explain } from '../commandLine.ts';
import type { Surroundings } from '../console.ts';
import { readOptions } from '../options.ts';
import { planWorkspace } from '../plan.ts';
import { scriptsAllowed } from '../scripts.ts';
import { openWorkspace, readProfiles, withKeys } from '../workspace.ts';
import type { SessionBudget, Used } from './sessionBudget.ts';

/** No options: what counts is what the model and the files say. */
const NOTHING_GIVEN = readOptions([], []);
const NOTHING_USED: Used = { requests: 0, tokens: 0, cost: 0 };

interface Going {
  readonly stop: AbortController;
  folder: string | undefined;
  snapshot: RunSnapshot | null;
}

export class CommandRuns implements RunOwner {
  readonly #around: Surroundings;
  readonly #http: HttpFetch;
  readonly #budget: SessionBudget;
  readonly #outcomes = new Map<Going, Promise<OwnedOutcome>>();

  constructor(around: Surroundings, http: HttpFetch, budget: SessionBudget) {
    this.#around = around;
    this.#http = http;
    this.#budget = budget;
  }

  start(order: ToolRunOrder): OwnedRun {
    const started = Promise.withResolvers<string | undefined>();
    const going: Going = { stop: new AbortController(), folder: undefined, snapshot: null };
    const outcome = this.#carryOut(order, going, started.resolve).finally(() => {
      this.#outcomes.delete(going);
      started.resolve(undefined);
    });
    this.#outcomes.set(going, outcome);
    return {
      started: started.promise,
      outcome,
      cancel: () => {
        going.stop.abort();
      },
    };
  }

  snapshot(folder: string): RunSnapshot | null {
    return this.#of(folder)?.snapshot ?? null;
  }

  cancel(folder: string): boolean {
    const going = this.#of(folder);
    going?.stop.abort();
    return going !== undefined;
  }

  /** Stops everything in good order: what is in flight is kept. */
  async close(): Promise<void> {
    for (const { stop } of this.#outcomes.keys()) stop.abort();
    await Promise.all(this.#outcomes.values());
  }

  #of(folder: string): Going | undefined {
    return [...this.#outcomes.keys()].find((going) => going.folder === folder);
  }

  /** Never rejects. */
  async #carryOut(order: ToolRunOrder, going: Going, begun: (folder: string) => void): Promise<OwnedOutcome> {
    try {
      const settings = this.#settings(going, begun);
      const summary = order.type === 'start' ? await this.#start(order, settings) : await this.#resume(order, settings);
      return { kind: 'ended', summary, folder: going.folder ?? '' };
    } catch (error) {
      return { kind: 'refused', message: explain(error, this.#around.cwd).message };
    }
  }

  #settings(going: Going, begun: (folder: string) => void): Omit<RunSettings, 'profiles'> {
    const { version, env, err } = this.#around;
    return {
      http: this.#http,
      version,
      environment: env,
      stop: AbortSignal.any([this.#around.stop, going.stop.signal]),
      onStarted: (_run, folder) => {
        going.folder = folder;
        begun(folder);
      },
      onProgress: (snapshot) => {
        going.snapshot = snapshot;
      },
      onWarning: (message) => err.write(`warning: ${message}\n`),
      onScriptLine: (step, line) => err.write(`[${step}] ${line}\n`),
    };
  }

  async #start(
    { file, mode, choices }: Extract<ToolRunOrder, { type: 'start' }>,
    settings: Omit<RunSettings, 'profiles'>,
  ): Promise<RunSummary> {
    const around = this.#around;
    const { limit, more, fresh, set, endpoint, model, budget } = choices;
    const workspace = await openWorkspace(file, around);
    const overrides = {
      ...(set === undefined ? {} : { set }),
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(model === undefined ? {} : { model }),
      ...(budget === undefined ? {} : { budget }),
    };
    const { plan, profiles } = await planWorkspace(workspace, NOTHING_GIVEN, around, { keys: true }, overrides);
    const { text, root } = workspace;
    const options = {
      ...settings,
      ...{ plan, profiles, text, root, mode },
      ...(await this.#consents(plan)),
      ...(limit === undefined ? {} : { limit }),
      ...(more === undefined ? {} : { more }),
      ...(fresh === undefined ? {} : { fresh }),
    };
    return this.#within(NOTHING_USED, plan.budget, (share) => startRun({ ...options, budget: share }));
  }

  async #resume(
    { folder, choices }: Extract<ToolRunOrder, { type: 'resume' }>,
    settings: Omit<RunSettings, 'profiles'>,
  ): Promise<RunSummary> {
    const around = this.#around;
    const { plan: planText, totals } = await readRunFile(runPaths(folder));
    const plan = parseJson(planText) as unknown as Plan;
    const root = join(folder, '..', '..', '..');
    const profiles = await withKeys(await readProfiles(root, NOTHING_GIVEN), plan.endpoints, NOTHING_GIVEN, around);
    const options = {
      ...settings,
      profiles,
      folder,
      ...(await this.#consents(plan)),
      retryFailed: choices.retryFailed === true,
    };
    const before = usedOf(totals);
    return this.#within(before, choices.budget ?? plan.budget, (share) => resumeRun({ ...options, budget: share }));
  }

  /** Runs within what the session may still use. */
  async #within(
    before: Used,
    wanted: Plan['budget'],
    act: (budget: Plan['budget']) => Promise<RunSummary>,
  ): Promise<RunSummary> {
    const promised = this.#budget.promise(wanted, before);
    let used = NOTHING_USED;
    try {
      const summary = await act(promised.budget);
      used = usedOf(summary);
      return summary;
    } finally {
      promised.settle(used);
    }
  }

  /** What the person has agreed to on the command line before: programs they have approved, and no code of records. */
  async #consents(plan: Plan): Promise<Pick<RunSettings, 'allowScripts' | 'allowCode'>> {
    const allowScripts = await scriptsAllowed(plan, NOTHING_GIVEN, this.#around);
    const asks = stepsThatRunCode(plan);
    if (asks.length > 0) this.#around.err.write(`warning: code in records is only parsed (${asks.join(', ')})\n`);
    return { allowScripts, allowCode: false };
  }
}

function usedOf({ requests, tokens, cost }: Pick<RunSummary, 'requests' | 'tokens' | 'cost'>): Used {
  return { requests, tokens: tokens.prompt + tokens.completion, cost: cost ?? 0 };
}
