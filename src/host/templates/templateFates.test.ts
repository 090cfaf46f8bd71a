import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runPipeline } from '../../core/index.ts';
import { commonestReason, TemplateFates } from './templateFates.ts';

const pipeline = `openline: 1
endpoint: clumsy
recipe: open-qa
with: { n_macro_topics: 2, n_subtopics: 4, n_openlines: 2, n_revisions: 1, attempts: 1, combine_topics: false }
conversion: { mode: local }
prompts: { subtopics: mine }
output: out.jsonl
`;

test('what became of a template’s answers is added up over the runs', async (context) => {
  const root = await mkdtemp(join(tmpdir(), 'openline-fates-'));
  context.after(() => rm(root, { recursive: true }));
  await mkdir(join(root, '.openline', 'prompts'), { recursive: true });
  await writeFile(
    join(root, '.openline', 'prompts', 'mine.prompt.md'),
    'Name {n_subtopics} subtopics of {macro_topic}, as a numbered list.\n',
  );
  const file = join(root, 'clumsy.openline.yaml');
  await writeFile(file, pipeline);
  const endpoints = {
    clumsy: { kind: 'sample', model: 'sample', sample: { seed: 4, latency_ms: 0, fault_rate: 0, garbage_rate: 0.5 } },
  } as const;
  const first = await runPipeline(file, { endpoints });
  await runPipeline(file, { endpoints, output: join(root, 'second.jsonl') });
  const runs = join(root, '.openline', 'runs');
  const stamps = (await readdir(runs)).map((run) => ({ folder: join(runs, run), stamp: 'done' }));
  assert.equal(stamps.length, 2);

  const keyOf = (source: string, folder: string): string =>
    source.startsWith('builtin:') ? source : join(folder, source);
  const fates = await new TemplateFates(keyOf).of([...stamps, { folder: join(runs, 'gone'), stamp: '' }]);
  const own = fates.get(join(root, '.openline', 'prompts', 'mine.prompt.md'));
  const revisions = fates.get('builtin:revise-open-qa');
  assert.equal(own?.runs, 2);
  assert.equal(own.cost, null, 'the endpoint has no prices');
  assert.equal(revisions?.accepted, 2 * first.records);
  const all = [...fates.values()];
  assert.ok(all.some((fate) => ['no-list', 'empty'].includes(commonestReason(fate) ?? '')));
  assert.equal(
    all.reduce((sum, { rejected }) => sum + rejected, 0),
    2 * first.discarded,
  );
  assert.ok(first.discarded > 0, 'the endpoint answers nonsense now and then');
});
