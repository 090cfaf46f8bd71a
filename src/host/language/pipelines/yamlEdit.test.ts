import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setInYaml } from './yamlEdit.ts';
import type { YamlPath } from './yamlPlace.ts';

function changed(text: string, path: YamlPath, value: string): string | undefined {
  const change = setInYaml(text, path, value);
  return change === undefined ? undefined : text.slice(0, change.start) + change.text + text.slice(change.end);
}

describe('a value set in YAML text', () => {
  for (const [name, text, path, expected] of [
    ['in the place of another', 'a: 1 # one\nb: 2\n', ['a'], 'a: 5 # one\nb: 2\n'],
    [
      'deep in braces',
      's:\n  - { id: x, f: { min: 3 } } # why\n',
      ['s', 0, 'f', 'min'],
      's:\n  - { id: x, f: { min: 5 } } # why\n',
    ],
    ['added in braces', 'f: { min: 3 }\n', ['f', 'max'], 'f: { min: 3, max: 5 }\n'],
    ['added to empty braces', 'f: {}\n', ['f', 'max'], 'f: { max: 5 }\n'],
    [
      'added behind the last key, its remark stays',
      'f:\n  min: 3 # least\ng: 1\n',
      ['f', 'max'],
      'f:\n  min: 3 # least\n  max: 5\ng: 1\n',
    ],
    [
      'added to a list element',
      's:\n  - id: x\n    f: a\n\n  - id: y\n',
      ['s', 0, 'g'],
      's:\n  - id: x\n    f: a\n    g: 5\n\n  - id: y\n',
    ],
    ['added with the maps it needs', 'a: 1\n', ['f', 'max'], 'a: 1\nf: { max: 5 }\n'],
    ['at the end of a text without a line end', 'a: 1', ['b'], 'a: 1\nb: 5'],
    [
      'behind a text of several lines',
      'f:\n  t: |\n    one\n    two\ng: 1\n',
      ['f', 'n'],
      'f:\n  t: |\n    one\n    two\n  n: 5\ng: 1\n',
    ],
  ] as const) {
    it(`stands ${name}`, () => {
      assert.equal(changed(text, path, '5'), expected);
    });
  }

  it('is not set in what is no YAML, nor through what is no map', () => {
    assert.equal(changed('a: [', ['a'], '5'), undefined);
    assert.equal(changed('a: 1\n', ['a', 'b'], '5'), undefined);
  });
});
