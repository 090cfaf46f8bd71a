/**
 * The way into the suite, called by VS Code inside its extension host. Runs every `*.test.js` beside itself with Mocha and
 * leaves the counts where OPENLINE_HOST_REPORT says; OPENLINE_HOST_GREP narrows the tests by name.
 */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';
import Mocha from 'mocha';

/** Rejects when a test failed: VS Code turns that into its exit code. */
export async function run(): Promise<void> {
  const grep = process.env['OPENLINE_HOST_GREP'];
  const mocha = new Mocha({
    ui: 'bdd',
    reporter: 'spec',
    color: false,
    timeout: 60_000,
    forbidOnly: process.env['CI'] === 'true',
    ...(grep === undefined || grep === '' ? {} : { grep }),
  });
  const names = (await readdir(import.meta.dirname)).filter((name) => name.endsWith('.test.js')).sort();
  for (const name of names) mocha.addFile(join(import.meta.dirname, name));
  console.log('The suite begins.');
  await mocha.loadFilesAsync();

  const report = { passed: 0, failed: 0, skipped: 0, failures: [] as string[] };
  const failures = await new Promise<number>((ended) => {
    mocha
      .run(ended)
      .on('pass', () => report.passed++)
      .on('fail', (test, error: unknown) => {
        report.failed++;
        report.failures.push(`${test.fullTitle()}\n${inspect(error)}`);
      })
      .on('pending', () => report.skipped++);
  });
  if (failures === 0 && report.passed === 0) report.failed++;
  const path = process.env['OPENLINE_HOST_REPORT'];
  if (path !== undefined) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, JSON.stringify(report));
  }
  if (report.failed > 0) throw new Error(`${String(report.failed)} of the host's tests failed.`);
}
