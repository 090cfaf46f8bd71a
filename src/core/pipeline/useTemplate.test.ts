import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { useTemplate } from './useTemplate.ts';

function edited(lines: readonly string[], step: string, name: string): readonly string[] | undefined {
  const text = `${lines.join('\n')}\n`;
  const edit = useTemplate(text, step, name);
  if (edit === undefined) return undefined;
  return `${text.slice(0, edit.start)}${edit.text}${text.slice(edit.end)}`.trimEnd().split('\n');
}

describe('a template for a step of a pipeline', () => {
  it('of a recipe stands under `prompts`, behind its parameters', () => {
    const text = ['openline: 1', 'recipe: open-qa # as ever', 'with:', '  n_subtopics: 2 # few', 'output: a.jsonl'];
    assert.deepEqual(edited(text, 'subtopics', 'mine'), [
      ...text.slice(0, 4),
      'prompts:',
      '  subtopics: mine',
      'output: a.jsonl',
    ]);
    const short = ['openline: 1', 'recipe: open-qa'];
    assert.deepEqual(edited(short, 'subtopics', 'true'), [...short, 'prompts:', '  subtopics: "true"']);
  });

  it('takes the place of the one there is, whatever its form; comments stay', () => {
    const put = (...prompts: readonly string[]): readonly string[] | undefined =>
      edited(['recipe: open-qa', ...prompts, 'output: a.jsonl'], 'subtopics', 'mine')?.slice(1, -1);
    assert.deepEqual(put('prompts: { subtopics: old }'), ['prompts: { subtopics: mine }']);
    assert.deepEqual(put('prompts: { openlines: other }'), ['prompts: { openlines: other, subtopics: mine }']);
    assert.deepEqual(put('prompts: {}'), ['prompts: { subtopics: mine }']);
    assert.deepEqual(put('prompts:'), ['prompts:', '  subtopics: mine']);
    assert.deepEqual(put('prompts:', '  # narrow', '  subtopics: "old" # tried', '  openlines: x'), [
      'prompts:',
      '  # narrow',
      '  subtopics: "mine" # tried',
      '  openlines: x',
    ]);
    assert.deepEqual(put('prompts:', '  openlines: x # kept'), [
      'prompts:',
      '  subtopics: mine',
      '  openlines: x # kept',
    ]);
    assert.deepEqual(put('prompts:', '  subtopics:', '    text: |', '      Name {n_subtopics}.', '  openlines: x'), [
      'prompts:',
      '  subtopics: mine',
      '  openlines: x',
    ]);
    assert.deepEqual(put('prompts: { subtopics: { text: "Name {n_subtopics}" } }'), ['prompts: { subtopics: mine }']);
  });

  it('of a step of the file is its `prompt`', () => {
    const steps = [
      'steps:',
      '  - { id: a, read: { values: [x] } }',
      '  - { id: b, generate: { prompt: old, bind: { topic: text } } } # asks',
      '  - id: c',
      '    dialogue:',
      '      openline: text # first',
    ];
    assert.equal(
      edited(steps, 'b', 'prompts/x.prompt.md')?.[2],
      '  - { id: b, generate: { prompt: prompts/x.prompt.md, bind: { topic: text } } } # asks',
    );
    assert.deepEqual(edited(steps, 'c', 'mine')?.slice(4), [
      '    dialogue:',
      '      prompt: mine',
      '      openline: text # first',
    ]);
    assert.equal(edited(steps, 'a', 'mine'), undefined);
    assert.equal(edited(['steps: ['], 'a', 'mine'), undefined);
  });
});
