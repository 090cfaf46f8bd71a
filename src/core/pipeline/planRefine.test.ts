import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { pipeline, PlanFixture } from './planFixture.ts';

let fixture: PlanFixture;
before(async () => {
  fixture = await PlanFixture.create();
});
after(async () => {
  await fixture.dispose();
});

/** A pipeline whose generate step has these further lines. */
const withLines = (...lines: readonly string[]): string =>
  pipeline(
    'steps:',
    '  - { id: docs, read: { values: [a] } }',
    '  - id: new',
    '    generate:',
    '      prompt: { text: "About {text}" }',
    ...lines.map((line) => `      ${line}`),
  );

describe('segments and refinements of a generate step', () => {
  it('are planned with their defaults', async () => {
    const lines = [
      'segments: { field: text, max_input_tokens: 100 }',
      'refine: [remove_quotes, join, { min_tokens: 3 }]',
    ];
    const { segments, refinement, encoding } = await fixture.generateStep(withLines(...lines), 'new');
    assert.deepEqual(segments, { field: 'text', minDocumentTokens: 0, minTokens: 0, maxInputTokens: 100 });
    assert.deepEqual(refinement, {
      each: [{ kind: 'remove_quotes' }],
      separator: '\n',
      joined: [{ kind: 'min_tokens', tokens: 3 }],
    });
    assert.equal(encoding, 'o200k_base');
  });

  it('need no encoding where no tokens are counted', async () => {
    const step = await fixture.generateStep(withLines('refine: [remove_markdown]'), 'new');
    assert.equal(step.encoding, undefined);
  });

  const wrong: readonly (readonly [string, readonly string[], string])[] = [
    [
      'a field that is not there',
      ['segments: { field: txt, max_input_tokens: 100 }'],
      '8:26-29 unknown-field: the records here have no field `txt` (did you mean `text`?); they have text',
    ],
    [
      'a limit that is missing',
      ['segments: { field: text }'],
      '8:7-15 missing-key: `max_input_tokens`: is missing; expected a whole number of at least 1',
    ],
    [
      'a list',
      ['expect: { list: topic }', 'refine: [remove_quotes]'],
      '9:7-13 conflicting-keys: `refine` needs an answer that is a text, not a list',
    ],
    [
      'several answers to a segment',
      ['generation: { n: 2 }', 'segments: { field: text, max_input_tokens: 100 }'],
      '9:7-15 conflicting-keys: each segment has one answer, and `generation` asks for n: 2',
    ],
    ['joining nothing', ['refine: [join]'], '8:16-20 needless-key: `join` has no effect without `segments`'],
    [
      'joining twice',
      ['segments: { field: text, max_input_tokens: 100 }', 'refine: [join, { join: " " }]'],
      '9:22-35 conflicting-keys: answers are joined once',
    ],
    [
      'two things in one entry',
      ['refine: [{ min_tokens: 3, max_tokens: 5 }]'],
      '8:16-48 conflicting-keys: an entry does exactly one of min_tokens, max_tokens, prefix, join, diverse_qa',
    ],
    [
      'an encoding in vain',
      ['refine: [remove_quotes]', 'encoding: cl100k_base'],
      '9:7-15 needless-key: `encoding` has no effect where no tokens are counted',
    ],
  ];
  for (const [what, lines, expected] of wrong) {
    it(`refuse ${what}`, async () => {
      assert.deepEqual(await fixture.errors(withLines(...lines)), [expected]);
    });
  }

  it('tell of words that they do not know', async () => {
    for (const lines of [['refine: [remove_markdwn]'], ['refine: [{ min_token: 3 }]'], ['encoding: p50k']]) {
      const errors = await fixture.errors(withLines(...lines));
      assert.equal(errors.length, 1, errors.join('\n'));
      assert.match(errors[0] ?? '', /^8:\d+-\d+ .*(?:remove_markdown|min_tokens|cl100k_base)/u);
    }
  });
});
