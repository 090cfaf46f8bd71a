/**
 * The way into the suite, called by VS Code inside its extension host. Runs every `*.test.js` beside itself with Mocha and
 * leaves a report where OPENLINE_HOST_REPORT says; OPENLINE_HOST_GREP narrows the tests by name.
 */
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Mocha from 'mocha';

export interface HostReport {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Rejects when a test failed: VS Code turns that into its exit code. */
export async function run(): Promise<void> {
  const grep = process.env['OPENLINE_HOST_GREP'];
  const mocha = new Mocha({
    ui: 'bdd',
    reporter: 'spec',
    color: false,
    timeout: 30_000,
    forbidOnly: process.env['CI'] === 'true',
    ...(grep === undefined || grep === '' ? {} : { grep }),
  });
  const names = (await readdir(import.meta.dirname)).filter((name) => name.endsWith('.test.js')).sort();
  for (const name of names) mocha.addFile(join(import.meta.dirname, name));
  console.log('The suite begins.');
  await mocha.loadFilesAsync();

  const report = { passed: 0, failed: 0, skipped: 0 };
  const failures = await new Promise<number>((ended) => {
    mocha
      .run(ended)
      .on('pass', () => report.passed++)
      .on('fail', () => report.failed++)
      .on('pending', () => report.skipped++);
  });
  if (failures === 0 && report.passed === 0) report.failed++;
  const path = process.env['OPENLINE_HOST_REPORT'];
  if (path !== undefined) await writeFile(path, JSON.stringify(report satisfies HostReport));
  if (report.failed > 0) throw new Error(`${String(report.failed)} of the host's tests failed.`);
}
