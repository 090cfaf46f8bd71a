/** What a job takes along: the command, and the files of the workspace, in one archive. */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { strToU8, zipSync, type Zippable } from 'fflate';
import { readApprovals } from '../../core/endpoints/approvals.ts';
import { OPENLINE_FOLDER } from '../../core/run/runFolder.ts';
import type { EditorKnowledge } from '../console.ts';
import { RayError } from './jobsClient.ts';

/** Folder of the command in the archive, and of what belongs to the user alone. */
export const COMMAND_FOLDER = '.openline/cache/ray-command';
export const CONFIG_FOLDER = `${COMMAND_FOLDER}/config`;
/** Ray takes no archives above 500 MiB. */
const MOST_BYTES = 400 * 1024 * 1024;
/** What no pipeline reads. */
const LEFT_OUT: ReadonlySet<string> = new Set(['node_modules', '__pycache__', 'venv']);
/** The parts of our own folder that stay here. */
const OWN_LEFT_OUT: ReadonlySet<string> = new Set(['runs', 'locks', 'cache', 'ray']);

export interface JobPackage {
  readonly name: string;
  readonly archive: Uint8Array<ArrayBuffer>;
}

/**
 * @param root folder of the workspace
 * @param library folder of the built-in templates and recipes, beside the command
 * @param approvals file of the keys that the user has approved; it holds no key
 * @param version of Openline
 * @param without files that are left out: the outputs
 * @param own texts that take the place of files, by their names in the archive
 */
export async function makeJobPackage(
  root: string,
  library: string,
  approvals: string,
  version: string,
  without: readonly string[],
  own: Readonly<Record<string, string>> = {},
): Promise<JobPackage> {
  const files: Zippable = {};
  let bytes = 0;
  const add = async (path: string, name: string): Promise<void> => {
    bytes += (await stat(path)).size;
    if (bytes > MOST_BYTES) {
      throw new RayError(
        `The files of ${root} are more than ${MOST_BYTES / 1024 / 1024} MB (${name} would not fit): put large inputs on the shared storage and name them in the pipeline by their absolute paths`,
      );
    }
    files[name] = new Uint8Array(await readFile(path));
  };
  for (const path of await filesOf(root, root)) {
    if (!without.includes(path)) await add(path, relative(root, path).split(sep).join('/'));
  }
  const bundle = dirname(library);
  const code = (await readdir(bundle)).filter((name) => /^(?:cli|engine-.*)\.js$/u.test(name));
  for (const name of code) await add(join(bundle, name), `${COMMAND_FOLDER}/dist/${name}`);
  for (const part of ['prompts', 'recipes', 'ray']) {
    for (const path of await filesOf(join(library, part), library))
      await add(path, `${COMMAND_FOLDER}/dist/library/${relative(library, path).split(sep).join('/')}`);
  }
  files[`${COMMAND_FOLDER}/package.json`] = strToU8(JSON.stringify({ type: 'module', version }));
  await add(approvals, `${CONFIG_FOLDER}/openline/${basename(approvals)}`).catch((error: unknown) => {
    // Nobody has approved anything.
    if (error instanceof RayError) throw error;
  });
  for (const [name, text] of Object.entries(own)) files[name] = strToU8(text);
  const archive = new Uint8Array(zipSync(files, { level: 6, mtime: new Date(2020, 0, 1) }));
  const hash = createHash('sha256').update(archive).digest('hex').slice(0, 16);
  return { name: `_ray_pkg_${hash}.zip`, archive };
}

/** What the editor knows and the workspace's files do not say: profiles of its settings, and whose key is whose. */
export async function filesOfEditor(known: EditorKnowledge, approvals: string): Promise<Record<string, string>> {
  const { profiles, defaults = {}, approvals: more = [] } = known;
  const endpoints = Object.fromEntries(
    profiles.filter(({ profile }) => profile.kind !== 'sample').map(({ name, profile }) => [name, profile]),
  );
  const all = [...(await readApprovals(approvals)), ...more];
  return {
    [`${OPENLINE_FOLDER}/endpoints.yaml`]: JSON.stringify({
      ...(defaults.endpoint === undefined ? {} : { default: defaults.endpoint }),
      endpoints,
    }),
    [`${CONFIG_FOLDER}/openline/${basename(approvals)}`]: JSON.stringify({ approvals: all }),
  };
}

/**
 * Files of a folder. What is hidden stays here, files as well (`.env` holds keys), and so do the folders of programs; of
 * our own folder goes what a pipeline needs.
 */
async function filesOf(folder: string, root: string): Promise<readonly string[]> {
  const found: string[] = [];
  const isInOwn = folder === join(root, OPENLINE_FOLDER);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const isOwn = folder === root && entry.name === OPENLINE_FOLDER && entry.isDirectory();
    if (entry.name.startsWith('.') && !isOwn) continue;
    if (entry.isFile()) found.push(path);
    else if (entry.isDirectory() && !(isInOwn ? OWN_LEFT_OUT : LEFT_OUT).has(entry.name)) {
      found.push(...(await filesOf(path, root)));
    }
  }
  return found.sort();
}
