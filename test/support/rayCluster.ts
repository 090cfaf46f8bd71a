/** A real Ray cluster on this machine: a head that works on nothing, and nodes that can be killed. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { environmentFolder, environmentProgram } from '../interop/support/pythonEnvironment.ts';

/** How long the cluster may take to come up on a machine that has much else to do, in milliseconds. */
const PATIENCE = 300_000;
/** The least that Ray takes. */
const STORE_BYTES = 80_000_000;
const TOKEN = 'a-token-that-only-this-cluster-knows';

export interface RayCluster {
  /** Of the dashboard. */
  readonly address: string;
  /** What a client of it needs: its token. */
  readonly environment: Readonly<Record<string, string>>;
  /** Kills a node and everything that runs on it, without a word. */
  killNode(number: number): void;
  /** Adds a node. @param environment of its own @returns its number, once it is there */
  addNode(environment?: Readonly<Record<string, string>>): Promise<number>;
  stop(): void;
}

/** Starts a head and so many nodes, each with as many CPUs. It asks its clients for a token, as clusters of Ray do. */
export async function startRayCluster(nodes: number, cpus: number): Promise<RayCluster> {
  // The paths of sockets may not be long.
  const folder = mkdtempSync(join(tmpdir(), 'ray'));
  const started: ChildProcess[] = [];
  const stop = (): void => {
    for (const child of started.toReversed()) killTree(child);
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  const log = join(folder, 'log.txt');
  function start(options: readonly string[], environment: Readonly<Record<string, string>> = {}): ChildProcess {
    const parameters = ['start', '--block', '--disable-usage-stats', `--object-store-memory=${STORE_BYTES}`, ...options];
    const output = openSync(log, 'a');
    // A session of its own, so that everything in it can be killed at once.
    const child = spawn(environmentProgram('ray', 'scale'), parameters, {
      stdio: ['ignore', output, output],
      env: { ...environmentOf(folder), ...environment },
      detached: true,
    });
    closeSync(output);
    started.push(child);
    return child;
  }
  async function until(isSo: () => Promise<boolean>, child: ChildProcess): Promise<void> {
    const end = Date.now() + PATIENCE;
    while (Date.now() < end && child.exitCode === null) {
      if (await isSo().catch(() => false)) return;
      await sleep(200);
    }
    const lines = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-12).join('\n');
    throw new Error(`The Ray cluster has not come up; the last that it said:\n${lines}`);
  }
  try {
    const [port, dashboard, client] = [await freePort(), await freePort(), await freePort()];
    const head = start([
      ...['--head', `--port=${port}`, `--dashboard-port=${dashboard}`, `--ray-client-server-port=${client}`],
      ...['--num-cpus=0', `--temp-dir=${folder}`],
    ]);
    const address = `http://127.0.0.1:${dashboard}`;
    const ask = (path: string): Promise<Response> =>
      fetch(`${address}${path}`, { headers: { authorization: `Bearer ${TOKEN}` } });
    await until(async () => (await ask('/api/jobs/')).ok, head);
    const workers: ChildProcess[] = [];
    const addNode = async (environment: Readonly<Record<string, string>> = {}): Promise<number> => {
      const before = await countAlive();
      const worker = start([`--address=127.0.0.1:${port}`, `--num-cpus=${cpus}`], environment);
      workers.push(worker);
      await until(async () => (await countAlive()) > before, worker);
      return workers.length - 1;
    };
    const countAlive = async (): Promise<number> =>
      ((await (await ask('/nodes?view=summary')).text()).match(/"state": ?"ALIVE"/gu) ?? []).length;
    for (let number = 0; number < nodes; number += 1) await addNode();
    return {
      address,
      environment: { RAY_AUTH_TOKEN: TOKEN },
      killNode: (number) => {
        const worker = workers[number];
        if (worker !== undefined) killTree(worker);
      },
      addNode,
      stop,
    };
  } catch (error) {
    stop();
    throw error;
  }
}

function environmentOf(folder: string): NodeJS.ProcessEnv {
  const home = join(folder, 'home');
  mkdirSync(home, { recursive: true });
  return {
    ...process.env,
    // Ray writes below it.
    HOME: home,
    // Jobs are started with the `python` that is found first.
    PATH: `${join(environmentFolder('scale'), 'bin')}${delimiter}${process.env['PATH'] ?? ''}`,
    RAY_AUTH_MODE: 'token',
    RAY_AUTH_TOKEN: TOKEN,
    RAY_DISABLE_MEMORY_MONITOR: '1',
    RAY_USAGE_STATS_ENABLED: '0',
    // A node that is gone is noticed within seconds; one that is slow is not taken for gone.
    RAY_health_check_period_ms: '500',
    RAY_health_check_timeout_ms: '10000',
    RAY_health_check_failure_threshold: '4',
  };
}

/** Everything of the session that the process leads: Ray gives some of its workers groups of their own. */
function killTree({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  for (const member of [pid, ...membersOf(pid)]) {
    try {
      process.kill(member, 'SIGKILL');
    } catch {
      // It has ended already.
    }
  }
}

function membersOf(session: number): readonly number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,sess='], { encoding: 'utf8' });
  return stdout.split('\n').flatMap((line) => {
    const [pid, own] = line.trim().split(/\s+/u).map(Number);
    return own === session && pid !== undefined ? [pid] : [];
  });
}

async function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const server = createServer().once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        found(address === null || typeof address === 'string' ? 0 : address.port);
      });
    });
  });
}
