/**
 * Runs one of the suites that need nothing but Node.js around them, and counts:
 *
 *   node test/support/runNodeTests.ts unit|faults|interop|scale|e2e [--grep text]
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { inspect, parseArgs, stripVTControlCharacters } from 'node:util';
import { forgetCounts, writeCounts, type Counts } from './counts.ts';
import { cacheFolder, root } from './machine.ts';

const suites = new Map<string, Parameters<typeof run>[0]>([
  [
    'unit',
    { globPatterns: ['{src,webview}/**/*.test.ts', 'test/unit/**/*.test.ts'], concurrency: availableParallelism() },
  ],
  // Processes are killed here, and time passes: one file after the other.
  ['faults', { globPatterns: ['test/faults/**/*.test.ts'], concurrency: 1 }],
  // Services are started here: one file after the other.
  ['interop', { globPatterns: ['test/interop/**/*.test.ts'], concurrency: 1 }],
  // Processes are killed here, too, and clusters are started.
  ['scale', { globPatterns: ['test/scale/**/*.test.ts'], concurrency: 1 }],
  // All files in one process, so that they share one window.
  ['e2e', { globPatterns: ['test/e2e/**/*.test.ts'], isolation: 'none', concurrency: 1 }],
]);

const { values, positionals } = parseArgs({ options: { grep: { type: 'string' } }, allowPositionals: true });
const [name = ''] = positionals;
const suite = suites.get(name);
if (suite === undefined) throw new Error(`There is no suite “${name}”; there are ${[...suites.keys()].join(', ')}.`);

// Each file of the unit tests has a process of its own, and most load the same sources.
if (name === 'unit') process.env['NODE_COMPILE_CACHE'] ??= join(cacheFolder(), 'compiled');

await forgetCounts(name);
const events = run({ ...suite, cwd: root, ...(values.grep === undefined ? {} : { testNamePatterns: values.grep }) });
events.pipe(new spec()).pipe(process.stdout);
const failures: string[] = [];
events.on('test:fail', ({ name: test, details: { error } }) => {
  // A suite fails with its tests, which are told themselves.
  if ('failureType' in error && error.failureType === 'subtestsFailed') return;
  failures.push(`${test}\n${stripVTControlCharacters(inspect(error.cause)).slice(0, 6000)}`);
});
const total = Promise.withResolvers<Counts>();
events.on('test:summary', ({ file, counts }) => {
  // Each file has a summary too.
  if (file !== undefined) return;
  const { tests, passed, skipped, todo } = counts;
  total.resolve({ passed, failed: tests - passed - skipped - todo, skipped: skipped + todo, failures });
});
const counts = await total.promise;
if (counts.passed + counts.failed + counts.skipped === 0) {
  console.error(`No test of the suite “${name}” was found.`);
  counts.failed = 1;
}
await writeCounts(name, counts);
process.exitCode = counts.failed === 0 ? 0 : 1;
