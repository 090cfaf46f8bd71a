/** Sets up the flow of a run: what each step does with a record, how many records are on their way, whether another round follows. */
import { dirname } from 'node:path';
import { readSource } from '../datasets/readSource.ts';
import type { GenerationParameters } from '../endpoints/endpoint.ts';
import type { PlanStep, Target } from '../pipeline/plan.ts';
import type { Item } from '../record/record.ts';
import { createOrderedRunner } from '../steps/createOrderedRunner.ts';
import type { OrderedRunner } from '../steps/ordered.ts';
import { createRunner } from '../steps/createRunner.ts';
import { createScriptRunner, type ScriptServices } from '../steps/script.ts';
import { StepFailedError, type StepContext, type StepRunner } from '../steps/step.ts';
import type { Connection } from '../transport/connect.ts';
import { formatAddress } from './address.ts';
import type { Answers } from './answers.ts';
import { askForJson } from './askForJson.ts';
import { Flow } from './flow.ts';
import type { RunProgress } from './progress.ts';
import { placePrefixes } from './rank.ts';
import type { RunFile } from './runFolder.ts';
import type { RunJob } from './runJob.ts';
import type { OpenOutput } from './runOutputs.ts';
import { goesOn } from './shards.ts';
import type { Spill } from './spill.ts';

/** Records that may be on their way although a slow step holds them up: bounds memory. */
const OPEN_LIMIT = 20_000;
/** Records that are on their way to scripts, so that these need not wait for the next. */
const SCRIPT_RECORDS = 128;
/** Rounds after which "so many more records" is given up when rounds yield less and less. */
const MOST_ROUNDS = 1000;

export interface FlowParts {
  readonly progress: RunProgress;
  readonly answers: Answers;
  readonly outputs: readonly OpenOutput[];
  readonly spill: Spill;
  readonly connections: ReadonlyMap<string, Connection>;
}

/** A flow, and what its steps have to say once all records have been through. */
export interface RunFlow {
  readonly flow: Flow;
  /** Whether nothing can move before answers come that wait for a batch. */
  readonly isStill: () => boolean;
  readonly remarks: () => readonly string[];
  /** To be called once all records have been through. @throws StepFailedError where a step lets nothing become an output */
  readonly checkSteps: () => void;
  /** Ends what steps have started. @throws StepFailedError where one did not end well */
  readonly closeSteps: () => Promise<void>;
}

export function createFlow(
  { plan, file, root, settings, told, part }: RunJob,
  { progress, answers, outputs, spill, connections }: FlowParts,
): RunFlow {
  const services: ScriptServices = {
    folder: dirname(plan.file),
    root,
    environment: settings.environment ?? {},
    onLog: (step, line) => settings.onScriptLine?.(step, line),
    onWarning: (message) => settings.onWarning?.(message),
  };
  const runners = new Map<string, StepRunner>();
  const orderedRunners: OrderedRunner[] = [];
  for (const step of plan.steps) {
    const runner =
      step.kind === 'script'
        ? createScriptRunner(step, services)
        : createRunner(step, {
            mayRunCode: settings.allowCode === true,
            environment: settings.environment ?? {},
            onWarning: (message) => settings.onWarning?.(`step ${step.id}: ${message}`),
          });
    if (runner !== undefined) runners.set(step.id, runner);
  }
  const prefixes = placePrefixes(plan);
  const all = [...connections.values()];
  const slots = all.reduce((sum, connection) => sum + connection.stats().slots, 0);
  // Without endpoints there are no slots: records pass through without ever being on their way, but for scripts.
  const least = plan.steps.some(({ kind }) => kind === 'script') ? SCRIPT_RECORDS : 1;
  const enough = file.mode === 'preview' ? (file.limit ?? 1) : Math.max(least, 2 * slots);
  const hungry = (): boolean =>
    file.mode !== 'preview' &&
    !answers.isReplaying &&
    all.some((connection) => {
      const stats = connection.stats();
      return stats.waiting === 0 && stats.inFlight < stats.slots;
    });
  /** Records whose step waits for the answer of a batch. */
  let held = 0;
  const wantedRecords = (): number => Math.max(0, ...outputs.map(({ limit, shown }) => limit - shown.records));
  const mayEnter = (open: number): boolean => {
    if (!answers.gathers) return open < enough || (open < OPEN_LIMIT && hungry());
    // Nothing of a question in a batch is in memory: only what is wanted is the limit.
    const moving = open - held;
    return open < wantedRecords() && (moving < enough || (moving < OPEN_LIMIT && hungry()));
  };
  let round = 0;
  const wanted = anotherRound(outputs, file, plan.target);
  const another = (next: number): boolean => {
    round = next;
    return wanted?.(next) === true;
  };
  const flow = new Flow({
    steps: plan.steps,
    sinks: outputs,
    observer: progress,
    held: spill,
    read: (step) => readSource(step, told),
    mayEnter,
    ...(part === undefined ? {} : { goesOn: (from, next, key) => goesOn(part, from, next, key) }),
    work(step, item) {
      const runner = runners.get(step.id);
      if (runner === undefined) throw new Error(`step ${step.id} has no runner`);
      let isHeld = false;
      const onHeld = (): void => {
        if (isHeld) return;
        isHeld = true;
        held += 1;
        flow.poke();
      };
      return runner.run(item, contextOf(step, item, prefixes.get(step.id) ?? [], { answers, progress, onHeld }, round));
    },
    ordered: (step) => {
      const runner = createOrderedRunner(step);
      if (runner !== undefined) orderedRunners.push(runner);
      return runner;
    },
    ...(file.mode === 'preview' ? { orderedLimit: file.limit ?? 1 } : {}),
    ...(wanted === undefined ? {} : { another }),
  });
  return {
    flow,
    isStill: () => !answers.isBusy && flow.isStill(held),
    remarks: () => [
      ...[...runners.values(), ...orderedRunners].flatMap((runner) => runner.remark?.() ?? []),
      ...(wanted === undefined ? [] : outputs.flatMap((output) => shortfall(output, round))),
    ],
    checkSteps: () => {
      for (const [id, runner] of runners) {
        const refusal = runner.refusal?.() ?? null;
        if (refusal !== null) throw new StepFailedError(id, null, refusal.reason, refusal.message);
      }
    },
    closeSteps: async () => {
      await Promise.all([...runners.values()].map(async (runner) => runner.close?.()));
    },
  };
}

