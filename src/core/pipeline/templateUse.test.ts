import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { InvalidInputError } from '../errors.ts';
import { PlanFixture, pipeline } from './planFixture.ts';
import { planPipeline } from './planPipeline.ts';
import type { TemplateUse } from './templateUse.ts';

const fixture = await PlanFixture.create();
after(() => fixture.dispose());

/** Uses by step; planning may fail. */
async function usesOf(text: string, textOf?: (path: string) => string): Promise<ReadonlyMap<string, TemplateUse>> {
  const uses = new Map<string, TemplateUse>();
  const onTemplate = (use: TemplateUse): unknown => uses.set(use.step, use);
  const context = { ...fixture.context, onTemplate, ...(textOf === undefined ? {} : { textOf }) };
  await planPipeline({ file: fixture.file, text }, context).catch((error: unknown) => {
    if (!(error instanceof InvalidInputError)) throw error;
  });
  return uses;
}

test('a recipe tells which templates its steps use, and a replacement what it stands for', async () => {
  await fixture.put('mine.prompt.md', 'Nothing of what is needed.');
  const uses = await usesOf(
    pipeline('recipe: open-qa', 'prompts: { subtopics: ./mine.prompt.md }', 'values: { tone: dry }'),
  );
  assert.equal(uses.get('macro_topics')?.template.source, 'builtin:macro-topics');
  assert.equal(uses.get('macro_topics')?.replaces, null);
  const mine = uses.get('subtopics');
  assert.equal(mine?.replaces, 'subtopics');
  assert.deepEqual(mine.expected.toSorted(), ['macro_topic', 'n_subtopics']);
  assert.deepEqual(mine.supplies.toSorted(), ['macro_topic', 'n_subtopics', 'tone']);
  assert.deepEqual([mine.isOpen, mine.values], [false, { n_subtopics: 5, tone: 'dry' }]);
  assert.equal(mine.at.line, 4);
  assert.deepEqual(uses.get('conversion')?.supplies, ['llm_response']);
});

test('a template that is wrong, or not there yet, is used all the same when a text stands in for it', async () => {
  const text = pipeline('recipe: two-turn', 'with: { openlines: [Hi] }', 'prompts: { user_turn: ./new.prompt.md }');
  const uses = await usesOf(text, (path) => (path.endsWith('new.prompt.md') ? '.' : ''));
  assert.ok(uses.get('user_turn')?.supplies.includes('conversation_history'));
});

test('records of files may have any field; a step of one\u2019s own expects what it gives', async () => {
  await fixture.put('in.jsonl', '{"a":1}\n');
  const uses = await usesOf(
    pipeline(
      'steps:',
      '  - id: lines',
      '    read: { files: in.jsonl, as: jsonl }',
      '  - id: ask',
      '    generate: { prompt: closed-qa, bind: { document: a }, values: { n_openlines: 2 } }',
      'output: out.jsonl',
    ),
  );
  const ask = uses.get('ask');
  assert.equal(ask?.isOpen, true);
  assert.deepEqual(ask.expected, ['document', 'n_openlines']);
  assert.deepEqual([ask.bind, ask.values], [{ document: 'a' }, { n_openlines: 2 }]);
});

test('a template need not show the schema, which reaches the model anyway', async () => {
  const uses = await usesOf(
    pipeline(
      'steps:',
      '  - id: ask',
      '    generate: { prompt: closed-qa, values: { document: a, n_openlines: 2 }, expect: { json: { type: object } } }',
      'output: out.jsonl',
    ),
  );
  assert.deepEqual(uses.get('ask')?.expected, ['document', 'n_openlines']);
  assert.ok(uses.get('ask')?.supplies.includes('schema'));
});
