/** A throw-away workspace with a pipeline, and the built command run in it as a process of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isJsonObject, parseJson, type JsonObject } from '../../src/core/record/json.ts';

const CLI = resolve(import.meta.dirname, '../../dist/cli.js');

/** 1 + 4 + 16 (+ 4 combined) + 60 requests, 120 records: small enough to be run hundreds of times. */
export const PIPELINE = `openline: 1
endpoint: service
recipe: open-qa
with: { n_macro_topics: 4, n_subtopics: 3, n_openlines: 4, n_revisions: 2 }
output: data/out.jsonl
`;

export interface Finished {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The JSON object of the last line, where there is one. */
  readonly json: JsonObject | undefined;
}

export interface Running {
  readonly process: ChildProcess;
  readonly finished: Promise<Finished>;
}

export interface Workspace {
  readonly folder: string;
  readonly output: string;
  /** Starts `openline ARGUMENTS --json` in the workspace. */
  start(...args: readonly string[]): Running;
  /** The same, and waits for its end. */
  run(...args: readonly string[]): Promise<Finished>;
  /** Ids of the runs, oldest first. */
  runs(): readonly string[];
  runFolder(run: string): string;
  /** Lines of a run's journal that are whole. */
  journal(run: string): readonly JsonObject[];
  read(path: string): string;
  remove(): void;
}

/** Makes a workspace whose profile `service` points to the address. */
export function makeWorkspace(
  baseUrl: string,
  options: { pipeline?: string; profile?: JsonObject; folder?: string; env?: Readonly<Record<string, string>> } = {},
): Workspace {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'openline-faults-'));
  mkdirSync(join(folder, '.openline'), { recursive: true });
  const profile = { base_url: baseUrl, model: 'test-model', auth: 'none', retries: 8, ...options.profile };
  writeFileSync(join(folder, '.openline/endpoints.yaml'), JSON.stringify({ endpoints: { service: profile } }));
  writeFileSync(join(folder, 'p.openline.yaml'), options.pipeline ?? PIPELINE);
  const runs = join(folder, '.openline/runs');

  function start(...args: readonly string[]): Running {
    const child = spawn(process.execPath, [CLI, ...args, '--json'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const finished = new Promise<Finished>((done) => {
      child.on('close', (status, signal) => {
        const value = parseJson(stdout.trimEnd().split('\n').at(-1) ?? '');
        done({ status, signal, stdout, stderr, json: isJsonObject(value) ? value : undefined });
      });
    });
    return { process: child, finished };
  }

  return {
    folder,
    output: join(folder, 'data/out.jsonl'),
    start,
    run: (...args) => start(...args).finished,
    runs: () => (existsSync(runs) ? readdirSync(runs).sort() : []),
    runFolder: (run) => join(runs, run),
    journal(run) {
      const path = join(runs, run, 'journal.jsonl');
      if (!existsSync(path)) return [];
      return readFileSync(path, 'utf8')
        .split('\n')
        .map((line) => parseJson(line))
        .filter((line) => isJsonObject(line));
    },
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    remove() {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Random numbers from a seed (mulberry32), so that a failing case can be run again. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
