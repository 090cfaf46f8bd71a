/**
 * Makes sure that this machine has what the tests in a real VS Code need: Chromium, and VS Code's server in the cache folder.
 * Debian's packages are installed only when that was allowed.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import * as z from 'zod';
import { runProgram } from './command.ts';
import * as machine from './machine.ts';

/** What has to be there, and Debian's package that brings it. */
interface Need {
  readonly what: string;
  readonly debian: string;
  readonly present: () => boolean;
}

const browser: Need = { what: 'Chromium', debian: 'chromium', present: () => machine.findChromium() !== undefined };

/** Parts of VS Code's server are compiled when it is installed. */
const buildTools: readonly Need[] = [
  { what: 'make', debian: 'make', present: () => machine.findOnPath('make') !== undefined },
  { what: 'a C++ compiler', debian: 'g++', present: () => machine.findOnPath('g++', 'c++', 'clang++') !== undefined },
  { what: 'Python 3', debian: 'python3', present: () => machine.findOnPath('python3') !== undefined },
  {
    what: 'the headers of Kerberos',
    debian: 'libkrb5-dev',
    present: () =>
      process.platform !== 'linux' ||
      ['gssapi.h', 'gssapi/gssapi.h'].some((name) => existsSync(join('/usr/include', name))),
  },
];

export interface Permission {
  /** Whether Debian's packages may be installed. */
  readonly install: boolean;
}

/** For the tests in VS Code: a browser and the server. @returns as {@link prepareServer} does */
export async function prepareMachine(permission: Permission): Promise<string | undefined> {
  return prepare([browser], permission);
}

/** For VS Code's server alone. @returns what is missing, in words for the person; `undefined` when all is there */
export async function prepareServer(permission: Permission): Promise<string | undefined> {
  return prepare([], permission);
}

async function prepare(others: readonly Need[], { install }: Permission): Promise<string | undefined> {
  if (process.platform === 'win32') {
    return 'VS Code’s server does not run on Windows; `npm run test:electron` runs the host’s tests in desktop VS Code.';
  }
  const needs = [...others, ...((await serverIsReady()) ? [] : buildTools)];
  const missing = () => needs.filter(({ present }) => !present());
  if (missing().length > 0 && install) await installFromDebian(missing());
  if (missing().length > 0) {
    const names = missing().map(({ what }) => what);
    const packages = missing().map(({ debian }) => debian);
    return `Missing on this machine: ${names.join(', ')}. On Debian: apt-get install ${packages.join(' ')}, or add -- --install.`;
  }
  if (!(await serverIsReady())) await installServer();
  return undefined;
}

async function installFromDebian(needs: readonly Need[]): Promise<void> {
  const program = machine.findOnPath('apt-get');
  if (program === undefined) return;
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const names = needs.map(({ debian }) => debian);
  for (const action of [
    ['update', '-qq'],
    ['install', '-y', '-qq', ...names],
  ]) {
    const [first = program, ...rest] = [...asRoot, program, ...action];
    console.log(`Installing ${names.join(', ')} (apt-get ${action[0] ?? ''}) …`);
    await runProgram(first, rest, { cwd: '/', environment });
  }
}

/** Written last, so that its absence tells of an installation that broke off. */
function marker(): string {
  return join(machine.codeServerFolder(), 'complete');
}

async function serverIsReady(): Promise<boolean> {
  if (!existsSync(machine.codeServerNode()) || !existsSync(machine.codeServerEntry())) return false;
  if (existsSync(marker())) return true;
  if (!(await nativePartsLoad())) return false;
  await writeFile(marker(), '');
  return true;
}

/** Whether an installation without a marker, made by hand, is whole: its compiled parts are what an installation ends with. */
async function nativePartsLoad(): Promise<boolean> {
  const server = join(machine.codeServerFolder(), 'node_modules', 'code-server', 'lib', 'vscode');
  const parts = ['@vscode/spdlog', '@vscode/native-watchdog', '@parcel/watcher', 'kerberos', 'node-pty'];
  const program = `for (const part of ${JSON.stringify(parts)}) require(part)`;
  if (!existsSync(join(server, 'extensions', 'node_modules'))) return false;
  return (await runProgram(machine.codeServerNode(), ['-e', program], { cwd: server })) === 0;
}

async function installServer(): Promise<void> {
  console.log(`Installing VS Code's server into ${machine.cacheFolder()}; this takes some minutes, once …`);
  await rm(machine.codeServerFolder(), { recursive: true, force: true });
  if (!existsSync(machine.codeServerNode())) {
    const { devDependencies } = z
      .object({ devDependencies: z.object({ node: z.string() }) })
      .parse(JSON.parse(await readFile(join(machine.root, 'package.json'), 'utf8')));
    await installPackage(machine.codeServerNodeFolder(), `${machine.nodePackage()}@${devDependencies.node}`);
  }
  await installPackage(machine.codeServerFolder(), `code-server@${machine.codeServerVersion}`);
  if (!(await nativePartsLoad()))
    throw new Error(`VS Code's server was installed, but its compiled parts do not load.`);
  await writeFile(marker(), '');
}

async function installPackage(folder: string, wanted: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
  const npm = process.env['npm_execpath'];
  const options = ['install', '--save-exact', '--no-audit', '--no-fund', '--loglevel=error', wanted];
  const environment = forInstallation();
  const status = npm?.endsWith('.js')
    ? await runProgram(process.execPath, [npm, ...options], { cwd: folder, environment })
    : await runProgram('npm', options, { cwd: folder, environment });
  if (status !== 0) throw new Error(`npm could not install ${wanted}, see above.`);
}

/** The environment of an installation of its own: whatever npm has said about this repository is taken out. */
export function forInstallation(given: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(given)) {
    // Set by `npm test` about this repository and the Node.js it was started with; the other installation must not believe
    // that it is meant (the server's own installer reads the version of Node.js from the user agent).
    if (/^npm_(package|lifecycle|command|node)|^npm_config_(local_prefix|prefix|user_agent)$|^INIT_CWD$/.test(name)) {
      continue;
    }
    environment[name] = value;
  }
  const node = machine.codeServerNode();
  environment['PATH'] = [dirname(node), given['PATH'] ?? ''].join(delimiter);
  // The headers beside that Node.js, so that none are downloaded from elsewhere.
  environment['npm_config_nodedir'] = dirname(dirname(node));
  // The server refuses to be installed by root without the first; newer npm asks for the second: it compiles parts of itself.
  environment['npm_config_unsafe_perm'] = 'true';
  environment['npm_config_dangerously_allow_all_scripts'] = 'true';
  return environment;
}
