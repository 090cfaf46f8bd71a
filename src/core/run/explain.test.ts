import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runPipeline } from '../index.ts';
import type { JsonObject } from '../record/json.ts';
import { explainRecord, type ExplainedStep } from './explain.ts';
import { runsFolder } from './runFolder.ts';

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Runs a pipeline with the sample endpoint and explains one of its records. */
async function explained(pipeline: JsonObject, id: string): Promise<readonly ExplainedStep[]> {
  const root = mkdtempSync(join(tmpdir(), 'openline-explain-'));
  folders.push(root);
  const file = join(root, 'demo.openline.yaml');
  // JSON is YAML.
  writeFileSync(file, JSON.stringify({ openline: 1, endpoint: 'sample', ...pipeline }));
  const summary = await runPipeline(file);
  assert.equal(summary.state, 'done');
  return explainRecord(join(runsFolder(root), summary.run ?? ''), id);
}

const asked = (steps: readonly ExplainedStep[]): readonly string[] => steps.flatMap(({ at }) => at ?? []);

test('a dialogue is explained with every question of either side, in the order in which they were asked', async () => {
  const steps = await explained(
    {
      recipe: 'dialogue',
      with: { openlines: ['How do tides work?', 'Why is the sky blue?'], n_user_turns: 3 },
    },
    '1',
  );
  assert.deepEqual(
    asked(steps).map((at) => at.replace(/^[^.]+\./u, '')),
    ['assistant.1/1/0', 'user.2/1/0', 'assistant.2/1/0', 'user.3/1/0', 'assistant.3/1/0'],
  );
  for (const { at, request, answer, template } of steps) {
    if (at === null) continue;
    assert.notEqual(request, null);
    assert.notEqual(answer, null);
    // The assistant is sent the conversation as it is; only the user model has a template here.
    assert.equal(template === null, at.includes('assistant'));
  }
});

test('where the model converted a list, the question and the conversion of its answer are both told', async () => {
  const steps = await explained(
    {
      recipe: 'open-qa',
      conversion: { mode: 'model' },
      with: { n_macro_topics: 1, n_subtopics: 1, n_openlines: 1, n_revisions: 1 },
    },
    '0.0.0.0.0.0',
  );
  assert.deepEqual(asked(steps).slice(0, 4), [
    'macro_topics/0/0',
    'macro_topics.conversion/0/0',
    'subtopics/0.0/0',
    'subtopics.conversion/0.0/0',
  ]);
  for (const { at, template } of steps) {
    if (at !== null) assert.equal(template?.source.includes('conver'), at.includes('.conversion/'), at);
  }
});
