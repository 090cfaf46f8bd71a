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
