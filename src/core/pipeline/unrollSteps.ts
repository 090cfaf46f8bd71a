/**
 * Rounds in recipes: `{ repeat: '${rounds}', steps: […] }` stands for its steps written out once for each round. Plans are
 * static, so that this is all there is to rounds: each has steps of its own, with counts of their own in the report.
 */
import { isJsonObject, type Json, type JsonObject } from '../record/json.ts';
import { substitute } from './substitute.ts';

/** In a repeated step, the number of the round, from 1. */
export const ROUND = 'round';

/** A step of a recipe, as written, with `${…}`. */
export interface UnrolledStep {
  readonly raw: JsonObject;
  /** The parameters, and the round where the step is repeated. */
  readonly parameters: JsonObject;
  /** The step's id in the recipe: the key under which `prompts` replaces its template, in all rounds. */
  readonly name: string;
}

/** A group of steps that is repeated. */
interface Repeated {
  /** How often: a number, or `${…}` that comes to one. */
  readonly times: Json;
  readonly steps: readonly JsonObject[];
}

/** The steps of a group; undefined: it is a step, not a group. */
export function repeatedSteps(step: JsonObject): Repeated | undefined {
  const { repeat, steps } = step;
  if (repeat === undefined || !Array.isArray(steps)) return undefined;
  return { times: repeat, steps: (steps as readonly Json[]).filter(isJsonObject) };
}

/** All steps of a recipe, those of groups once each. */
export function everyStep(steps: readonly JsonObject[]): readonly JsonObject[] {
  return steps.flatMap((step) => repeatedSteps(step)?.steps ?? [step]);
}

/**
 * Writes the rounds out. In round 2 and later the ids end with the number (`titles_2`), and a `from` that names a step of
 * the group means the one of its own round. A `from` that names the step before the group means, in later rounds, the
 * last step of the round before; behind the group it means the last step of the last round.
 */
export function unrollSteps(steps: readonly JsonObject[], parameters: JsonObject): readonly UnrolledStep[] {
  const unrolled: UnrolledStep[] = [];
  let aliases: ReadonlyMap<string, string> = new Map();
  for (const step of steps) {
    const group = repeatedSteps(step);
    if (group === undefined) {
      unrolled.push({ raw: withSources(step, aliases), parameters, name: idOf(step) });
      continue;
    }
    const { value: times } = substitute(group.times, parameters);
    const before = unrolled.at(-1)?.name ?? '';
    const last = idOf(group.steps.at(-1) ?? {});
    for (let round = 1; typeof times === 'number' && round <= times; round += 1) {
      const inRound = (id: string): string => (round === 1 ? id : `${id}_${round}`);
      const names = new Map([...aliases, ...group.steps.map((one) => [idOf(one), inRound(idOf(one))] as const)]);
      for (const one of group.steps) {
        const raw = { ...withSources(one, names), id: inRound(idOf(one)) };
        unrolled.push({ raw, parameters: { ...parameters, [ROUND]: round }, name: idOf(one) });
      }
      aliases = new Map([...aliases, [before, inRound(last)]]);
    }
  }
  return unrolled;
}

function idOf({ id }: JsonObject): string {
  return typeof id === 'string' ? id : '';
}

function withSources(step: JsonObject, names: ReadonlyMap<string, string>): JsonObject {
  const { from } = step;
  const renamed = (source: Json): Json => (typeof source === 'string' ? (names.get(source) ?? source) : source);
  if (Array.isArray(from)) return { ...step, from: (from as readonly Json[]).map(renamed) };
  return from === undefined ? step : { ...step, from: renamed(from) };
}
