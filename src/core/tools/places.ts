/** Where tools may look and write: inside the folders they are given, symbolic links followed. */
import { stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { InvalidInputError } from '../errors.ts';
import { isOutside } from '../files/isOutside.ts';
import { templateOf } from '../pipeline/asking.ts';
import { filesDrawn } from '../pipeline/drawPlan.ts';
import type { Plan } from '../pipeline/plan.ts';
import { findWorkspaceRoot } from '../pipeline/workspaceRoot.ts';
import { OPENLINE_FOLDER } from '../run/runFolder.ts';
import type { ToolContext } from './tool.ts';

const PIPELINE_ENDING = '.openline.yaml';

type Folders = Pick<ToolContext, 'folders'>;
type TemplateFolders = Pick<ToolContext, 'folders' | 'userTemplatesFolders'>;

/**
 * The absolute path that a model means.
 *
 * @throws InvalidInputError when it leads out of the folders
 */
export async function pathInside(given: string, { folders }: Folders): Promise<string> {
  const [first] = folders;
  if (first === undefined) throw InvalidInputError.of('no-folder', 'No folder is open: open one to work in');
  const candidates = folders.map((folder) => resolve(folder, given));
  const there = await Promise.all(candidates.map(exists));
  const path = candidates[there.indexOf(true)] ?? resolve(first, given);
  if (await isOutsideAll(path, folders)) throw outside(given, folders);
  return path;
}

/** The path of a pipeline file that a model means; it need not exist. @throws InvalidInputError */
export async function pipelineInside(given: string, context: Folders): Promise<string> {
  const path = await pathInside(given, context);
  if (path.endsWith(PIPELINE_ENDING)) return path;
  throw InvalidInputError.of('not-a-pipeline', `a pipeline’s name ends with ${PIPELINE_ENDING}`, { file: given });
}

/** A path as a person would write it: relative to the folder it is in. */
export function shownPath(path: string, { folders }: Folders): string {
  const ways = folders.map((folder) => relative(folder, path)).filter((way) => !leadsOut(way));
  return (ways.sort((a, b) => a.length - b.length)[0] ?? path).replaceAll('\\', '/');
}

/** The folders that hold `.openline` for what is open, each once. */
export async function rootsOf({ folders }: Folders): Promise<readonly string[]> {
  const roots = await Promise.all(folders.map((folder) => findWorkspaceRoot(join(folder, 'any'))));
  return [...new Set(roots)];
}

/**
 * Makes sure that a plan reads and writes inside the folders only: a model that writes pipelines must not get at the
 * rest of the disk through them. The person may run such a pipeline themselves.
 *
 * @throws InvalidInputError
 */
export async function checkPlanInside(plan: Plan, root: string, context: TemplateFolders): Promise<void> {
  const { folders, userTemplatesFolders } = context;
  const ofTemplates = [...folders, join(root, OPENLINE_FOLDER, 'prompts'), ...userTemplatesFolders];
  for (const { path, what, among } of [...dataOf(plan, folders), ...templatesOf(plan, root, ofTemplates)]) {
    if (!(await isOutsideAll(path, among))) continue;
    throw InvalidInputError.of(
      'outside-workspace',
      `${what} is ${path}, outside the open folder; a tool does not go there. The person can run the pipeline themselves`,
      { file: plan.file },
    );
  }
}

/** A path that a plan names, and the folders of which one must hold it. */
interface Place {
  readonly path: string;
  readonly what: string;
  readonly among: readonly string[];
}

function dataOf(plan: Plan, among: readonly string[]): readonly Place[] {
  const read = plan.steps.flatMap((step): Place[] => {
    const what = `What the step ${step.id} reads`;
    if (step.kind === 'draw') return filesDrawn(step.drawing).map(({ path }) => ({ path, what, among }));
    if (step.kind !== 'read') return [];
    if (step.source.kind === 'git') return [{ path: step.source.repository, what, among }];
    if (step.source.kind !== 'files') return [];
    // What comes from the web lies in the cache, or nowhere yet.
    return step.source.files.flatMap(({ path, remote }) => (remote === undefined ? [{ path, what, among }] : []));
  });
  return [...read, ...plan.outputs.map(({ name, path }) => ({ path, what: `The output ${name}`, among }))];
}

function templatesOf(plan: Plan, root: string, among: readonly string[]): readonly Place[] {
  return plan.steps.flatMap((step): Place[] => {
    const source = templateOf(step)?.source;
    if (source === undefined || /^(?:builtin|inline):/u.test(source)) return [];
    return [{ path: resolve(root, source), what: `The template of the step ${step.id}`, among }];
  });
}

async function isOutsideAll(path: string, folders: readonly string[]): Promise<boolean> {
  for (const folder of folders) if (!(await isOutside(path, folder))) return false;
  return true;
}

function outside(given: string, folders: readonly string[]): InvalidInputError {
  return InvalidInputError.of(
    'outside-workspace',
    `${given} is outside ${folders.join(', ')}; a tool does not go there`,
  );
}

function leadsOut(way: string): boolean {
  return /^\.\.(?:[\\/]|$)/u.test(way) || isAbsolute(way);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
