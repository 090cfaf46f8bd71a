/** How many tests ended how; passed from each suite's process to the total as a small file. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { root } from './machine.ts';

const countsSchema = z.object({
  passed: z.int(),
  failed: z.int(),
  skipped: z.int(),
  /** Each test that failed, with why: told again after the last suite, where long output is cut at its beginning. */
  failures: z.array(z.string()).default([]),
});

export type Counts = z.infer<typeof countsSchema>;

/** Under this name `npm test` leaves the sum of its suites. */
export const TOTAL = 'total';

export const none: Counts = { passed: 0, failed: 0, skipped: 0, failures: [] };

export const oneFailed: Counts = { ...none, failed: 1 };

/** Where a suite leaves its counts. */
export function countsFile(suite: string): string {
  return join(root, 'out', 'reports', `${suite}.json`);
}

export async function writeCounts(suite: string, counts: Counts): Promise<void> {
  await mkdir(dirname(countsFile(suite)), { recursive: true });
  await writeFile(countsFile(suite), JSON.stringify(counts));
}

/** `undefined` when the suite left none: it ended before its tests did. */
export async function readCounts(suite: string): Promise<Counts | undefined> {
  try {
    return countsSchema.parse(JSON.parse(await readFile(countsFile(suite), 'utf8')));
  } catch {
    return undefined;
  }
}

export async function forgetCounts(suite: string): Promise<void> {
  await rm(countsFile(suite), { force: true });
}

export function add(left: Counts, right: Counts): Counts {
  return {
    passed: left.passed + right.passed,
    failed: left.failed + right.failed,
    skipped: left.skipped + right.skipped,
    failures: [...left.failures, ...right.failures],
  };
}

/** `N passed, N failed`, with the skipped ones when there are any. */
export function inWords({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** Tells what failed, if anything did, and the counts as the last line; sets the exit status. */
export function tellEnd(counts: Counts): void {
  if (counts.failures.length > 0) console.log(`── what failed\n${counts.failures.join('\n\n')}\n`);
  process.exitCode = counts.failed === 0 ? 0 : 1;
  console.log(inWords(counts));
}
