import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import type { Json } from '../record/json.ts';
import type { DataPath } from './checkValue.ts';
import { applyChanges, setYaml, UnchangeableYamlError } from './editYaml.ts';

const pipeline = `# Questions about the harbour.
openline: 1
endpoint: 'sample'   # no network
recipe: closed-qa
with:
  files: [docs/**/*.md]   # what is read
  n_openlines: 4 # Questions about each document
  # Also possible:
  # attempts: 2 # How often a request is made

# Where it goes:
output: data/questions.jsonl
`;

function changed(text: string, path: DataPath, value: Json | undefined, order?: readonly string[]): string {
  return applyChanges(text, setYaml(text, path, value, order === undefined ? {} : { order }));
}

/** The lines that differ, as `- old` and `+ new`. */
function difference(before: string, after: string): string[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  return [
    ...old.filter((line) => !now.includes(line)).map((line) => `- ${line}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `+ ${line}`),
  ];
}

describe('a value in YAML text', () => {
  it('is replaced where it stands; its comment, its quotes and everything else stay', () => {
    assert.deepEqual(difference(pipeline, changed(pipeline, ['with', 'n_openlines'], 7)), [
      '-   n_openlines: 4 # Questions about each document',
      '+   n_openlines: 7 # Questions about each document',
    ]);
    assert.deepEqual(difference(pipeline, changed(pipeline, ['endpoint'], 'local: vllm')), [
      "- endpoint: 'sample'   # no network",
      "+ endpoint: 'local: vllm'   # no network",
    ]);
    assert.deepEqual(difference(pipeline, changed(pipeline, ['with', 'files'], ['a.md', 'b, c.md'])), [
      '-   files: [docs/**/*.md]   # what is read',
      '+   files: [a.md, "b, c.md"]   # what is read',
    ]);
  });

  it('that was commented out is taken into use with its comment, and goes back there', () => {
    const set = changed(pipeline, ['with', 'attempts'], 3);
    assert.deepEqual(difference(pipeline, set), [
      '-   # attempts: 2 # How often a request is made',
      '+   attempts: 3 # How often a request is made',
    ]);
    assert.deepEqual(difference(set, changed(set, ['with', 'attempts'], undefined)), [
      '-   attempts: 3 # How often a request is made',
      '+   # attempts: 3 # How often a request is made',
    ]);
  });

  it('that is new gets a line of its own at the usual place, with the map around it', () => {
    const order = ['openline', 'endpoint', 'model', 'generation', 'recipe'];
    const set = changed(pipeline, ['model'], 'a: b', order);
    assert.ok(set.includes('endpoint: \'sample\'   # no network\nmodel: "a: b"\nrecipe:'), set);
    const generation = changed(pipeline, ['generation', 'temperature'], 0.5, order);
    assert.ok(generation.includes('# no network\ngeneration:\n  temperature: 0.5\nrecipe:'), generation);
    const both = changed(generation, ['generation', 'max_tokens'], 100);
    assert.ok(both.includes('  temperature: 0.5\n  max_tokens: 100\nrecipe:'), both);
    assert.equal(changed(both, ['generation', 'max_tokens'], undefined), generation);
    assert.equal(changed(generation, ['generation', 'temperature'], undefined), pipeline);
  });

  it('in braces stays in braces', () => {
    const text = 'with: { a: 1, b: x }  # why\noutput: o\n';
    assert.equal(changed(text, ['with', 'c'], 'y, z'), 'with: { a: 1, b: x, c: "y, z" }  # why\noutput: o\n');
    assert.equal(changed(text, ['with', 'b'], undefined), 'with: { a: 1 }  # why\noutput: o\n');
    assert.equal(changed(text, ['with', 'a'], undefined), 'with: { b: x }  # why\noutput: o\n');
    assert.equal(changed('with: {}\n', ['with', 'a'], 2), 'with: { a: 2 }\n');
  });

  it('of a list on lines changes the lines that differ alone', () => {
    const text = 'list:\n  - one   # first\n  - two\n\n  # the last\n  - three\nnext: 1\n';
    assert.equal(changed(text, ['list'], ['one', 'TWO', 'three']), text.replace('two', 'TWO'));
    assert.equal(changed(text, ['list'], ['one', 'three']), text.replace('  - two\n', ''));
    assert.equal(
      changed(text, ['list'], ['one', 'two', 'three', 'four']),
      text.replace('- three', '- three\n  - four'),
    );
    assert.equal(
      changed(text, ['list'], ['zero', 'one', 'two', 'three']),
      text.replace('  - one', '  - zero\n  - one'),
    );
    assert.deepEqual(parse(changed(text, ['list'], undefined)), { next: 1 });
    assert.equal(changed(text, ['list', 3], 'four'), text.replace('- three', '- three\n  - four'));
  });

  it('of several lines is written as such, and back', () => {
    const text = 'steps:\n  - id: a\n    generate:\n      prompt: x # p\n';
    const path = ['steps', 0, 'generate', 'system'];
    const set = changed(text, path, 'You are kind.\nAnswer.');
    assert.ok(set.endsWith('prompt: x # p\n      system: |-\n        You are kind.\n        Answer.\n'), set);
    assert.ok(changed(set, path, 'Short').endsWith('      system: Short\n'));
    assert.equal(changed(set, path, undefined), text);
  });

  it('in steps is changed by its place, and steps come and go as lines', () => {
    const text = 'steps:\n  - id: a\n    read: { files: x }\n  # second\n  - id: b\n    filter: { field: s, min: 1 }\n';
    assert.equal(changed(text, ['steps', 1, 'filter', 'min'], 2), text.replace('min: 1', 'min: 2'));
    assert.equal(
      changed(text, ['steps', 2], { id: 'c', dedup: { fields: ['q'] } }),
      `${text.trimEnd()}\n  - id: c\n    dedup: { fields: [q] }\n`,
    );
    assert.equal(changed(text, ['steps', 1], undefined), text.slice(0, text.indexOf('  - id: b')));
  });

  it('is never guessed at where the text is no YAML', () => {
    assert.throws(() => setYaml('a: [1\nb: 2\n', ['b'], 3), UnchangeableYamlError);
  });

  it('is what was asked for afterwards, whatever it is and wherever it stands, and no comment is lost', () => {
    const paths: readonly DataPath[] = [
      ['endpoint'],
      ['with', 'files'],
      ['with', 'n_openlines'],
      ['with', 'new'],
      ['generation', 'stop'],
      ['output'],
    ];
    const texts = fc.oneof(fc.string(), fc.constantFrom('yes', '1', '', '# no', 'a: b', 'x\ny', "it's", '- a'));
    const values = fc.oneof(texts, fc.integer(), fc.boolean(), fc.array(texts, { minLength: 1, maxLength: 4 }));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...paths), values), { maxLength: 6 }), (edits) => {
        let text = pipeline;
        for (const [path, value] of edits) {
          text = changed(text, path, value);
          const found = path.reduce<unknown>((data, name) => (data as Record<string, unknown>)[name], parse(text));
          assert.deepEqual(found, value);
        }
        for (const comment of [
          '# Questions about the harbour.',
          '# no network',
          '# Where it goes:',
          '# what is read',
        ]) {
          assert.ok(text.includes(comment), `${comment} is lost in ${text}`);
        }
      }),
      { numRuns: 300 },
    );
  });
});
