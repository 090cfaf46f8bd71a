/** More records of one branch of a run: a pipeline of its own, beside the one that was run. */
import { dirname, join } from 'node:path';
import type { TopicPlace } from '../curate/statistics/topicTree.ts';
import { branchPipeline, withStem } from '../pipeline/branchPipeline.ts';
import type { Plan } from '../pipeline/plan.ts';
import type { PlanContext } from '../pipeline/planContext.ts';
import { parseJson } from '../record/json.ts';
import { Branches } from './branches.ts';
import { exists, readRunFile, runPaths } from './runFolder.ts';

/** Of a branch's name so many characters go into names of files. */
const LONGEST_STEM = 40;
/** Names are tried up to this number. */
const MOST_NAMES = 1000;

/** A pipeline that is not written yet. */
export interface ProposedPipeline {
  /** Absolute path of a file that is not there. */
  readonly file: string;
  readonly text: string;
}

/**
 * Works out the pipeline; writes nothing. Neither it nor its outputs take a name that is taken.
 *
 * @param folder the run's
 * @param path the branch, from the widest topic to the narrowest, each with its step
 * @throws InvalidInputError when nothing that is written comes of the branch
 */
export async function moreOfBranch(
  folder: string,
  path: readonly TopicPlace[],
  context: Pick<PlanContext, 'recipes' | 'templates'>,
): Promise<ProposedPipeline> {
  const { pipeline, plan: planText } = await readRunFile(runPaths(folder));
  const plan = parseJson(planText) as unknown as Plan;
  const { file } = pipeline;
  const named = path.at(-1);
  const stem = await freeStem(stemOf(named?.value ?? ''), (candidate) => [
    pipelineAt(file, pipeline.name, candidate),
    ...plan.outputs.map((output) => withStem(output.path, candidate)),
  ]);
  const branch = {
    step: named?.step ?? '',
    fields: new Branches(plan.steps).fieldsAt(path),
    names: path.map(({ value }) => value),
  };
  const text = await branchPipeline({ file, text: pipeline.text }, branch, stem, context);
  return { file: pipelineAt(file, pipeline.name, stem), text };
}

function pipelineAt(file: string, name: string, stem: string): string {
  return join(dirname(file), `${name}-${stem}.openline.yaml`);
}

function stemOf(name: string): string {
  const words = name.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '-');
  return words.slice(0, LONGEST_STEM).replaceAll(/^-+|-+$/gu, '') || 'branch';
}

async function freeStem(stem: string, pathsOf: (stem: string) => readonly string[]): Promise<string> {
  for (let number = 1; number < MOST_NAMES; number += 1) {
    const candidate = number === 1 ? stem : `${stem}-${String(number)}`;
    const taken = await Promise.all(pathsOf(candidate).map(exists));
    if (!taken.includes(true)) return candidate;
  }
  throw new Error(`There are too many pipelines with the name ${stem}; delete some of them.`);
}
