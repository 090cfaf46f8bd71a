/** Suites that run behind `npm test`, each in a process of its own: their counts, and the total that grows with each. */
import { runNode } from './command.ts';
import {
  add,
  forgetCounts,
  inWords,
  oneFailed,
  readCounts,
  tellEnd,
  TOTAL,
  writeCounts,
  type Counts,
} from './counts.ts';

/** Runs one of the suites of `runNodeTests.ts`. */
export async function runSuite(name: string, grep: string | undefined): Promise<Counts> {
  await forgetCounts(name);
  const chosen = grep === undefined ? [] : ['--grep', grep];
  const status = await runNode('test/support/runNodeTests.ts', name, ...chosen);
  const counts = (await readCounts(name)) ?? oneFailed;
  return status === 0 || counts.failed > 0 ? counts : add(counts, oneFailed);
}

/** Tells the counts, as {@link tellEnd} does. @param withTotal add what has run before */
export async function tellCounts(name: string, counts: Counts, withTotal: boolean): Promise<void> {
  const before = withTotal ? ((await readCounts(TOTAL)) ?? oneFailed) : undefined;
  const total = before === undefined ? counts : add(before, counts);
  if (before !== undefined) {
    console.log(`\n── total\nbefore   ${inWords(before)}\n${name.padEnd(8)} ${inWords(counts)}\n`);
    await writeCounts(TOTAL, total);
  }
  tellEnd(total);
}
