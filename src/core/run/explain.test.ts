import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runPipeline } from '../index.ts';
import type { JsonObject } from '../record/json.ts';
import { explain, explainRecord, type ExplainedStep } from './explain.ts';
import { runsFolder } from './runFolder.ts';

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Runs a pipeline with the sample endpoint and explains one of its records. */
async function explained(pipeline: JsonObject, id: string): Promise<readonly ExplainedStep[]> {
  return explainRecord(await ran(pipeline), id);
}

/** @returns the folder of the run */
async function ran(pipeline: JsonObject): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'openline-explain-'));
  folders.push(root);
  const file = join(root, 'demo.openline.yaml');
  // JSON is YAML.
  writeFileSync(file, JSON.stringify({ openline: 1, endpoint: 'sample', ...pipeline }));
  const summary = await runPipeline(file);
  assert.equal(summary.state, 'done');
  return join(runsFolder(root), summary.run ?? '');
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

test('what a step turned down is explained with the questions it came from, also where that step asks nobody', async () => {
  const folder = await ran({
    steps: [
      { id: 'topics', read: { values: ['Tides', 'Clouds'], into: 'text' } },
      {
        id: 'questions',
        generate: {
          prompt: 'closed-qa',
          bind: { document: 'text' },
          values: { n_openlines: 2 },
          expect: { list: 'question' },
        },
      },
      { id: 'kept', filter: { text: 'question', checks: [{ word_count: { min: 500 } }] } },
    ],
  });
  const { steps, rejection } = await explain(folder, { of: 'reject', step: 'kept', id: '1.0' });
  assert.deepEqual(
    steps.map(({ step, key, at }) => [step, key, at]),
    [
      ['topics', '1', null],
      ['questions', '1.0', 'questions/1/0'],
    ],
  );
  assert.equal(rejection?.reason, 'word-count');
  assert.match(JSON.stringify(steps[1]?.request), /Clouds/u);
  await assert.rejects(explain(folder, { of: 'reject', step: 'kept', id: '7' }), /turned down no record 7/u);
  // A single question by its address.
  const question = await explain(folder, { of: 'question', at: 'questions/0/0' });
  assert.match(JSON.stringify(question.steps[0]?.request), /Tides/u);
  await assert.rejects(explain(folder, { of: 'question', at: 'questions/9/0' }), /has not asked/u);
});

test('an answer that a step turned down is explained last', async () => {
  const folder = await ran({
    steps: [
      { id: 'topics', read: { values: ['Tides'], into: 'text' } },
      {
        id: 'questions',
        generate: {
          prompt: 'closed-qa',
          bind: { document: 'text' },
          values: { n_openlines: 2 },
          expect: { list: 'question', length: 5, on_mismatch: 'discard' },
        },
      },
    ],
  });
  const { steps, rejection } = await explain(folder, { of: 'reject', step: 'questions', id: '0' });
  assert.deepEqual(asked(steps), ['questions/0/0']);
  assert.equal(rejection?.reason, 'list-length');
});
