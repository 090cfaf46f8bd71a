import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { endpointProfileSchema } from '../endpoints/profile.ts';
import { createHttpFetch } from '../endpoints/httpFetch.ts';
import { pipeline, PlanFixture } from '../pipeline/planFixture.ts';
import { resumeRun, startRun } from './runPipeline.ts';

const http = createHttpFetch();
let fixture: PlanFixture;
before(async () => {
  fixture = await PlanFixture.create();
});
after(async () => {
  await fixture.dispose();
  await http.close();
});

test('a resume tells which inputs have changed, and what that means', async () => {
  for (const name of ['a', 'b', 'c', 'd', 'e']) await fixture.put(`docs/${name}.md`, `Text of ${name}.\n`);
  const text = pipeline('recipe: closed-qa', 'with: { files: [docs/*.md], n_openlines: 1 }', 'output: out.jsonl');
  const profiles = [{ name: 'sample', profile: endpointProfileSchema.parse({ kind: 'sample' }) }];
  const warnings: string[] = [];
  const settings = {
    ...{ profiles, http, version: 'test', force: true },
    onWarning: (message: string): void => void warnings.push(message),
  };
  let folder = '';
  const { root } = fixture;
  const plan = await fixture.plan(text);
  const stop = AbortSignal.abort();
  await startRun({ ...settings, text, plan, root, stop, mode: 'run', onStarted: (_, path) => (folder = path) });
  await resumeRun({ ...settings, folder, stop });
  assert.deepEqual(warnings, []);

  await fixture.put('docs/a.md', 'Another text.\n');
  await rm(join(root, 'work', 'docs', 'b.md'));
  await resumeRun({ ...settings, folder, stop });
  assert.match(
    warnings.join('\n'),
    /^docs\/a\.md, docs\/b\.md \(gone\) changed since this run began\..*start a new run/u,
  );

  for (const name of ['c', 'd', 'e']) await fixture.put(`docs/${name}.md`, 'Other\n');
  await resumeRun({ ...settings, folder });
  assert.match(warnings.join('\n'), /docs\/c\.md and 2 more changed since/u);
});

test('what values are drawn from and programs are inputs as well', async () => {
  await fixture.put('personas.txt', 'A baker\nA pilot\n');
  await fixture.put('mine.cjs', 'process.stdin.pipe(process.stdout);\n');
  const text = pipeline(
    ...['steps:', '  - { id: one, read: { values: [Tides], into: text } }'],
    ...['  - { id: drawn, draw: { fields: { persona: { file: personas.txt } } } }'],
    ...['  - { id: mine, script: [node, mine.cjs] }', 'output: drawn.jsonl'],
  );
  const told: string[] = [];
  const settings = {
    ...{ profiles: [], http, version: 'test', force: true, allowScripts: true },
    environment: process.env,
  };
  let folder = '';
  const { root } = fixture;
  const plan = await fixture.plan(text);
  const stop = AbortSignal.abort();
  await startRun({ ...settings, text, plan, root, stop, mode: 'run', onStarted: (_, path) => (folder = path) });
  await fixture.put('personas.txt', 'A diver\nA judge\nA clerk\n');
  await fixture.put('mine.cjs', 'process.stdin.pipe(process.stdout); // edited\n');
  await resumeRun({
    ...{ ...settings, folder, stop },
    onWarning: () => assert.fail('it is told as what it is'),
    onChangedInputs: (message) => told.push(message),
  });
  assert.match(told.join('\n'), /^personas\.txt, work\/mine\.cjs changed since this run began\./u);
});
