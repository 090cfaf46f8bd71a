/**
 * A stand-in for the Jobs API of a Ray cluster (version 4), for tests in the editor: it unpacks what a job brings along
 * and carries out the parts of the run in turn with the command in it, as library/ray/driver.py does with tasks. The driver
 * itself is tested on a real cluster (test/scale/ray.test.ts).
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import * as z from 'zod';
import { parseJson } from '../../src/core/record/json.ts';

const submission = z.object({
  submission_id: z.string(),
  entrypoint: z.string(),
  runtime_env: z.object({ working_dir: z.string(), env_vars: z.record(z.string(), z.string()) }),
});
const config = z.object({
  id: z.string(),
  storage: z.string(),
  file: z.string(),
  command: z.string(),
  config: z.string(),
  shards: z.number(),
  begin: z.array(z.string()),
  arguments: z.array(z.string()),
});
const outcome = z.looseObject({ run: z.string().nullish(), state: z.string(), shards: z.number().optional() });

interface Job {
  status: 'RUNNING' | 'STOPPED' | 'SUCCEEDED' | 'FAILED';
  logs: string;
  readonly variables: Readonly<Record<string, string>>;
  child: ChildProcess | undefined;
}

export interface JobsServer {
  readonly address: string;
  /** What the jobs were given, by name, in the order of submission. */
  readonly variables: readonly Readonly<Record<string, string>>[];
  /** Lets the shards of jobs begin; until then jobs are between what stands before the shards and these. */
  release(): void;
  /** From now on jobs wait there again. */
  hold(): void;
  close(): void;
}

/** @param token that clients have to show */
export async function startJobsServer(token: string): Promise<JobsServer> {
  const packages = new Map<string, Uint8Array>();
  const jobs = new Map<string, Job>();
  const variables: Readonly<Record<string, string>>[] = [];
  let gate = Promise.withResolvers<undefined>();

  async function answer(request: IncomingMessage): Promise<{ readonly status: number; readonly text: string }> {
    const body = await readAll(request);
    const { method = 'GET', url = '/', headers } = request;
    if (headers.authorization !== `Bearer ${token}`) return { status: 401, text: 'Unauthorized' };
    if (url === '/api/version') return json({ version: '4', ray_version: '2.60.0' });
    if (method === 'PUT') {
      packages.set(url.replace('/api/packages/gcs/', 'gcs://'), body);
      return json({});
    }
    if (method === 'POST' && url === '/api/jobs/') {
      const given = submission.parse(parseJson(body.toString()));
      const { env_vars: env, working_dir: name } = given.runtime_env;
      const job: Job = { status: 'RUNNING', logs: '', variables: env, child: undefined };
      jobs.set(given.submission_id, job);
      variables.push(env);
      const text = /'(\{.*\})'$/su.exec(given.entrypoint)?.[1]?.replaceAll(`'\\''`, "'") ?? '';
      const archive = packages.get(name);
      if (archive === undefined) return { status: 500, text: `There is no package ${name}` };
      void carryOut(job, config.parse(parseJson(text)), archive, gate.promise);
      return json({ submission_id: given.submission_id });
    }
    const [, id = '', what] = /^\/api\/jobs\/([^/]+)(?:\/(\w+))?$/u.exec(url) ?? [];
    const job = jobs.get(decodeURIComponent(id));
    if (job === undefined) return { status: 404, text: 'There is no such job' };
    if (what === 'logs') return json({ logs: job.logs });
    if (what === 'stop') {
      job.status = 'STOPPED';
      job.child?.kill('SIGKILL');
      return json({ stopped: true });
    }
    return json({ status: job.status, message: null });
  }

  const server = createServer((request, response) => {
    answer(request).then(
      ({ status, text }) => response.writeHead(status).end(text),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    variables,
    release: () => {
      gate.resolve(undefined);
    },
    hold: () => {
      gate = Promise.withResolvers();
    },
    close: () => {
      for (const { child } of jobs.values()) child?.kill('SIGKILL');
      server.close();
      server.closeAllConnections();
    },
  };
}

async function carryOut(
  job: Job,
  given: z.infer<typeof config>,
  archive: Uint8Array,
  released: Promise<unknown>,
): Promise<void> {
  const root = join(given.storage, given.id, 'work');
  for (const [name, bytes] of Object.entries(unzipSync(archive))) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), bytes);
  }
  const tell = (what: object): void => {
    job.logs += `OPENLINE ${JSON.stringify(what)}\n`;
  };
  const run = async (...parts: readonly string[]): Promise<z.infer<typeof outcome>> => {
    const parameters = [join(root, given.command), ...parts, ...given.arguments, '--json'];
    const env = { ...process.env, ...job.variables, XDG_CONFIG_HOME: join(root, given.config) };
    const child = spawn(process.execPath, parameters, { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
    job.child = child;
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    await new Promise((ended) => child.on('close', ended));
    const read = outcome.safeParse(parseJson(text.trimEnd().split('\n').at(-1) ?? ''));
    return read.success ? read.data : { state: 'interrupted' };
  };
  tell({ phase: 'trunk' });
  const begun = await run('run', given.file, '--shards', String(given.shards), ...given.begin);
  const { run: id, shards = 0 } = begun;
  tell({ phase: 'shards', run: id, shards, done: 0 });
  await released;
  let result = begun;
  for (let shard = 0; shard < shards && job.status === 'RUNNING'; shard += 1) {
    result = await run('resume', id ?? '', '--shard', String(shard));
    tell({ phase: 'shards', run: id, shards, done: shard + 1 });
  }
  if (job.status === 'RUNNING' && shards > 0) {
    tell({ phase: 'whole', run: id });
    result = await run('resume', id ?? '');
  }
  if (job.status !== 'RUNNING') return;
  tell({ phase: 'end', run: id, root, result });
  job.status = result.state === 'done' ? 'SUCCEEDED' : 'FAILED';
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const json = (value: unknown): { readonly status: number; readonly text: string } => ({
  status: 200,
  text: JSON.stringify(value),
});
