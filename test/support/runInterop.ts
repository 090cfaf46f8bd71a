/**
 * `npm run test:interop`: our endpoints and the built command against services that nobody of ours wrote. Where those cannot
 * be installed, the suite counts as skipped, with the reason.
 *
 *   node test/support/runInterop.ts [--total] [--grep text]      --total: the last line counts what has run before, too
 */
import { parseArgs } from 'node:util';
import { prepareEnvironment } from '../interop/support/pythonEnvironment.ts';
import { none, type Counts } from './counts.ts';
import { runSuite, tellCounts } from './suiteTotal.ts';

const { values } = parseArgs({ options: { total: { type: 'boolean', default: false }, grep: { type: 'string' } } });

async function interop(): Promise<Counts> {
  console.log('\n── interop');
  const obstacle = await prepareEnvironment();
  if (obstacle === undefined) return runSuite('interop', values.grep);
  console.log(`Not run. ${obstacle}`);
  return { ...none, skipped: 1 };
}

await tellCounts('interop', await interop(), values.total);
