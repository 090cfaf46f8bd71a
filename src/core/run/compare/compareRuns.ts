/** Two runs side by side: settings, steps, cost, numbers and records. */
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { Distribution, type DistributionSummary } from '../../curate/statistics/distribution.ts';
import { leafFields } from '../../curate/statistics/leafFields.ts';
import { InvalidInputError } from '../../errors.ts';
import { parseJson } from '../../record/json.ts';
import type { RunState } from '../events.ts';
import { runSource } from '../exportSource.ts';
import { currentState } from '../findRun.ts';
import { readRunFile, runPaths, type RunFile, type RunTotals } from '../runFolder.ts';
import { planChanges, type SettingChange } from './planChanges.ts';
import { alignRecords, type AlignedRecords, type ComparedOutput, type RecordCounts } from './recordChanges.ts';

/** What identifies a run. */
export interface ComparedRun {
  readonly run: string;
  readonly folder: string;
  readonly pipeline: string;
  /** The pipeline's text as it was run. */
  readonly text: string;
  readonly state: RunState;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly totals: RunTotals;
}

export interface StepFigures {
  readonly in: number;
  readonly out: number;
  /** Records and answers turned down, by reason. */
  readonly rejected: Readonly<Record<string, number>>;
  readonly requests: number;
  readonly reused: number;
  readonly tokens: { readonly prompt: number; readonly completion: number };
}

/** Something that either run may have; null where it has not. */
export type Sides<T> = readonly [before: T | null, after: T | null];

export interface OutputComparison {
  readonly name: string;
  readonly counts: RecordCounts;
  /** Numbers of the records by their field, such as scores. */
  readonly numbers: readonly { readonly field: string; readonly sides: Sides<DistributionSummary> }[];
}

export interface RunComparison {
  readonly runs: readonly [ComparedRun, ComparedRun];
  readonly settings: readonly SettingChange[];
  /** In the order of the second run; what only the first has stands last. Empty where no report tells of a run. */
  readonly steps: readonly { readonly id: string; readonly sides: Sides<StepFigures> }[];
  readonly outputs: readonly OutputComparison[];
  /** Outputs whose records could not be compared, each with the reason in a sentence. */
  readonly missing: readonly { readonly name: string; readonly why: string }[];
}

/** With what a page of differing records is read. */
export interface OutputPair {
  readonly name: string;
  readonly before: ComparedOutput;
  readonly after: ComparedOutput;
  readonly differing: AlignedRecords['differing'];
}

const reportSchema = z.object({
  steps: z.array(
    z.object({
      ...{ id: z.string(), in: z.number(), out: z.number(), requests: z.number(), reused: z.number() },
      rejected: z.record(z.string(), z.number()),
      tokens: z.object({ prompt: z.number(), completion: z.number() }),
    }),
  ),
});

/**
 * Compares two runs by their folders, the earlier one first. Of each record a key, a line and a digest are held: about
 * 250 bytes.
 *
 * @throws InvalidInputError where a folder holds no run; the signal's reason
 */
export async function compareRuns(
  folders: readonly [string, string],
  stop?: AbortSignal,
): Promise<{ readonly comparison: RunComparison; readonly pairs: readonly OutputPair[] }> {
  const files = await Promise.all(folders.map((folder) => readRunFile(runPaths(folder))));
  const [first, second] = files;
  if (first === undefined || second === undefined) throw new Error('two runs are compared');
  const outputs: OutputComparison[] = [];
  const missing: { name: string; why: string }[] = [];
  const pairs: OutputPair[] = [];
  for (const [one, other] of pairedOutputs(first, second)) {
    const name = other ?? one ?? '';
    if (one === null || other === null) {
      missing.push({ name, why: `only the ${one === null ? 'second' : 'first'} run has it` });
      continue;
    }
    try {
      const before = await comparedOutput(folders[0], one);
      const after = await comparedOutput(folders[1], other);
      const { comparison, differing } = await compareOutput(name, before, after, stop);
      outputs.push(comparison);
      pairs.push({ name, before, after, differing });
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      missing.push({ name, why: error.message });
    }
  }
  return {
    comparison: {
      runs: [comparedRun(first, folders[0]), comparedRun(second, folders[1])],
      settings: planChanges(first.plan, second.plan),
      steps: pairSteps(await stepsOf(folders[0]), await stepsOf(folders[1])),
      outputs,
      missing,
    },
    pairs,
  };
}

/** An output of both runs by the name that the second has for it. @throws InvalidInputError where there is none to read */
export async function comparedOutputs(
  folders: readonly [string, string],
  name: string,
): Promise<readonly [ComparedOutput, ComparedOutput]> {
  const [first, second] = await Promise.all(folders.map((folder) => readRunFile(runPaths(folder))));
  const pair =
    first === undefined || second === undefined
      ? undefined
      : pairedOutputs(first, second).find(([, other]) => other === name);
  return [await comparedOutput(folders[0], pair?.[0] ?? name), await comparedOutput(folders[1], name)];
}

/** By name; the only output of one with the only one of the other, whatever they are called. */
function pairedOutputs(first: RunFile, second: RunFile): readonly Sides<string>[] {
  const [one, other] = [first, second].map(({ outputs }) => outputs.map(({ name }) => name));
  if (one === undefined || other === undefined) return [];
  const [only, onlyOther] = [one[0], other[0]];
  if (one.length === 1 && other.length === 1 && only !== undefined && onlyOther !== undefined)
    return [[only, onlyOther]];
  const both = other.map((name): Sides<string> => [one.includes(name) ? name : null, name]);
  return [...both, ...one.filter((name) => !other.includes(name)).map((name): Sides<string> => [name, null])];
}

async function comparedOutput(folder: string, name: string): Promise<ComparedOutput> {
  return { folder, name, source: await runSource(folder, name) };
}

async function compareOutput(
  name: string,
  before: ComparedOutput,
  after: ComparedOutput,
  stop: AbortSignal | undefined,
): Promise<{ readonly comparison: OutputComparison; readonly differing: AlignedRecords['differing'] }> {
  const numbers = new Map<string, readonly [Distribution, Distribution]>();
  const { counts, differing } = await alignRecords(before, after, (fields, side) => {
    stop?.throwIfAborted();
    for (const [field, value] of leafFields(fields)) {
      if (typeof value !== 'number') continue;
      const sides = numbers.get(field) ?? ([new Distribution(), new Distribution()] as const);
      numbers.set(field, sides);
      sides[side].add(value);
    }
  });
  const summaries = [...numbers].map(([field, [one, other]]) => ({
    field,
    sides: [one.summary(), other.summary()] as const,
  }));
  return { comparison: { name, counts, numbers: summaries }, differing };
}

function comparedRun(file: RunFile, folder: string): ComparedRun {
  const { run, pipeline, startedAt, totals } = file;
  return {
    ...{ run, folder, startedAt, totals },
    ...{ pipeline: pipeline.name, text: pipeline.text, state: currentState(file) },
  };
}

async function stepsOf(folder: string): Promise<ReadonlyMap<string, StepFigures>> {
  const text = await readFile(runPaths(folder).report, 'utf8').catch(() => '');
  const report = reportSchema.safeParse(parseJson(text));
  return new Map((report.data?.steps ?? []).map(({ id, ...figures }) => [id, figures]));
}

function pairSteps(
  before: ReadonlyMap<string, StepFigures>,
  after: ReadonlyMap<string, StepFigures>,
): RunComparison['steps'] {
  const ids = new Set([...after.keys(), ...before.keys()]);
  return [...ids].map((id) => ({ id, sides: [before.get(id) ?? null, after.get(id) ?? null] }));
}
