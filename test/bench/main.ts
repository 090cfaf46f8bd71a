/**
 * The benchmark: prints figures, ratios and whether they keep to their targets; it never fails for a figure.
 *
 *   npm run bench [-- NAME…] [-- --full]
 *
 * The model service runs in a process of its own, each contender in another. Contenders take turns within one run, so that
 * whatever else the machine does meets all of them.
 */
import { availableParallelism, cpus } from 'node:os';
import { makespan } from './makespan.ts';
import { memory } from './memory.ts';
import { overhead } from './overhead.ts';
import type { Scenario } from './scenario.ts';
import { startService } from './service.ts';

const SCENARIOS: Readonly<Record<string, Scenario>> = { makespan, overhead, memory };

const given = process.argv.slice(2);
const names = given.filter((name) => name !== '--full');
const unknown = names.find((name) => SCENARIOS[name] === undefined);
if (unknown === undefined) await run(names.length === 0 ? Object.keys(SCENARIOS) : names);
else {
  process.stderr.write(`There is no benchmark ${unknown}; there are ${Object.keys(SCENARIOS).join(', ')}\n`);
  process.exitCode = 2;
}

async function run(chosen: readonly string[]): Promise<void> {
  process.stdout.write(`Node ${process.version}, ${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown processor'}\n\n`);
  const service = await startService();
  try {
    for (const name of chosen) await SCENARIOS[name]?.({ service, full: given.includes('--full') });
  } finally {
    await service.stop();
  }
}
