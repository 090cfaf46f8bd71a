/** Brings a run that was carried out in another folder into this workspace: its own folder, and its outputs. */
import { createHash } from 'node:crypto';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { isOutside } from '../files/isOutside.ts';
import { cardPath, ForeignOutputError, isReplaceable } from './output.ts';
import {
  createRunFolder,
  exists,
  folderMark,
  readRunFile,
  runPaths,
  runsFolder,
  writeRunFile,
  type RunFile,
} from './runFolder.ts';

/**
 * @param there folder of the workspace in which it ran, and where its files are now, if somewhere else
 * @param here this workspace's
 * @returns paths of the outputs that have been brought
 * @throws ForeignOutputError where a file that Openline did not make stands in the way; then nothing has been brought
 */
export async function bringRun(
  run: string,
  { there, now = there }: { readonly there: string; readonly now?: string },
  here: string,
  force = false,
): Promise<readonly string[]> {
  const from = runPaths(join(runsFolder(now), run));
  const file = await readRunFile(from);
  const moved = movedFile(file, there, here);
  const lying = movedFile(file, there, now).outputs;
  const outputs = moved.outputs.map((output, index) => ({ to: output.path, from: lying[index]?.path ?? '' }));
  const inside: typeof outputs = [];
  // What the file says of places outside is not believed: it lies where others write.
  for (const output of outputs) if (!(await isOutside(output.to, here))) inside.push(output);
  if (file.state === 'done' && !force) {
    for (const { to } of inside) if (!(await isReplaceable(to, here))) throw new ForeignOutputError(to);
  }
  const paths = await createRunFolder(here, run);
  await cp(from.folder, paths.folder, { recursive: true, filter: (path) => path !== from.lock });
  await writeRunFile(paths, { ...moved, folderMark: await folderMark(paths.folder) });
  if (file.state !== 'done') return [];
  for (const { from: source, to } of inside) {
    await mkdir(dirname(to), { recursive: true });
    for (const [name, target] of [
      [source, to],
      [cardPath(source), cardPath(to)],
    ] as const) {
      if (!(await exists(name))) continue;
      const beside = `${target}.${run}.tmp`;
      await cp(name, beside, { recursive: true });
      await rm(target, { recursive: true, force: true });
      await rename(beside, target);
    }
  }
  return inside.map(({ to }) => to);
}

/** The run's file with the paths of another workspace, so that it can be resumed there. */
function movedFile(file: RunFile, there: string, here: string): RunFile {
  const move = (path: string): string => {
    const within = relative(there, path);
    return within === '' || within.startsWith('..') ? path : join(here, within);
  };
  const inJson = (path: string): string => JSON.stringify(path).slice(1, -1);
  const plan = file.plan.replaceAll(`"${inJson(there)}/`, `"${inJson(here)}/`);
  return {
    ...file,
    pipeline: { ...file.pipeline, file: move(file.pipeline.file) },
    outputs: file.outputs.map((output) => ({ ...output, path: move(output.path) })),
    plan,
    planHash: createHash('sha256').update(plan).digest('hex'),
  };
}
