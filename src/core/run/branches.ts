/** The branches that a run's records stand on: which steps made many records of one, and what told those apart. */
import { isTopicField, type TopicPlace } from '../curate/statistics/topicTree.ts';
import type { ModifyStep, PlanStep } from '../pipeline/plan.ts';
import type { Json, JsonObject } from '../record/json.ts';
import type { Origin } from '../record/record.ts';

/** A longer value is no name of a branch: a document, an answer. In characters. */
const LONGEST_NAME = 300;

/** A step whose records are told apart by a field. */
export interface BranchLevel {
  readonly step: string;
  /** The field as the step made it. */
  readonly field: string;
  /** What it is called at the end of the record's way; null: it has been removed. */
  readonly current: string | null;
}

/** Fields whose values tell the records of a step apart; none: it makes one record of one. */
function branchFields(step: PlanStep): readonly string[] {
  switch (step.kind) {
    case 'read':
      return step.source.kind === 'list' ? [step.source.field] : crossedBy(step).map(({ field }) => field);
    case 'generate':
      return step.expect.kind === 'list' || step.expect.kind === 'pairs' ? [step.expect.field] : [];
    case 'modify':
      return crossedBy(step).map(({ field }) => field);
    default:
      return [];
  }
}

/** Fields that tell where a value of a list stands in it. */
function originOf(step: PlanStep | undefined, name: string): Readonly<Record<string, readonly Json[]>> {
  if (step?.kind !== 'read' || step.source.kind !== 'list') return {};
  const { values, label, indexField, sourceField } = step.source;
  const index = values.findIndex((value) => nameOf(value) === name);
  return {
    ...(indexField === undefined ? {} : { [indexField]: [index] }),
    ...(sourceField === undefined ? {} : { [sourceField]: [`${label}:${String(index + 1)}`] }),
  };
}

/** Fields that a step crosses with each other. */
function crossedBy(
  step: PlanStep | undefined,
): readonly { readonly field: string; readonly values: readonly Json[] }[] {
  if (step?.kind === 'modify') return step.cross ?? [];
  return step?.kind === 'read' && step.source.kind === 'cross' ? step.source.fields : [];
}

/** Whether a step makes several records of one. */
function multiplies(step: PlanStep): boolean {
  if (step.kind === 'generate' && (step.ask.generation.n ?? 1) > 1) return true;
  return step.from.length > 0 && branchFields(step).length > 0;
}

/** Tells the branches of a plan's records. */
export class Branches {
  readonly #steps: ReadonlyMap<string, PlanStep>;
  /** Steps after which others make several records of one. */
  readonly #above: ReadonlySet<string>;
  readonly #levels = new Map<string, readonly BranchLevel[]>();

  constructor(steps: readonly PlanStep[]) {
    this.#steps = new Map(steps.map((step) => [step.id, step]));
    const above = new Set<string>();
    const climb = ({ from }: PlanStep): void => {
      for (const { step } of from) {
        const before = this.#steps.get(step);
        if (before === undefined || above.has(step)) continue;
        above.add(step);
        climb(before);
      }
    };
    for (const step of steps) if (multiplies(step)) climb(step);
    this.#above = above;
  }

  /** The levels of records with this history, the widest first. @param history ids of steps, the first one first */
  levels(history: readonly string[]): readonly BranchLevel[] {
    const key = history.join(' ');
    const known = this.#levels.get(key);
    if (known !== undefined) return known;
    let levels: readonly BranchLevel[] = [];
    for (const id of new Set(history)) {
      const step = this.#steps.get(id);
      if (step === undefined) continue;
      if (step.kind === 'modify') levels = levels.map((level) => ({ ...level, current: renamed(level.current, step) }));
      const fields = branchFields(step);
      // The last one names the record itself, unless it is a topic: a branch for each record would say nothing.
      const kept = fields.filter((field, at) => this.#above.has(id) || at < fields.length - 1 || isTopicField(field));
      levels = [...levels, ...kept.map((field) => ({ step: id, field, current: field }))];
    }
    this.#levels.set(key, levels);
    return levels;
  }

  /** Names of the branches that a record stands on, for the levels of its history; empty: it stands on none. */
  namesOf({ fields, origin }: { readonly fields: JsonObject; readonly origin?: Origin }): readonly (string | null)[] {
    const history: string[] = [];
    for (let at = origin; at !== undefined; at = at.parent) history.push(at.step);
    const names = this.levels(history.reverse()).map(({ current }) =>
      current === null ? null : nameOf(fields[current]),
    );
    return names.some((name) => name !== null) ? names : [];
  }

  /**
   * Fields of the record that is the last of some places, as its step made it; those above it as they are called there.
   * Several values: the step crosses them with the place, and all of them belong to it.
   */
  fieldsAt(path: readonly TopicPlace[]): Readonly<Record<string, readonly Json[]>> {
    const end = path.at(-1)?.step ?? '';
    const before = new Set([end]);
    const climb = (id: string): void => {
      for (const { step } of this.#steps.get(id)?.from ?? []) {
        if (before.has(step)) continue;
        before.add(step);
        climb(step);
      }
    };
    climb(end);
    // No step of a plan stands before one it reads from.
    const levels = this.levels([...this.#steps.keys()].filter((id) => before.has(id)));
    const fields: Record<string, readonly Json[]> = {};
    for (const { step, field, value } of path) {
      const level = levels.find((one) => one.step === step && one.field === field);
      if (level?.current == null) continue;
      fields[level.current] = [value];
      Object.assign(fields, originOf(this.#steps.get(step ?? ''), value));
    }
    for (const { field, values } of crossedBy(this.#steps.get(end))) {
      const [wanted] = fields[field] ?? [];
      fields[field] = wanted === undefined ? values : values.filter((value) => nameOf(value) === wanted);
    }
    return fields;
  }

  /** The same as a way down a tree. @param names as `namesOf` tells them */
  pathOf(history: readonly string[], names: readonly (string | null)[]): readonly TopicPlace[] {
    return this.levels(history).flatMap(({ step, field }, at) => {
      const value = names[at];
      return typeof value === 'string' ? [{ step, field, value }] : [];
    });
  }
}

function renamed(field: string | null, { rename, remove, set, compute = {} }: ModifyStep): string | null {
  if (field === null) return null;
  let current = field;
  for (const [from, to] of Object.entries(rename)) if (current === from) current = to;
  return remove.includes(current) || Object.hasOwn({ ...set, ...compute }, current) ? null : current;
}

function nameOf(value: JsonObject[string] | undefined): string | null {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string' || value.length > LONGEST_NAME || value.trim() === '') return null;
  return value;
}
