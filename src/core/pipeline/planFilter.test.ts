import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { FilterStep } from './plan.ts';
import { pipeline, PlanFixture } from './planFixture.ts';

let fixture: PlanFixture;

before(async () => {
  fixture = await PlanFixture.create();
  await fixture.put('any.jsonl', '{}');
  await fixture.put('schema.json', '{"type": "object"}');
  await fixture.put('list.json', '[]');
});

after(async () => {
  await fixture.dispose();
});

/** A pipeline whose records have the fields text and answer. */
const text = (filter: string): string =>
  pipeline(
    'steps:',
    '  - { id: r, read: { cross: { text: [a], answer: [b] } } }',
    `  - { id: f, filter: { ${filter} } }`,
  );

async function planned(filter: string): Promise<FilterStep> {
  const step = (await fixture.steps(text(filter))).get('f');
  assert.ok(step?.kind === 'filter');
  return step;
}

describe('a filter step', () => {
  it('fills in the usual bounds, which may be changed one by one', async () => {
    const { texts, checks } = await planned(
      'checks: [word_count, { word_count: { min: 5 } }, { digits: { max: 0.5 } }, { top_ngram: { n: 3 } }, refusal, code]',
    );
    assert.deepEqual(texts, ['text']);
    assert.deepEqual(checks, [
      { kind: 'word_count', min: 50, max: 100_000 },
      { kind: 'word_count', min: 5, max: 100_000 },
      { kind: 'digits', max: 0.5 },
      { kind: 'top_ngram', max: 0.2, n: 3 },
      { kind: 'refusal' },
      { kind: 'code', languages: null, assume: null, minBlocks: 0 },
    ]);
  });

  it('takes short and long forms', async () => {
    const { checks } = await planned(
      'text: answer, checks: [{ contains: x }, { matches: { pattern: a+, not: true } }, { language: en }, { language: { in: [de, fr], min_score: 0.4 } }, { schema: schema.json }, { tokens: { max: 9 } }, { score: { field: answer, min: 1 } }]',
    );
    assert.deepEqual(checks, [
      { kind: 'contains', text: 'x', where: 'anywhere', ignoreCase: false, not: false },
      { kind: 'matches', pattern: 'a+', ignoreCase: false, not: true },
      { kind: 'language', languages: ['en'], minScore: 0 },
      { kind: 'language', languages: ['de', 'fr'], minScore: 0.4 },
      { kind: 'schema', schema: { type: 'object' } },
      { kind: 'tokens', encoding: 'o200k_base', max: 9 },
      { kind: 'score', field: 'answer', min: 1 },
    ]);
  });

  it('adds the fields that it marks and stores', async () => {
    assert.deepEqual(
      await fixture.errors(
        pipeline(
          'steps:',
          '  - { id: r, read: { values: [a] } }',
          '  - { id: f, filter: { checks: [refusal], action: mark, store: scores } }',
          '  - { id: g, filter: { when: "len(failed) == 0 and has(scores.refusal)" } }',
        ),
      ),
      [],
    );
  });

  const wrong: readonly (readonly [string, string | RegExp])[] = [
    ['', '5:14-20 missing-key: a filter needs `checks`, `when`, or `field` with `min` or `max`'],
    ['min: 1', '5:24-27 missing-key: `min` needs `field`: the number it is about'],
    ['field: text', '5:24-29 missing-key: `field` needs `min`, `max` or both'],
    ['field: txt, min: 1', /^5:31-34 unknown-field: .*no field `txt` \(did you mean `text`\?\)/u],
    ['field: text, min: 2, max: 1', /^5:42-43 out-of-range: `min` is larger than `max`/u],
    ['text: anser, checks: [refusal]', /^5:30-35 unknown-field: .*did you mean `answer`/u],
    ['text: [text, anser], checks: [refusal]', /^5:37-42 unknown-field/u],
    ['text: answer, when: "true"', '5:24-28 needless-key: `text` has no effect without `checks`'],
    ['checks: [wordcount]', /^5:33-42 invalid-value: .*not a check \(did you mean `word_count`\?\)/u],
    ['checks: [matches]', /^5:33-40 invalid-value: .*`matches` needs to be told what; write \{ matches: … \}/u],
    ['checks: [{ wordcount: {} }]', /^5:35-44 unknown-key: `wordcount` .*did you mean `word_count`/u],
    ['checks: [{ refusal: {}, digits: {} }]', /^5:33-60 conflicting-keys: an entry is exactly one check/u],
    ['checks: [{ digits: { max: 1, mx: 2 } }]', /unknown-key: `mx` .*did you mean `max`/u],
    ['checks: [{ digits: { min: 0.5 } }]', /out-of-range/u],
    ['checks: [{ tokens: {} }]', /missing-key: `tokens` needs `min`, `max` or both/u],
    ['checks: [{ matches: "(a" }]', /^5:44-48 bad-pattern: this is no regular expression: missing closing \)/u],
    ['checks: [{ matches: "(?<=a)b" }]', /bad-pattern: .*look-around and back-references are not there/u],
    ['checks: [{ language: eng }]', /unknown-language: `eng` is not a language \(did you mean `en`/u],
    ['checks: [{ schema: gone.json }]', /missing-file: gone\.json: there is no such file/u],
    ['checks: [{ schema: list.json }]', /missing-file: list\.json: the file holds no JSON object/u],
    ['checks: [{ schema: { type: objekt } }]', /bad-schema: this is no JSON Schema: /u],
    ['checks: [{ schema: { $ref: "http://a.example/s" } }]', /bad-schema: .*can't resolve reference/u],
    ['checks: [{ code: { languages: [pyton] } }]', /python/u],
    ['checks: [{ score: { field: scor, min: 1 } }]', /unknown-field: .*no field `scor`/u],
    ['when: "len(text"', /bad-expression: in `when`: `\)` is missing/u],
    ['when: size(text) > 1', /^5:30-34 bad-expression: in `when`: there is no function `size`; there is len, has/u],
    ['when: anser == 1', /^5:30-40 unknown-field: in `when`: .*did you mean `answer`/u],
    ['checks: [refusal], mark: m', '5:43-47 needless-key: `mark` has no effect without `action: mark`'],
    ['checks: [refusal], action: dorp', /action/u],
  ];
  for (const [filter, expected] of wrong) {
    it(`refuses { ${filter} }`, async () => {
      const errors = await fixture.errors(text(filter));
      assert.equal(errors.length, 1, errors.join('\n'));
      if (typeof expected === 'string') assert.equal(errors[0], expected);
      else assert.match(errors[0] ?? '', expected);
    });
  }
});

describe('edits of a modify step', () => {
  const modify = (entry: string): string =>
    pipeline('steps:', '  - { id: r, read: { values: [a] } }', `  - { id: m, modify: { ${entry} } }`);

  it('are planned in their order, on the named fields', async () => {
    const step = (
      await fixture.steps(
        modify(
          'edit: [trim, redact, { redact: { kinds: [ip], with: X } }, { remove_lines: a }, { slice: { from: b } }]',
        ),
      )
    ).get('m');
    assert.ok(step?.kind === 'modify');
    assert.deepEqual(step.texts, ['text']);
    assert.deepEqual(step.edits, [
      { kind: 'trim' },
      { kind: 'redact', kinds: ['email', 'iban', 'card', 'ssn', 'ip', 'phone'], with: '[{kind}]' },
      { kind: 'redact', kinds: ['ip'], with: 'X' },
      { kind: 'remove_lines', pattern: 'a', ignoreCase: false },
      { kind: 'slice', from: 'b', withMarkers: false },
    ]);
  });

  const wrong: readonly (readonly [string, RegExp])[] = [
    ['text: txt, edit: [trim]', /^5:30-33 unknown-field: .*did you mean `text`/u],
    ['text: text, remove: [text]', /^5:24-28 needless-key: `text` has no effect without `edit`/u],
    ['edit: [strip_htm]', /not an edit \(did you mean `strip_html`\?\)/u],
    ['edit: [slice]', /`slice` needs to be told what/u],
    ['edit: [{ slice: {} }]', /missing-key: `slice` needs `from`, `to` or both/u],
    ['edit: [{ remove_lines: "(" }]', /^5:47-50 bad-pattern/u],
    ['edit: [{ replace: { pattern: "[", with: "" } }]', /^5:53-56 bad-pattern/u],
    ['edit: [{ redact: { kinds: [mail] } }]', /email/u],
    ['edit: [{}]', /conflicting-keys: an entry does exactly one of slice, remove_lines, replace, redact/u],
  ];
  for (const [entry, expected] of wrong) {
    it(`refuses { ${entry} }`, async () => {
      const errors = await fixture.errors(modify(entry));
      assert.equal(errors.length, 1, errors.join('\n'));
      assert.match(errors[0] ?? '', expected);
    });
  }
});
