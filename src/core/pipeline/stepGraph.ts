import { unknownName } from '../files/checkValue.ts';
import type { JsonObject } from '../record/json.ts';
import { ExpressionError, isTruthy, parseExpression } from './expression.ts';
import { preciseAt } from './fieldExpression.ts';
import type { Problems } from './problems.ts';
import type { StepDraft } from './readPipeline.ts';

/** A step that stays in the pipeline, with the steps it reads from. */
export interface LinkedStep {
  readonly draft: StepDraft;
  /** See PlanStep.from. */
  readonly from: readonly { readonly step: string; readonly source: number }[];
  readonly prefixesKeys: boolean;
  /** Whether something is wrong with what it reads from, so that nothing is known of its records. */
  readonly unsound: boolean;
}

/** The steps of a pipeline and how they hang together. */
export interface StepGraph {
  /** Those that stay, each after the ones it reads from, else as written. */
  readonly steps: readonly LinkedStep[];
  /** Ids of those that their `when`, or the lack of anything to read from, leaves out. */
  readonly leftOut: ReadonlySet<string>;
  /** The last step that its own `when` lets stay; null: there is none. */
  readonly last: string | null;
}

/** Finds out which steps stay and what each reads from. Mistakes are told; what can be linked is linked all the same. */
export function linkSteps(drafts: readonly StepDraft[], parameters: JsonObject, problems: Problems): StepGraph {
  const byId = new Map<string, StepDraft>();
  for (const draft of drafts) {
    if (byId.has(draft.id) && draft.id !== '') {
      problems.error(
        'duplicate-step',
        `there are several steps with the id ${draft.id}`,
        draft.locate(['id'], 'value'),
      );
    } else byId.set(draft.id, draft);
  }
  const leftOut = new Set<string>();
  const linked: LinkedStep[] = [];
  for (const draft of byId.values()) {
    if (!stays(draft, parameters, problems)) leftOut.add(draft.id);
  }
  let before: StepDraft | undefined;
  for (const draft of byId.values()) {
    if (leftOut.has(draft.id)) continue;
    linked.push(link(draft, before, byId, problems));
    before = draft;
  }
  return { steps: inOrder(dropEmpty(linked, leftOut), problems), leftOut, last: before?.id ?? null };
}

function stays({ step, locate }: StepDraft, parameters: JsonObject, problems: Problems): boolean {
  const when = step?.when ?? true;
  try {
    return evaluateWhen(when, parameters);
  } catch (error) {
    if (!(error instanceof ExpressionError) || typeof when !== 'string') throw error;
    const at = locate(['when'], 'value');
    problems.error('bad-expression', `in \`when\`: ${error.message}`, preciseAt(at, when, error));
    return true;
  }
}

/** Whether a step with this `when` stays. @throws ExpressionError */
export function evaluateWhen(when: string | boolean, parameters: JsonObject): boolean {
  return typeof when === 'boolean' ? when : isTruthy(parseExpression(when).evaluate(parameters));
}

function link(
  draft: StepDraft,
  before: StepDraft | undefined,
  byId: ReadonlyMap<string, StepDraft>,
  problems: Problems,
): LinkedStep {
  const { step, locate, id } = draft;
  const given = step?.from;
  if (given === undefined) {
    const startsFlow = step === null || step.read !== undefined || before === undefined;
    return { draft, from: startsFlow ? [] : [{ step: before.id, source: 0 }], prefixesKeys: false, unsound: false };
  }
  if (step?.read !== undefined) {
    problems.error('needless-from', 'a step that reads has no `from`: it starts the flow', locate(['from'], 'key'));
    return { draft, from: [], prefixesKeys: false, unsound: false };
  }
  const names = typeof given === 'string' ? [given] : given;
  const from: { step: string; source: number }[] = [];
  let unsound = false;
  for (const [source, name] of names.entries()) {
    const path = typeof given === 'string' ? ['from'] : ['from', source];
    if (!byId.has(name)) {
      const others = [...byId.keys()].filter((other) => other !== id && other !== '');
      problems.error('unknown-step', unknownName(name, others, 'a step'), locate(path, 'value'));
    } else if (names.indexOf(name) !== source) {
      problems.error('duplicate-from', `${name} is listed twice in \`from\``, locate(path, 'value'));
    } else from.push({ step: name, source });
    unsound ||= from.at(-1)?.source !== source;
  }
  return { draft, from, prefixesKeys: names.length > 1, unsound };
}

/** Takes steps that are left out from the `from` lists; a step that has nothing left to read from is left out, too. */
function dropEmpty(linked: readonly LinkedStep[], leftOut: Set<string>): LinkedStep[] {
  let remaining = [...linked];
  for (;;) {
    const next = remaining.map((step) => ({ ...step, from: step.from.filter((entry) => !leftOut.has(entry.step)) }));
    const emptied = next.filter((step, index) => step.from.length === 0 && (remaining[index]?.from.length ?? 0) > 0);
    for (const { draft } of emptied) leftOut.add(draft.id);
    remaining = next.filter(({ draft }) => !leftOut.has(draft.id));
    if (emptied.length === 0) return remaining;
  }
}

/** Sorts so that no step stands before one it reads from; steps in a circle are told and come last. */
function inOrder(steps: readonly LinkedStep[], problems: Problems): LinkedStep[] {
  const sorted: LinkedStep[] = [];
  const done = new Set<string>();
  let waiting = [...steps];
  while (waiting.length > 0) {
    const index = waiting.findIndex(({ from }) => from.every((entry) => done.has(entry.step)));
    const [ready] = index === -1 ? [] : waiting.splice(index, 1);
    if (ready === undefined) break;
    sorted.push(ready);
    done.add(ready.draft.id);
  }
  const circle = findCircle(waiting);
  const [first] = circle;
  if (first !== undefined) {
    const names = [...circle.map(({ draft }) => draft.id), first.draft.id].join(' ← ');
    problems.error('cycle', `steps read from each other in a circle: ${names}`, first.draft.locate(['from'], 'value'));
  }
  waiting = waiting.map((step) => ({ ...step, from: [], unsound: true }));
  return [...sorted, ...waiting];
}

function findCircle(waiting: readonly LinkedStep[]): readonly LinkedStep[] {
  const byId = new Map(waiting.map((step) => [step.draft.id, step]));
  const path: LinkedStep[] = [];
  let step = waiting[0];
  while (step !== undefined && !path.includes(step)) {
    path.push(step);
    step = step.from.map((entry) => byId.get(entry.step)).find((source) => source !== undefined);
  }
  return step === undefined ? [] : path.slice(path.indexOf(step));
}
