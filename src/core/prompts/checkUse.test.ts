import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkTemplate, type NamedUse, type TextFix } from './checkUse.ts';

const origin = { id: 'mine', source: 'mine.prompt.md' };
const use: NamedUse = {
  pipeline: 'tides',
  step: 'subtopics',
  template: { id: 'mine', source: 'mine.prompt.md' },
  placeholders: ['macro_topic', 'n_subtopics'],
  at: { file: 'tides.openline.yaml' },
  supplies: ['macro_topic', 'n_subtopics'],
  isOpen: false,
  expected: ['macro_topic', 'n_subtopics'],
  bind: {},
  values: {},
  replaces: 'subtopics',
};

const apply = (text: string, { start, end, text: by }: TextFix): string => text.slice(0, start) + by + text.slice(end);

function check(text: string, uses: readonly NamedUse[] = [use]) {
  return checkTemplate(text, origin, uses);
}

test('a template that fits its uses has nothing to tell', () => {
  assert.deepEqual(check('Name {n_subtopics} subtopics of {macro_topic}.\n'), []);
  assert.deepEqual(check('Name {anything}.\n', []), []);
});

test('a misspelt placeholder is told with what is meant, and mended', () => {
  const text = '---\nexpects: list\n---\n\nName {n_subtopics} of {macro_topics}.\n';
  const byCode = new Map(check(text).map((finding) => [finding.code, finding]));
  assert.deepEqual([...byCode.keys()].sort(), ['misspelt-placeholder', 'missing-placeholder'].sort());
  const wrong = byCode.get('misspelt-placeholder');
  assert.equal(text.slice(wrong?.start, wrong?.end), '{macro_topics}');
  assert.deepEqual({ line: wrong?.position?.line, column: wrong?.position?.column }, { line: 5, column: 23 });
  const [fix] = wrong?.fixes ?? [];
  assert.ok(fix !== undefined);
  assert.deepEqual(check(apply(text, fix)), []);
  assert.match(byCode.get('missing-placeholder')?.message ?? '', /no \{macro_topic\}, which subtopics has in tides/u);
});

test('a placeholder that nothing fills in can be written as text', () => {
  const text = 'Name {n_subtopics} of {macro_topic} for {zoology}.';
  const [unknown, ...others] = check(text);
  assert.deepEqual(others, []);
  assert.equal(unknown?.code, 'unknown-placeholder');
  assert.equal(unknown.severity, 'error');
  const [fix] = unknown.fixes;
  assert.ok(fix !== undefined);
  assert.match(apply(text, fix), /for \{\{zoology\}\}\.$/u);
});

test('where records may have any field, no placeholder is unknown', () => {
  assert.deepEqual(check('{n_subtopics} {macro_topic} {zoology}', [{ ...use, isOpen: true }]), []);
});

test('a placeholder in the system message is one', () => {
  assert.deepEqual(check('---\nsystem: About {macro_topic}.\n---\n\nName {n_subtopics}.\n'), []);
});

test('mistakes of the template itself are told beside those of its uses, each with a fix', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['{n_subtopics} {macro_topic} }', 'unbalanced-brace', '{n_subtopics} {macro_topic} }}'],
    ['{n_subtopics} {macro_topic} {', 'unbalanced-brace', '{n_subtopics} {macro_topic} {{'],
    ['{ n_subtopics } {macro_topic}', 'placeholder-syntax', '{n_subtopics} {macro_topic}'],
    ['{n_subtopics} {macro_topic} {}', 'nameless-placeholder', '{n_subtopics} {macro_topic} {{}}'],
    [
      '---\nexpect: list\n---\n{n_subtopics} {macro_topic}',
      'unknown-key',
      '---\nexpects: list\n---\n{n_subtopics} {macro_topic}',
    ],
    [
      '---\nexpects: lists\n---\n{n_subtopics} {macro_topic}',
      'unknown-value',
      '---\nexpects: list\n---\n{n_subtopics} {macro_topic}',
    ],
  ];
  for (const [text, code, mended] of cases) {
    const finding = check(text).find((candidate) => candidate.code === code);
    assert.ok(
      finding !== undefined,
      `${text}: ${check(text)
        .map((one) => one.code)
        .join(', ')}`,
    );
    assert.ok(
      finding.fixes.some((fix) => apply(text, fix) === mended),
      `${text}: ${finding.fixes.map((fix) => apply(text, fix)).join(' | ')}`,
    );
  }
});
