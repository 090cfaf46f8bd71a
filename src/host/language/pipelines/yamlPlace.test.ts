import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { yamlNodeAt, yamlPlaceAt, yamlRangeOf, type YamlPlace } from './yamlPlace.ts';

/** The place at the `|` of a text. */
function placeIn(text: string): YamlPlace | undefined {
  const before = text.slice(0, text.indexOf('|'));
  const line = before.split('\n').length - 1;
  return yamlPlaceAt(text.replace('|', ''), line, before.length - (before.lastIndexOf('\n') + 1));
}

const shown = (place: YamlPlace | undefined): unknown =>
  place === undefined ? undefined : [place.part, place.path.join('.'), place.siblings.join(' ')];

const steps = 'openline: 1\nsteps:\n  - id: one\n    generate:\n      prompt: p\n';

describe('the place of the cursor in YAML', () => {
  for (const [name, text, expected] of [
    ['an empty file', '|', ['key', '', '']],
    ['a key at the top', 'openline: 1\nre|', ['key', '', 'openline']],
    ['an empty line at the top', 'openline: 1\n|\noutput: x\n', ['key', '', 'openline output']],
    ['a value', 'recipe: op|\noutput: x\n', ['value', 'recipe', 'recipe output']],
    ['a value that is not begun', 'recipe: |\noutput: x\n', ['value', 'recipe', 'recipe output']],
    ['a line further in', 'recipe: open-qa\nwith:\n  |\noutput: x\n', ['key', 'with', '']],
    ['a line further in, beside others', 'with:\n  a: 1\n  |\n', ['key', 'with', 'a']],
    ['a line as deep as the inner map', `${steps}      |`, ['key', 'steps.0.generate', 'prompt']],
    ['a line as deep as the step', `${steps}    |`, ['key', 'steps.0', 'id generate']],
    ['the next element', `${steps}  - |`, ['either', 'steps.1', '']],
    ['a key in braces', 'with: { a: 1, b| }\n', ['key', 'with', 'a']],
    ['a value in braces', 'with: { a: x| }\n', ['value', 'with.a', 'a']],
    ['braces that are open', 'with: { a: 1, |', ['key', 'with', 'a']],
    ['an element in brackets', 'steps:\n  - from: [a, b|]\n', ['value', 'steps.0.from.1', 'from']],
    ['a value in quotes', 'model: "a|"\n', ['value', 'model', 'model']],
    ['a key that has its value', 'openline: 1\nrec|ipe: open-qa\n', ['key', '', 'openline']],
    ['a comment', 'openline: 1 # re|\n', undefined],
    ['a text of several lines', 'values:\n  a: >\n    some |text\n', undefined],
  ] as const) {
    it(`is found in ${name}`, () => {
      assert.deepEqual(shown(placeIn(text)), expected);
    });
  }

  it('comes with the word, its quotes, and whether its key is complete', () => {
    assert.deepEqual(placeIn('model: "nvidia/a:b|c"\n')?.range, { start: 8, end: 19 });
    assert.equal(placeIn('model: "a|"\n')?.isQuoted, true);
    assert.equal(placeIn('rec|ipe: x\n')?.hasColon, true);
    assert.equal(placeIn('with: { a| }\n')?.isFlow, true);
    assert.equal(placeIn('with:\n  a|\n')?.isFlow, false);
  });

  it('is the same with the line ends of Windows', () => {
    assert.deepEqual(shown(yamlPlaceAt('with:\r\n  a: 1\r\n  b\r\n', 2, 3)), ['key', 'with', 'a']);
  });
});

describe('a place in finished YAML', () => {
  it('is told by its path', () => {
    const at = yamlNodeAt(steps, steps.indexOf('prompt') + 2);
    assert.deepEqual([at?.isKey, at?.path], [true, ['steps', 0, 'generate', 'prompt']]);
    const value = yamlNodeAt(steps, steps.indexOf(' p\n') + 1);
    assert.deepEqual([value?.isKey, value?.path], [false, ['steps', 0, 'generate', 'prompt']]);
  });

  it('is found by its path', () => {
    const range = yamlRangeOf(steps, ['steps', 0, 'id'], 'value');
    assert.equal(steps.slice(range?.start, range?.end), 'one');
    assert.equal(yamlRangeOf(steps, ['steps', 1, 'id'], 'value'), undefined);
  });
});
