/**
 * `npm test`: types, lint and format at the same time, then unit tests, build, faults, the suite inside a real VS Code and
 * a person's path in the browser, one after the other; one total at the end.
 *
 *   npm test [-- --install]      --install: may install Debian's packages, as with CI=true
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import pLimit from 'p-limit';
import { runNode } from './command.ts';
import {
  add,
  forgetCounts,
  inWords,
  none,
  oneFailed,
  readCounts,
  tellEnd,
  TOTAL,
  writeCounts,
  type Counts,
} from './counts.ts';
import { prepareMachine } from './prepareMachine.ts';

interface Stage {
  readonly name: string;
  /** Programs, each with its arguments, that all have to succeed. */
  readonly programs: readonly (readonly [script: string, ...parameters: string[]])[];
  /** Whether they run at the same time, as many as there are processors. */
  readonly together?: boolean;
  /** Whether it leaves counts of its own; else it counts as one test. */
  readonly counts?: boolean;
  readonly needsVsCode?: boolean;
}

const tsc = 'node_modules/typescript/bin/tsc';
const prettier = 'node_modules/prettier/bin/prettier.cjs';
const tests = 'test/support/runNodeTests.ts';

const stages: readonly Stage[] = [
  {
    name: 'static',
    // The longest first.
    programs: [
      ['node_modules/eslint/bin/eslint.js', '--max-warnings', '0', '.'],
      ...['.', 'webview', 'test', 'test/e2e'].map((project) => [tsc, '-p', project] as const),
      [prettier, '--check', '--log-level', 'warn', '.'],
    ],
    together: true,
  },
  { name: 'unit', programs: [[tests, 'unit']], counts: true },
  { name: 'build', programs: [['esbuild.mjs', '--production', '--tests']] },
  { name: 'package', programs: [['test/support/packageExtension.ts', '--no-build']] },
  { name: 'faults', programs: [[tests, 'faults']], counts: true },
  { name: 'host', programs: [['test/support/runHostSuite.ts']], counts: true, needsVsCode: true },
  { name: 'e2e', programs: [[tests, 'e2e']], counts: true, needsVsCode: true },
];

async function runStage(stage: Stage): Promise<Counts> {
  if (stage.counts === true) await forgetCounts(stage.name);
  const limit = pLimit(stage.together === true ? availableParallelism() : 1);
  const statuses = await limit.map(stage.programs, ([script, ...parameters]) => runNode(script, ...parameters));
  const succeeded = statuses.every((status) => status === 0);
  if (stage.counts !== true) return succeeded ? { ...none, passed: 1 } : oneFailed;
  const counts = (await readCounts(stage.name)) ?? oneFailed;
  // A suite that fails outside of its tests has failed too.
  return succeeded || counts.failed > 0 ? counts : add(counts, oneFailed);
}

const { values } = parseArgs({ options: { install: { type: 'boolean', default: false } } });
const unattended = process.env['CI'] === 'true';
const obstacle = await prepareMachine({ install: values.install || unattended }).catch((error: unknown) =>
  error instanceof Error ? error.message : String(error),
);
await forgetCounts(TOTAL);
let total = none;
const lines: string[] = [];
for (const stage of stages) {
  console.log(`\n── ${stage.name}`);
  const started = performance.now();
  const skipped = stage.needsVsCode === true && obstacle !== undefined;
  if (skipped) console.log(`Not run. ${obstacle}`);
  const absent = unattended ? oneFailed : { ...none, skipped: 1 };
  const counts = skipped ? absent : await runStage(stage);
  total = add(total, counts);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  lines.push(`${stage.name.padEnd(8)} ${inWords(counts)} (${seconds} s)`);
}
console.log(`\n── total\n${lines.join('\n')}\n`);
if (obstacle !== undefined) console.log(`The tests in VS Code were not run. ${obstacle}\n`);
await writeCounts(TOTAL, total);
tellEnd(total);
