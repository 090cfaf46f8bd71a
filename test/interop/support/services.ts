/** The services of the tests, each a process of its own on ports of its own. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../../support/machine.ts';
import { environmentProgram } from './pythonEnvironment.ts';

const servers = join(root, 'test/interop/servers');
/** How long a service may take to come up, in milliseconds. */
const PATIENCE = 180_000;
const TAIL = 4000;

export interface Service {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  stop(): Promise<void>;
}

export interface KeyedService extends Service {
  /** The only key that it takes. */
  readonly key: string;
}

/** A LiteLLM proxy whose models are mocks (servers/litellm.yaml). */
export async function startLiteLlm(): Promise<KeyedService> {
  const [port = 0] = await freePorts(1);
  const key = `sk-${randomBytes(32).toString('hex')}`;
  const config = join(servers, 'litellm.yaml');
  const process = start('litellm', ['--config', config, '--host', '127.0.0.1', '--port', String(port)], {
    LITELLM_MASTER_KEY: key,
    // Its list of prices is not fetched from elsewhere.
    LITELLM_LOCAL_MODEL_COST_MAP: 'True',
  });
  const origin = `http://127.0.0.1:${port}`;
  return { ...(await whenUp(process, origin, '/health/liveliness')), key };
}

/** Triton with the models of servers/kserveServer.py. */
export async function startKserve(): Promise<Service> {
  const ports = await freePorts(3);
  const python = environmentProgram('python');
  const process = start('python', [join(servers, 'kserveServer.py'), ...ports.map(String)], {
    // Triton's own Python looks for its library where this one was installed.
    LD_LIBRARY_PATH: [libraryFolder(python), globalThis.process.env['LD_LIBRARY_PATH'] ?? ''].filter(Boolean).join(':'),
  });
  return whenUp(process, `http://127.0.0.1:${ports[0] ?? 0}`, '/v2/models/last/ready');
}

/** Why Triton does not run here; false where it does. */
export function kserveObstacle(): string | false {
  const { status } = spawnSync(environmentProgram('python'), ['-c', 'import pytriton.triton']);
  return status === 0 ? false : 'PyTriton has no package for this machine (it runs on Linux)';
}

function libraryFolder(python: string): string {
  const program = 'import sysconfig; print(sysconfig.get_config_var("LIBDIR") or "")';
  return spawnSync(python, ['-c', program], { encoding: 'utf8' }).stdout.trim();
}

interface Started {
  readonly child: ChildProcess;
  /** The end of what it printed. */
  readonly printed: () => string;
}

function start(program: string, parameters: readonly string[], environment: Readonly<Record<string, string>>): Started {
  // In a group of its own: both services have processes of their own, which end with it.
  const child = spawn(environmentProgram(program), parameters, {
    cwd: servers,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment, PYTHONDONTWRITEBYTECODE: '1' },
  });
  let tail = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      tail = (tail + chunk.toString()).slice(-TAIL);
    });
  }
  return { child, printed: () => tail };
}

async function whenUp({ child, printed }: Started, origin: string, path: string): Promise<Service> {
  const ended = new Promise<void>((resolve) =>
    child.once('exit', () => {
      resolve();
    }),
  );
  const kill = (signal: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // It has gone by itself.
    }
  };
  const onExit = (): void => {
    kill('SIGKILL');
  };
  process.once('exit', onExit);
  const stop = async (): Promise<void> => {
    kill('SIGTERM');
    await Promise.race([ended, sleep(10_000)]);
    kill('SIGKILL');
    process.removeListener('exit', onExit);
  };
  const deadline = Date.now() + PATIENCE;
  while (Date.now() < deadline && child.exitCode === null && child.signalCode === null) {
    const answer = await fetch(origin + path).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok === true) return { origin, stop };
    await sleep(200);
  }
  await stop();
  throw new Error(`The service at ${origin} did not come up. It printed:\n${printed()}`);
}

/** Ports that nobody listens on at the moment. */
async function freePorts(count: number): Promise<readonly number[]> {
  const holders = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  for (const holder of holders) {
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const address = holder.address();
    if (address !== null && typeof address !== 'string') ports.push(address.port);
  }
  for (const holder of holders) await new Promise((resolve) => holder.close(resolve));
  return ports;
}
