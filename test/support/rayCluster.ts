/** A real Ray cluster on this machine: a head that works on nothing, and nodes that can be killed. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { environmentFolder, environmentProgram } from '../interop/support/pythonEnvironment.ts';

/** How long the cluster may take to come up, in milliseconds. */
const PATIENCE = 120_000;
/** The least that Ray takes. */
const STORE_BYTES = 80_000_000;
const ENVIRONMENT = {
  ...process.env,
  // Jobs are started with the `python` that is found first.
  PATH: `${join(environmentFolder('scale'), 'bin')}${delimiter}${process.env['PATH'] ?? ''}`,
  RAY_DISABLE_MEMORY_MONITOR: '1',
  RAY_USAGE_STATS_ENABLED: '0',
  // A node that is gone is noticed within seconds.
  RAY_health_check_period_ms: '500',
  RAY_health_check_timeout_ms: '1000',
  RAY_health_check_failure_threshold: '4',
};

export interface RayCluster {
  /** Of the dashboard. */
  readonly address: string;
  /** Kills a node and everything that runs on it, without a word. */
  killNode(number: number): void;
  stop(): void;
}

/** Starts a head and so many nodes, each with as many CPUs. */
export async function startRayCluster(nodes: number, cpus: number): Promise<RayCluster> {
  // The paths of sockets may not be long.
  const folder = mkdtempSync(join(tmpdir(), 'ray'));
  const [port, dashboard, client] = [await freePort(), await freePort(), await freePort()];
  const head = start([
    ...['--head', `--port=${port}`, `--dashboard-port=${dashboard}`, `--ray-client-server-port=${client}`],
    ...['--num-cpus=0', `--temp-dir=${folder}`],
  ]);
  const started: ChildProcess[] = [head];
  const address = `http://127.0.0.1:${dashboard}`;
  const stop = (): void => {
    for (const child of started.toReversed()) killTree(child);
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    await until(async () => (await fetch(`${address}/api/jobs/`)).ok);
    const workers = Array.from({ length: nodes }, () => start([`--address=127.0.0.1:${port}`, `--num-cpus=${cpus}`]));
    started.push(...workers);
    await until(async () => {
      const answer = await fetch(`${address}/nodes?view=summary`);
      return ((await answer.text()).match(/"state": ?"ALIVE"/gu) ?? []).length > nodes;
    });
    return {
      address,
      killNode: (number) => {
        const worker = workers[number];
        if (worker !== undefined) killTree(worker);
      },
      stop,
    };
  } catch (error) {
    stop();
    throw error;
  }
}

function start(options: readonly string[]): ChildProcess {
  const parameters = ['start', '--block', '--disable-usage-stats', `--object-store-memory=${STORE_BYTES}`, ...options];
  // A session of its own, so that everything in it can be killed at once.
  return spawn(environmentProgram('ray', 'scale'), parameters, { stdio: 'ignore', env: ENVIRONMENT, detached: true });
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

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE;
  while (Date.now() < end) {
    if (await isSo().catch(() => false)) return;
    await sleep(200);
  }
  throw new Error(`The Ray cluster has not come up within ${PATIENCE / 1000} s`);
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
