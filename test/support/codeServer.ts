/** A VS Code of our own for one test run: code-server on a free port of the loopback, with fresh user data. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runProgram } from './command.ts';
import { codeServerEntry, codeServerNode } from './machine.ts';

/** A quiet window: nothing offers itself, nothing asks the network, nothing moves. */
export const quietSettings: Readonly<Record<string, unknown>> = {
  'chat.commandCenter.enabled': false,
  'chat.disableAIFeatures': true,
  'editor.cursorBlinking': 'solid',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'files.simpleDialog.enable': true,
  'git.enabled': false,
  'git.openRepositoryInParentFolders': 'never',
  // Otherwise a toast appears for every port that any process on this machine opens.
  'remote.autoForwardPorts': false,
  'remote.restoreForwardedPorts': false,
  'telemetry.telemetryLevel': 'off',
  'typescript.disableAutomaticTypeAcquisition': true,
  'update.mode': 'none',
  'window.autoDetectColorScheme': false,
  'window.commandCenter': false,
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.enableExperiments': false,
  // A fading quick input would blur screenshots.
  'workbench.reduceMotion': 'on',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
};

export interface CodeServerOptions {
  /** Default: an empty folder, so that only VS Code's own extensions run. */
  readonly extensionsFolder?: string;
  /** Laid over {@link quietSettings}; read once, at the start. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** `true` keeps workspace trust on, so that restricted mode can be tested. Default: every workspace is trusted. */
  readonly askForTrust?: boolean;
  /** Obeys the payload that loads a test suite into the extension host; also suppresses toasts. Default: off. */
  readonly testDriver?: boolean;
  /** Reaches the extension host. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Default: any free port. */
  readonly port?: number;
}

export interface CodeServer {
  readonly url: string;
  /** `127.0.0.1:port`, as it stands in `vscode-remote:` addresses. */
  readonly authority: string;
  readonly logFile: string;
  /** Ends the server and all its children and removes its folder. */
  stop(): Promise<void>;
}

/** What a workbench is opened with. */
export interface WorkbenchTarget {
  /** A folder, or a `.code-workspace` file that names several. */
  readonly folder: string;
  /** The parameters that VS Code's own browser tests pass. */
  readonly payload?: Readonly<Record<string, string>>;
}

export function workbenchUrl(server: CodeServer, { folder, payload }: WorkbenchTarget): string {
  const url = new URL(server.url);
  url.searchParams.set(folder.endsWith('.code-workspace') ? 'workspace' : 'folder', resolve(folder));
  if (payload) url.searchParams.set('payload', JSON.stringify(Object.entries(payload)));
  return url.href;
}

export function remoteAddress(server: CodeServer, path: string): string {
  return `vscode-remote://${server.authority}${resolve(path)}`;
}

export async function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const probe = createServer();
    probe.once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address !== null && typeof address === 'object') found(address.port);
        else failed(new Error('No free port was found on 127.0.0.1.'));
      });
    });
  });
}

export async function startCodeServer(options: CodeServerOptions = {}): Promise<CodeServer> {
  const home = await mkdtemp(join(tmpdir(), 'openline-vscode-'));
  const userData = join(home, 'user-data');
  const extensions = options.extensionsFolder ?? join(home, 'extensions');
  const configuration = join(home, 'config.yaml');
  const logFile = join(home, 'server.log');
  await mkdir(join(userData, 'User'), { recursive: true });
  await mkdir(extensions, { recursive: true });
  const settings = { ...quietSettings, ...options.settings };
  await writeFile(join(userData, 'User', 'settings.json'), JSON.stringify(settings, null, 2));
  await writeFile(configuration, 'cert: false\n');

  const authority = `127.0.0.1:${String(options.port ?? (await freePort()))}`;
  const child = spawn(
    codeServerNode(),
    [
      ...[codeServerEntry(), '--config', configuration, '--auth', 'none', '--bind-addr', authority],
      ...['--user-data-dir', userData, '--extensions-dir', extensions, '--ignore-last-opened', '--disable-proxy'],
      ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'],
      ...(options.askForTrust === true ? [] : ['--disable-workspace-trust']),
      ...(options.testDriver === true ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
    ],
    {
      cwd: home,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A process group of its own, so that stopping it stops the extension hosts too.
      detached: true,
      env: environment(home, options.environment),
    },
  );
  const log = createWriteStream(logFile);
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const server: CodeServer = {
    url: `http://${authority}/`,
    authority,
    logFile,
    async stop() {
      await endGroup(child);
      log.end();
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  try {
    await answering(server, child);
  } catch (cause) {
    const tail = (await readFile(logFile, 'utf8')).split('\n').slice(-20).join('\n');
    await server.stop();
    throw new Error(`VS Code's server did not start.\n${tail}`, { cause });
  }
  return server;
}

function environment(home: string, extra: CodeServerOptions['environment']): NodeJS.ProcessEnv {
  const own: NodeJS.ProcessEnv = { ...process.env, EXTENSIONS_GALLERY: '{}', HOME: home };
  own['XDG_DATA_HOME'] = join(home, 'share');
  own['XDG_CONFIG_HOME'] = join(home, 'config');
  // Present when a test is started from a terminal inside VS Code: the new server would talk to that window.
  delete own['VSCODE_IPC_HOOK_CLI'];
  // A test runner's own wiring must not reach the processes that the extension starts.
  delete own['NODE_TEST_CONTEXT'];
  delete own['NODE_OPTIONS'];
  return Object.assign(own, extra);
}

/** Installs a packed extension into a folder, as VS Code itself does. */
export async function installExtension(path: string, extensionsFolder: string): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'openline-install-'));
  const options = ['--extensions-dir', extensionsFolder, '--user-data-dir', join(home, 'user-data')];
  const status = await runProgram(codeServerNode(), [codeServerEntry(), ...options, '--install-extension', path], {
    cwd: home,
    environment: environment(home, undefined),
  });
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
  if (status !== 0) throw new Error(`${path} could not be installed, see above.`);
}

async function answering(server: CodeServer, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`It ended with status ${String(child.exitCode)}.`);
    const healthy = await fetch(new URL('healthz', server.url)).then(
      (response) => response.ok,
      () => false,
    );
    if (healthy) return;
    await delay(50);
  }
  throw new Error('It did not answer within a minute.');
}

async function endGroup(child: ChildProcess): Promise<void> {
  const { pid } = child;
  if (pid === undefined) return;
  const ended = new Promise<void>((done) => {
    if (child.exitCode !== null || child.signalCode !== null) done();
    else child.once('exit', () => done());
  });
  signalGroup(pid, 'SIGTERM');
  await Promise.race([ended, delay(2_000, undefined, { ref: false })]);
  signalGroup(pid, 'SIGKILL');
  await ended;
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // Nothing is left of the group: that is what was wanted.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
