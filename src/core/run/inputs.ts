/**
 * The files that a run reads as it goes, as they were when it began: a resume says which of them are others now. Templates,
 * schemas and reviews are in the run's plan, commits and what is fetched have a checksum of their own: they stay as they were.
 */
import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import * as z from 'zod';
import { filesDrawn } from '../pipeline/drawPlan.ts';
import type { Plan } from '../pipeline/plan.ts';
import { parseJson } from '../record/json.ts';
import { replaceFile, type RunPaths } from './runFolder.ts';

/** Size and time of change, by the file's absolute path; null where there was none. */
const inputsSchema = z.record(z.string(), z.object({ size: z.number(), changed: z.number() }).nullable());
type Inputs = z.infer<typeof inputsSchema>;

/** So many changed files are named; of the rest the number is enough. */
const MOST_NAMED = 3;

/** Writes down how the plan's input files are now. */
export async function noteInputs(plan: Plan, paths: RunPaths): Promise<void> {
  await replaceFile(paths.inputs, `${JSON.stringify(await lookAt(inputsOf(plan, paths)))}\n`);
}

/**
 * What a person should know of inputs that have changed since the run began; null where there is nothing to say. (A run
 * whose inputs nobody wrote down says nothing.)
 */
export async function changedInputs(plan: Plan, paths: RunPaths): Promise<string | null> {
  const kept = inputsSchema.safeParse(parseJson(await readFile(paths.inputs, 'utf8').catch(() => '')));
  if (!kept.success) return null;
  const inputs = inputsOf(plan, paths);
  const now = await lookAt(inputs);
  const changed = [...inputs].filter(([path]) => {
    const [before, after] = [kept.data[path], now[path]];
    return before !== undefined && (before?.size !== after?.size || before?.changed !== after?.changed);
  });
  if (changed.length === 0) return null;
  const names = changed.slice(0, MOST_NAMED).map(([path, shown]) => (now[path] === null ? `${shown} (gone)` : shown));
  const more = changed.length > MOST_NAMED ? ` and ${changed.length - MOST_NAMED} more` : '';
  return `${names.join(', ')}${more} changed since this run began. It goes on with what is there now: answers to requests that are the same still count, others are asked anew. To keep to one state of the inputs, put it back, or start a new run, which takes over the answers that still fit`;
}

/** Files on this machine by absolute path, with the path to show: what is read, what values are drawn from, programs. */
function inputsOf(plan: Plan, { folder }: Pick<RunPaths, 'folder'>): ReadonlyMap<string, string> {
  const root = dirname(dirname(dirname(folder)));
  const inputs = new Map<string, string>();
  for (const step of plan.steps) {
    if (step.kind === 'read' && step.source.kind === 'files') {
      for (const { path, shown, remote } of step.source.files) if (remote === undefined) inputs.set(path, shown);
    }
    if (step.kind === 'draw') for (const { path, shown } of filesDrawn(step.drawing)) inputs.set(path, shown);
    if (step.kind === 'script') for (const { path } of step.files) inputs.set(resolve(root, path), path);
  }
  return inputs;
}

async function lookAt(inputs: ReadonlyMap<string, string>): Promise<Inputs> {
  const found: Inputs = {};
  for (const path of inputs.keys()) {
    found[path] = await stat(path).then(
      ({ size, mtimeMs }) => ({ size, changed: mtimeMs }),
      () => null,
    );
  }
  return found;
}
