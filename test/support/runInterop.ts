/**
 * `npm run test:interop`: our endpoints and the built command against services that nobody of ours wrote. Where those cannot
 * be installed, the suite counts as skipped, with the reason.
 *
 *   node test/support/runInterop.ts [--total] [--grep text]      --total: the last line counts `npm test` before it, too
 */
import { parseArgs } from 'node:util';
import { prepareEnvironment } from '../interop/support/pythonEnvironment.ts';
import { runNode } from './command.ts';
import { add, forgetCounts, inWords, oneFailed, readCounts, TOTAL, type Counts } from './counts.ts';

const { values } = parseArgs({ options: { total: { type: 'boolean', default: false }, grep: { type: 'string' } } });

async function interop(): Promise<Counts> {
  console.log('\n── interop');
  const obstacle = await prepareEnvironment();
  if (obstacle !== undefined) {
    console.log(`Not run. ${obstacle}`);
    return { passed: 0, failed: 0, skipped: 1 };
  }
  await forgetCounts('interop');
  const grep = values.grep === undefined ? [] : ['--grep', values.grep];
  const status = await runNode('test/support/runNodeTests.ts', 'interop', ...grep);
  const counts = (await readCounts('interop')) ?? oneFailed;
  return status === 0 || counts.failed > 0 ? counts : add(counts, oneFailed);
}

const counts = await interop();
const before = values.total ? ((await readCounts(TOTAL)) ?? oneFailed) : undefined;
const total = before === undefined ? counts : add(before, counts);
if (before !== undefined) console.log(`\n── total\nnpm test ${inWords(before)}\ninterop  ${inWords(counts)}\n`);
process.exitCode = total.failed === 0 ? 0 : 1;
console.log(inWords(total));
