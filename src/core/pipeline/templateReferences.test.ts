import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findTemplateReferences, nameFor, refersTo, writeReference } from './templateReferences.ts';

const pipeline = `openline: 1
prompts: { subtopics: mine, openlines: "prompts/other.prompt.md" }
steps:
  - id: a
    generate: { prompt: mine, values: { prompt_style: mine } }
  - id: b
    judge:
      prompt: 'mine'
  - id: c
    generate: { prompt: { text: mine } }
`;

test('every name of a template is found where it stands, and nothing else', () => {
  const found = findTemplateReferences(pipeline);
  assert.deepEqual(
    found.map(({ name, start, end }) => [name, pipeline.slice(start, end)]),
    [
      ['mine', 'mine'],
      ['prompts/other.prompt.md', '"prompts/other.prompt.md"'],
      ['mine', 'mine'],
      ['mine', "'mine'"],
    ],
  );
});

test('a text that is no pipeline has no names', () => {
  for (const text of ['', '- a\n', 'prompts: [', 'prompts: mine\nsteps: 3\n']) {
    assert.deepEqual(findTemplateReferences(text), [], text);
  }
});

const places = {
  folder: '/w/sub',
  libraries: ['/w/.openline/prompts', '/home/me/.config/openline/prompts'],
  isBuiltIn: (name: string) => name === 'subtopics',
};

test('a name means a file of the libraries, a path the file from the pipeline’s folder, a built-in name no file', () => {
  assert.ok(refersTo('mine', '/w/.openline/prompts/mine.prompt.md', places));
  assert.ok(refersTo('mine', '/home/me/.config/openline/prompts/mine.prompt.md', places));
  assert.ok(refersTo('../p/mine.prompt.md', '/w/p/mine.prompt.md', places));
  assert.ok(!refersTo('mine', '/w/p/mine.prompt.md', places));
  assert.ok(!refersTo('subtopics', '/w/.openline/prompts/subtopics.prompt.md', places));
});

test('a renamed file is named as it was before: by its name or by its path', () => {
  const file = '/w/.openline/prompts/new.prompt.md';
  assert.equal(nameFor(file, 'mine', places), 'new');
  assert.equal(nameFor(file, '../.openline/prompts/mine.prompt.md', places), '../.openline/prompts/new.prompt.md');
  assert.equal(nameFor('/w/sub/new.prompt.md', 'mine.prompt.md', places), './new.prompt.md');
});

test('a name keeps its quotes, and has them where YAML would take it for something else', () => {
  assert.equal(writeReference('new', 'mine'), 'new');
  assert.equal(writeReference('new', "'mine'"), '"new"');
  assert.equal(writeReference('on', 'mine'), '"on"');
  assert.equal(writeReference('2024', 'mine'), '"2024"');
  assert.equal(writeReference('a: b', 'mine'), '"a: b"');
});
