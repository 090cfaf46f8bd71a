/** What came of rehearsing a run, in requests, tokens and cost. */
import { findProfile } from '../../endpoints/pool/findProfile.ts';
import { pricesOf } from '../../endpoints/prices.ts';
import type { NamedProfile } from '../../endpoints/profile.ts';
import { isAsking } from '../../pipeline/asking.ts';
import type { Plan, PlanStep } from '../../pipeline/plan.ts';
import type { Estimate, StepEstimate } from '../estimate.ts';
import type { RehearsedStep } from './rehearsedAnswers.ts';

/** An output as the run would write it, as far as that is known. */
export interface RehearsedOutput {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly records: number;
  /** Of these, the records that come of answers which are asked anew. */
  readonly anew: number;
}

/** What a run would ask, given what earlier runs have answered. */
export interface Rehearsal {
  /** Requests that are sent whatever comes of them. */
  readonly least: number;
  /** With those that follow from their answers, if as much comes of these as did before. */
  readonly requests: number;
  /** Whether no more and no fewer are sent, but for answers that cannot be read and are asked for once more. */
  readonly isExact: boolean;
  /** Answers that are taken over. */
  readonly reused: number;
  readonly tokens: { readonly prompt: number; readonly completion: number };
  /** In the currency of the prices; null without prices. */
  readonly cost: number | null;
  readonly outputs: readonly RehearsedOutput[];
}

/** What a step would ask of an endpoint, with what is guessed. */
interface Expected {
  readonly endpoint: string;
  readonly least: number;
  readonly requests: number;
  readonly isExact: boolean;
  readonly prompt: number;
  readonly completion: number;
}

/** @param estimate of the same plan, for what no earlier run can tell */
export function tellRehearsal(
  plan: Plan,
  profiles: readonly NamedProfile[],
  estimate: Estimate,
  { steps, outputs }: { readonly steps: readonly RehearsedStep[]; readonly outputs: readonly RehearsedOutput[] },
): Rehearsal {
  const open = openSteps(plan, steps);
  const expected = plan.steps.flatMap((step) => {
    const met = steps.filter((one) => one.step === step.id);
    const guesses = estimate.steps.filter((one) => one.step === step.id);
    const endpoints = new Set([...met, ...(open.has(step.id) ? guesses : [])].map(({ endpoint }) => endpoint));
    return [...endpoints].map((endpoint) => {
      const own = met.find((one) => one.endpoint === endpoint) ?? nothingMet(step.id, endpoint);
      const guess = guesses.filter((one) => one.endpoint === endpoint);
      return expectedOf(step, own, guess, open.has(step.id));
    });
  });
  const sum = (part: (one: Expected) => number): number => expected.reduce((total, one) => total + part(one), 0);
  return {
    least: sum(({ least }) => least),
    requests: sum(({ requests }) => requests),
    isExact: expected.every(({ isExact }) => isExact),
    reused: steps.reduce((total, { reused }) => total + reused, 0),
    tokens: { prompt: Math.round(sum(({ prompt }) => prompt)), completion: Math.round(sum((one) => one.completion)) },
    cost: costOf(expected, profiles),
    outputs,
  };
}

function nothingMet(step: string, endpoint: string): RehearsedStep {
  const none = { certain: 0, following: 0, unknown: 0, reused: 0, promptTokens: 0, completionTokens: 0, counted: 0 };
  return { step, endpoint, ...none };
}

/** Steps that may ask more than was met: what they are about, or what they have said themselves, nobody knows. */
function openSteps(plan: Plan, met: readonly RehearsedStep[]): ReadonlySet<string> {
  const unknown = new Set(met.filter((one) => one.unknown > 0).map(({ step }) => step));
  const behind = new Set(unknown);
  const open = new Set<string>();
  // Steps stand behind those they get records from.
  for (const step of plan.steps) {
    if (step.from.some(({ step: from }) => behind.has(from))) {
      behind.add(step.id);
      if (isAsking(step)) open.add(step.id);
    }
    if (unknown.has(step.id) && asksOn(step)) open.add(step.id);
  }
  return open;
}

/** Whether a step asks on with what it was told. */
function asksOn(step: PlanStep): boolean {
  if (step.kind === 'dialogue') return step.userTurns > 1;
  return step.kind === 'generate' && step.expect.kind === 'list' && step.expect.conversion.mode === 'model';
}

function expectedOf(step: PlanStep, met: RehearsedStep, guess: readonly StepEstimate[], isOpen: boolean): Expected {
  const { endpoint, certain, following, reused, promptTokens, completionTokens, counted } = met;
  // Several texts travel in a request for vectors.
  const together = step.kind === 'embed' ? step.batchSize : 1;
  const guessed = guess.reduce((sum, { requests }) => sum + requests.likely, 0);
  const asked = certain + following;
  const more = isOpen ? Math.max(0, Math.round(guessed * together) - asked - reused) : 0;
  const questions = asked + more;
  const tokens = (counts: number, kind: 'promptTokens' | 'completionTokens'): number => {
    const each =
      counted > 0 ? counts / counted : guess.reduce((sum, one) => sum + one[kind].likely, 0) / guessed / together;
    return counts + (Number.isFinite(each) ? each : 0) * (questions - counted);
  };
  return {
    endpoint,
    least: Math.ceil(certain / together),
    requests: Math.ceil(questions / together),
    isExact: following + more === 0 && (together === 1 || questions <= 1),
    prompt: tokens(promptTokens, 'promptTokens'),
    completion: tokens(completionTokens, 'completionTokens'),
  };
}

function costOf(expected: readonly Expected[], profiles: readonly NamedProfile[]): number | null {
  let cost: number | null = null;
  for (const { endpoint, prompt, completion } of expected) {
    const profile = findProfile(profiles, endpoint)?.profile;
    const prices = profile === undefined ? undefined : pricesOf(profile);
    if (prices !== undefined) cost = (cost ?? 0) + (prompt * prices.prompt + completion * prices.completion) / 1e6;
  }
  return cost;
}
