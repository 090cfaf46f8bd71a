/** A Python environment with the services of the tests, made once a machine and kept in the cache folder. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { runProgram } from '../../support/command.ts';
import { cacheFolder, findOnPath, root } from '../../support/machine.ts';

/** A suite whose services are Python's; its folder of test has a requirements.txt. */
type Suite = 'interop' | 'scale';
/** What the packages run on. */
const VERSIONS = ['3.13', '3.12', '3.11', '3.10'];

/** Where everything is; other requirements have a folder of their own. */
export function environmentFolder(suite: Suite = 'interop'): string {
  const hash = createHash('sha256');
  for (const path of [requirementsOf(suite), partsOf(suite)]) if (existsSync(path)) hash.update(readFileSync(path));
  return join(cacheFolder(), `${suite}-${hash.digest('hex').slice(0, 12)}`);
}

const requirementsOf = (suite: Suite): string => join(root, 'test', suite, 'requirements.txt');
/** Packages that are installed without what they depend on. */
const partsOf = (suite: Suite): string => join(root, 'test', suite, 'parts.txt');

/** A program of the environment, such as `python`. */
export function environmentProgram(name: string, suite: Suite = 'interop'): string {
  return join(environmentFolder(suite), 'bin', name);
}

/** Makes it, unless it is there. @returns why that cannot be done, in a sentence; undefined when all is there */
export async function prepareEnvironment(suite: Suite = 'interop'): Promise<string | undefined> {
  if (process.platform === 'win32') return 'The services of these tests run on Linux and macOS.';
  const folder = environmentFolder(suite);
  // Written last, so that its absence tells of an installation that broke off.
  const marker = join(folder, 'complete');
  if (existsSync(marker)) return undefined;
  const python = findPython();
  if (python === undefined) {
    return `No Python ${VERSIONS.at(-1) ?? ''} to ${VERSIONS[0] ?? ''} with venv was found (OPENLINE_PYTHON may name one).`;
  }
  console.log(`Installing the services of test/${suite} into ${folder}; this takes some minutes, once …`);
  await removeOthers(folder, suite);
  await mkdir(folder, { recursive: true });
  if ((await runProgram(python, ['-m', 'venv', folder])) !== 0) return `${python} cannot make a virtual environment.`;
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  for (const [path, ...options] of [[requirementsOf(suite)], [partsOf(suite), '--no-deps']] as const) {
    if (!existsSync(path)) continue;
    const status = await runProgram(environmentProgram('python', suite), [
      ...install,
      ...options,
      '--requirement',
      path,
    ]);
    if (status === 0) continue;
    return 'The packages could not be installed (see above); a registry of Python packages has to be within reach.';
  }
  await writeFile(marker, '');
  return undefined;
}

/** The first that the packages run on and that can make an environment. */
function findPython(): string | undefined {
  const named = process.env['OPENLINE_PYTHON'];
  const names = ['python3', ...VERSIONS.map((version) => `python${version}`)];
  const candidates = named === undefined ? names.flatMap((name) => findOnPath(name) ?? []) : [named];
  const program = 'import ensurepip, sys, venv; print("%d.%d" % sys.version_info[:2])';
  return candidates.find((candidate) => {
    const { status, stdout } = spawnSync(candidate, ['-c', program], { encoding: 'utf8' });
    return status === 0 && VERSIONS.includes(stdout.trim());
  });
}

/** Environments of other requirements, and what an installation that broke off left. */
async function removeOthers(folder: string, suite: Suite): Promise<void> {
  const names = await readdir(cacheFolder()).catch(() => []);
  for (const name of names) {
    if (name.startsWith(`${suite}-`)) await rm(join(cacheFolder(), name), { recursive: true, force: true });
  }
  await rm(folder, { recursive: true, force: true });
}
