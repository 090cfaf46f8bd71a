/**
 * The benchmark: prints figures, ratios and whether they keep to their targets; it never fails for a figure.
 *
 *   npm run bench [-- NAME… --full --profile]
 *
 * --full adds the sizes that take minutes; --profile leaves a processor profile of each contender in out/bench.
 *
 * The model service runs in a process of its own, each contender in another. Contenders take turns within one run, so that
 * whatever else the machine does meets all of them.
 */
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { root } from '../support/machine.ts';
import { activation } from './activation.ts';
import { dataset } from './dataset.ts';
import { dedup } from './dedup.ts';
import { faults } from './faults.ts';
import { firstPaint } from './firstPaint.ts';
import { makespan } from './makespan.ts';
import { memory } from './memory.ts';
import { overhead } from './overhead.ts';
import { resume } from './resume.ts';
import type { Scenario } from './scenario.ts';
import { startService } from './service.ts';
import { shards } from './shards.ts';
import { Worker } from './worker.ts';

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  ...{ makespan, overhead, memory, resume, faults },
  ...{ shards, dedup, dataset, activation, firstPaint },
};

const given = process.argv.slice(2);
const names = given.filter((name) => !name.startsWith('--'));
const full = given.includes('--full');
const profiling = given.includes('--profile') ? ['--cpu-prof', `--cpu-prof-dir=${join(root, 'out/bench')}`] : [];
const unknown = names.find((name) => SCENARIOS[name] === undefined);
if (unknown === undefined) await run(names.length === 0 ? Object.keys(SCENARIOS) : names);
else {
  process.stderr.write(`There is no benchmark ${unknown}; there are ${Object.keys(SCENARIOS).join(', ')}\n`);
  process.exitCode = 2;
}

async function run(chosen: readonly string[]): Promise<void> {
  process.stdout.write(
    `Node ${process.version}, ${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown processor'}\n\n`,
  );
  const service = await startService();
  try {
    for (const name of chosen) await SCENARIOS[name]?.({ service, full, start });
  } finally {
    await service.stop();
  }
}

function start(file: string, execArgv: readonly string[] = []): Worker {
  return new Worker(file, [...profiling, ...execArgv]);
}