/** What an output lacks of the records that were asked for. @param rounds all that there were */
function shortfall({ full, limit, shown }: OpenOutput, rounds: number): readonly string[] {
  if (full || !Number.isFinite(limit)) return [];
  return [
    `${shown.path} has ${shown.records} of the ${limit} records that were asked for: the last of ${rounds} rounds added none`,
  ];
}

/**
 * Decides after each round whether the next is needed: until there are so many records as the target says, or so many
 * more than the first round made. A round that adds nothing is the last. Undefined: there is one round only.
 */
function anotherRound(
  outputs: readonly OpenOutput[],
  { more, moreThan }: RunFile,
  target: Target | undefined,
): ((round: number) => boolean) | undefined {
  if (more === null && target === undefined) return undefined;
  let before = -1;
  return (round) => {
    if (round === 1 && more !== null) {
      for (const output of outputs) {
        output.limit = Math.max(output.shown.records, moreThan) + more;
      }
    }
    const records = outputs.reduce((sum, output) => sum + output.shown.records, 0);
    const grew = records > before;
    before = round === 1 && more !== null ? -1 : records;
    return grew && outputs.some((output) => !output.full) && round < MOST_ROUNDS;
  };
}

/** What a step asks with. */
interface AskingParts {
  readonly answers: Answers;
  readonly progress: RunProgress;
  /** Told when the record has to wait for a batch. */
  readonly onHeld: () => void;
}

function contextOf(
  step: PlanStep,
  item: Item,
  prefix: readonly number[],
  { answers, progress, onHeld }: AskingParts,
  round: number,
): StepContext {
  const place = prefix.length === 0 ? item.place : [...prefix, ...item.place];
  const standing = { place, origin: item.origin, counters: progress.countersOf(step.id), onHeld };
  return {
    onAskedAgain: (reason) => {
      progress.countersOf(step.id).countAgain(reason);
    },
    ask(purpose, attempt, ask, messages, part, json) {
      const key = part === undefined ? item.key : [...item.key, part];
      const address = formatAddress(step.id, purpose, key, attempt);
      const candidates = [ask, ...(ask.fallback ?? [])].map(({ endpoint, model, generation, jsonMode }) => {
        const request = { model, messages, generation: ofRound(generation, round) };
        return { endpoint, ...(json === undefined ? { request } : askForJson(request, json, jsonMode ?? 'none')) };
      });
      return answers.ask(address, candidates, part === undefined ? standing : { ...standing, place: [...place, part] });
    },
    embed({ endpoint, model }, text, { batchSize, extra }) {
      const address = formatAddress(step.id, 'generate', item.key, 0);
      return answers.embed(address, { endpoint, model, text, batchSize, extra }, standing);
    },
  };
}

/** Rounds ask for new data: the round alters a seed that is set. */
function ofRound(generation: GenerationParameters, round: number): GenerationParameters {
  return generation.seed === undefined || round === 0 ? generation : { ...generation, seed: generation.seed + round };
}
