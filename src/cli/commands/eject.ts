import { ejectPipeline } from '../../core/pipeline/ejectPipeline.ts';
import type { Result, Surroundings } from '../console.ts';
import type { Given, OptionName } from '../options.ts';
import { openWorkspace } from '../workspace.ts';

export const EJECT_OPTIONS: readonly OptionName[] = [];

/** `openline eject FILE`: the pipeline as explicit steps, on standard output. */
export async function ejectCommand(given: Given, around: Surroundings): Promise<Result> {
  const { file, text, recipes, templates } = await openWorkspace(given.positionals[0], around);
  const ejected = await ejectPipeline({ file, text }, { recipes, templates });
  if (!given.flag('json')) around.out.write(ejected);
  return { status: 0, json: { pipeline: ejected, error: null } };
}
