import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { build } from '../../esbuild.mjs';
import { parseJson } from '../../src/core/record/json.ts';
import { root } from '../support/machine.ts';
import { plain, printFigures, ratio } from './figures.ts';
import type { Scenario } from './scenario.ts';
import { makeWorkspace, removeWorkspace } from './workspace.ts';

const LATENCY_MS = 500;
/** Requests that a process has in flight, as by default; the service has room for those of all of them. */
const SLOTS = 16;
const SHARDS = [1, 2, 4];
/** 1 + 10 requests in front of the cut, 100 + 500 behind it, which give 1 500 records. */
const SIZES = { n_macro_topics: 10, n_subtopics: 9, n_openlines: 5, n_revisions: 3 };

const summary = z.object({ run: z.string(), records: z.number() });

/** What is gained by more processes where one could not keep the service busy; everything counts, starts and merging, too. */
export const shards: Scenario = async ({ service }) => {
  await build({ production: true });
  await service.behave({ latency: { kind: 'constant', milliseconds: LATENCY_MS }, slots: 1024, faultRate: 0 });
  const rates: number[] = [];
  for (const count of SHARDS) rates.push(await measure(service.url, count));
  const [one = Number.NaN] = rates;
  printFigures(
    `Shards: ${SLOTS} requests in flight each, ${LATENCY_MS} ms an answer`,
    rates.map((rate, index) =>
      plain(
        `${SHARDS[index] ?? 0} shards: records a second`.replace(/^1 shards/u, '1 shard'),
        `${rate.toFixed(1)} (ratio to one ${ratio(rate / one)})`,
      ),
    ),
  );
};

/** @returns records a second */
async function measure(url: string, count: number): Promise<number> {
  const folder = makeWorkspace();
  const profile = { base_url: url, model: 'bench', auth: 'none', max_concurrency: 1024 };
  const pipeline = { openline: 1, endpoint: 'service', recipe: 'open-qa', with: SIZES, output: 'out.jsonl' };
  writeFileSync(join(folder, 'p.openline.yaml'), JSON.stringify(pipeline));
  const openline = (...parameters: string[]): Promise<z.infer<typeof summary>> =>
    command(folder, [...parameters, '--concurrency', String(SLOTS), '--json']);
  mkdirSync(join(folder, '.openline'));
  writeFileSync(join(folder, '.openline/endpoints.yaml'), JSON.stringify({ endpoints: { service: profile } }));
  const startedAt = performance.now();
  const { run } = await openline('run', 'p.openline.yaml', '--shards', String(count));
  await Promise.all(Array.from({ length: count }, (_, index) => openline('resume', run, '--shard', String(index))));
  const { records } = await openline('resume', run);
  const seconds = (performance.now() - startedAt) / 1000;
  removeWorkspace(folder);
  return records / seconds;
}

/** Runs the built command. @returns the JSON object of its last line */
function command(cwd: string, parameters: readonly string[]): Promise<z.infer<typeof summary>> {
  const child = spawn(process.execPath, [join(root, 'dist/cli.js'), ...parameters], {
    cwd,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', () => {
      const told = summary.safeParse(parseJson(out.trimEnd().split('\n').at(-1) ?? ''));
      if (told.success) done(told.data);
      else failed(new Error(`openline ${parameters.join(' ')} said ${out}`));
    });
  });
}
