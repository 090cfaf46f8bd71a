import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { applyChanges, UnchangeableYamlError } from './editYaml.ts';
import { swapYaml } from './moveYaml.ts';

function swap(text: string, index: number): string {
  return applyChanges(text, swapYaml(text, ['steps'], index));
}

const steps = `openline: 1
steps:
  # What is read.
  - id: docs # the source
    read: { files: docs/*.md }

  - id: unique
    dedup:
      fields: [text]
      # threshold: 0.9
  # Long ones alone.
  - id: long
    filter: { field: text, min: 10 } # letters
outputs: []
`;

describe('two elements of a list in YAML text', () => {
  it('change places with the comments that stand at them, and the blank line between them stays', () => {
    const after = `openline: 1
steps:
  - id: unique
    dedup:
      fields: [text]
      # threshold: 0.9

  # What is read.
  - id: docs # the source
    read: { files: docs/*.md }
  # Long ones alone.
  - id: long
    filter: { field: text, min: 10 } # letters
outputs: []
`;
    assert.equal(swap(steps, 0), after);
    assert.equal(swap(after, 0), steps);
  });

  it('change places at the end of a file without a last line break, under Windows’ line ends, and in brackets', () => {
    assert.equal(swap('steps:\n- id: a\n- id: b', 0), 'steps:\n- id: b\n- id: a');
    assert.equal(swap('steps:\r\n- id: a\r\n- id: b\r\n', 0), 'steps:\r\n- id: b\r\n- id: a\r\n');
    assert.equal(
      swap('steps: [{ id: a }, { id: b, x: 1 }] # both\n', 0),
      'steps: [{ id: b, x: 1 }, { id: a }] # both\n',
    );
    assert.equal(swap('steps:\n  -\n    id: a\n  -\n    id: b\n', 0), 'steps:\n  -\n    id: b\n  -\n    id: a\n');
  });

  it('stay where they are when one of them refers to the other, or is not there', () => {
    assert.throws(() => swap('steps:\n- &a { id: a }\n- *a\n', 0), UnchangeableYamlError);
    for (const index of [-1, 2, 3]) assert.throws(() => swap(steps, index), UnchangeableYamlError, String(index));
    assert.throws(() => swap('steps: 3\n', 0), UnchangeableYamlError);
    assert.throws(() => swap('steps: [\n', 0), UnchangeableYamlError);
  });

  it('change places whatever they hold', () => {
    const values = fc.array(fc.jsonValue({ maxDepth: 3 }), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(values, fc.nat(), fc.boolean(), (held, seed, isFlow) => {
        const index = seed % (held.length - 1);
        const text = stringify({ steps: held }, isFlow ? { collectionStyle: 'flow' } : {});
        const expected = [...(parse(text) as { steps: unknown[] }).steps];
        expected.splice(index, 2, expected[index + 1], expected[index]);
        assert.deepEqual((parse(swap(text, index)) as { steps: unknown[] }).steps, expected);
      }),
    );
  });
});
