import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameOccurrences, type FollowedKind } from './nameOccurrences.ts';

const pipeline = `openline: 1
endpoint: local # the one at home
steps:
  - id: docs
    read: { files: a.md }
  - id: "docs-2"
    from: docs
    generate: { prompt: mine, endpoint: other, bind: { docs: docs } }
  - id: both
    from: [docs, docs-2]
    blend: { weights: { docs: 2, docs-2: 1 } }
  - id: unique
    dedup: { fields: [text], reference: [docs] }
prompts: { docs-2: prompts/other.prompt.md }
outputs:
  - { from: docs, path: data/docs.jsonl }
`;

/** The lines in which a name stands, and as what. */
const linesOf = (text: string, isPipeline: boolean, kind: FollowedKind, name: string): readonly number[] =>
  nameOccurrences(text, isPipeline)
    .filter((one) => one.kind === kind && one.name === name)
    .map(({ start }) => text.slice(0, start).split('\n').length);

test('a step is named by its id, in from, in weights, under prompts and in outputs, and nowhere else', () => {
  assert.deepEqual(linesOf(pipeline, true, 'step', 'docs'), [4, 7, 10, 11, 13, 16]);
  assert.deepEqual(linesOf(pipeline, true, 'step', 'docs-2'), [6, 10, 11, 14]);
  const [first] = nameOccurrences(pipeline, true).filter(({ kind }) => kind === 'step');
  assert.equal(first?.isDeclaration, true);
});

test('the keys under prompts of a recipe are no names of the file', () => {
  assert.deepEqual(
    nameOccurrences('recipe: open-qa\nprompts: { subtopics: mine }\n', true).map(({ kind }) => kind),
    ['template'],
  );
});

test('profiles are named in pipelines and in their own file, where they are declared', () => {
  assert.deepEqual(linesOf(pipeline, true, 'profile', 'local'), [2]);
  assert.deepEqual(linesOf(pipeline, true, 'profile', 'other'), [8]);
  const profiles = 'default: a\nendpoints:\n  a: { kind: sample }\n  p: { kind: pool, replicas: [a, b] }\n';
  assert.deepEqual(linesOf(profiles, false, 'profile', 'a'), [1, 3, 4]);
  assert.deepEqual(
    nameOccurrences(profiles, false)
      .filter(({ isDeclaration }) => isDeclaration)
      .map(({ name }) => name),
    ['a', 'p'],
  );
});

test('templates are named by steps and under prompts', () => {
  assert.deepEqual(linesOf(pipeline, true, 'template', 'mine'), [8]);
  assert.deepEqual(linesOf(pipeline, true, 'template', 'prompts/other.prompt.md'), [14]);
});
