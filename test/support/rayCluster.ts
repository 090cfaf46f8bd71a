/** A real Ray cluster on this machine: a head that works on nothing, and nodes that can be killed. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { environmentFolder, environmentProgram } from '../interop/support/pythonEnvironment.ts';

/** How long the cluster may take to come up on a machine that has much else to do, in milliseconds. */
const PATIENCE = 300_000;
/** The least that Ray takes. */
const STORE_BYTES = 80_000_000;
/** What the dashboard tells of its nodes. */
const nodes = z.object({
  data: z.object({ summary: z.array(z.object({ raylet: z.object({ state: z.string(), tempDir: z.string() }) })) }),
});
const TOKEN = 'a-token-that-only-this-cluster-knows';

export interface RayCluster {
  /** Of the dashboard. */
  readonly address: string;
  /** What a client of it needs: its token. */
  readonly environment: Readonly<Record<string, string>>;
  /** Kills a node and everything that runs on it, without a word. */
  killNode(number: number): void;
  /** Adds a node, with a folder of its own for what Ray unpacks. @returns its number, once it is there */
  addNode(): Promise<number>;
  stop(): void;
}

/** Starts a head and so many nodes, each with as many CPUs. It asks its clients for a token, as clusters of Ray do. */
export async function startRayCluster(count: number, cpus: number): Promise<RayCluster> {
  // The paths of sockets may not be long.
  const folder = mkdtempSync('/tmp/ray');
  const started: ChildProcess[] = [];
  const stop = (): void => {
    for (const child of started.toReversed()) killTree(child);
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  const log = join(folder, 'log.txt');
  async function start(options: readonly string[]): Promise<ChildProcess> {
    // Each node has an agent, whose usual port is that of any other cluster on this machine.
    const agent = `--dashboard-agent-listen-port=${await freePort()}`;
    const parameters = [
      'start',
      agent,
      '--block',
      '--disable-usage-stats',
      `--object-store-memory=${STORE_BYTES}`,
      ...options,
    ];
    const output = openSync(log, 'a');
    // A session of its own, so that everything in it can be killed at once.
    const child = spawn(environmentProgram('ray', 'scale'), parameters, {
      stdio: ['ignore', output, output],
      env: environmentOf(folder),
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
    const head = await start([
      ...['--head', `--port=${port}`, `--dashboard-port=${dashboard}`, `--ray-client-server-port=${client}`],
      ...['--num-cpus=0', `--temp-dir=${folder}`],
    ]);
    const address = `http://127.0.0.1:${dashboard}`;
    const ask = (path: string): Promise<Response> =>
      fetch(`${address}${path}`, { headers: { authorization: `Bearer ${TOKEN}` } });
    await until(async () => (await ask('/api/jobs/')).ok, head);
    /** Whether the node with a folder of its own is there. */
    const isAlive = async (own: string): Promise<boolean> => {
      const { data } = nodes.parse(await (await ask('/nodes?view=summary')).json());
      return data.summary.some(({ raylet }) => raylet.state === 'ALIVE' && raylet.tempDir === own);
    };
    await until(() => isAlive(folder), head);
    const workers: ChildProcess[] = [];
    const addNode = async (): Promise<number> => {
      const own = join(folder, String(workers.length));
      const worker = await start([`--address=127.0.0.1:${port}`, `--num-cpus=${cpus}`, `--temp-dir=${own}`]);
      workers.push(worker);
      await until(() => isAlive(own), worker);
      return workers.length - 1;
    };
    // One after the other: nodes that start on one machine at a time get in each other's way.
    for (let number = 0; number < count; number += 1) await addNode();
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

/** A process and what has come of it: Ray gives jobs and workers groups and sessions of their own. */
function killTree({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  for (const member of [pid, ...familyOf(pid)]) {
    try {
      process.kill(member, 'SIGKILL');
    } catch {
      // It has ended already.
    }
  }
}

function familyOf(leader: number): ReadonlySet<number> {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,sess='], { encoding: 'utf8' });
  const processes = stdout.split('\n').map((line) => line.trim().split(/\s+/u).map(Number));
  const family = new Set<number>();
  for (let before = -1; before < family.size;) {
    before = family.size;
    for (const [pid = 0, parent = 0, session] of processes) {
      if (session === leader || parent === leader || family.has(parent)) family.add(pid);
    }
  }
  return family;
}

export async function freePort(): Promise<number> {
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
