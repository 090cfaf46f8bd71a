import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { scanTemplate } from './scanTemplate.ts';

test('finds placeholders, each name once and in order', () => {
  const { placeholders, problems } = scanTemplate('{b} and {a_1} and {b} and {_größe}');
  assert.deepEqual(placeholders, ['b', 'a_1', '_größe']);
  assert.deepEqual(problems, []);
});

test('reads doubled braces as braces, also right beside a placeholder', () => {
  const { segments, placeholders, problems } = scanTemplate('{{{x}}} {{x}}');
  assert.deepEqual(problems, []);
  assert.deepEqual(placeholders, ['x']);
  assert.deepEqual(
    segments.map((segment) => (segment.kind === 'placeholder' ? `<${segment.name}>` : segment.text)),
    ['{', '<x>', '}', ' ', '{', 'x', '}'],
  );
});

const REFUSED: readonly (readonly [text: string, code: string, message: RegExp])[] = [
  ['{}', 'nameless-placeholder', /has no name/u],
  ['{ }', 'nameless-placeholder', /has no name/u],
  ['{0}', 'numbered-placeholder', /number/u],
  ['{x!r}', 'placeholder-syntax', /converts its value.*write \{x\}/u],
  ['{x:>10}', 'placeholder-syntax', /formats its value.*write \{x\}/u],
  ['{x.y}', 'placeholder-syntax', /attribute.*write \{x\}/u],
  ['{x[0]}', 'placeholder-syntax', /element.*write \{x\}/u],
  ['{ x }', 'placeholder-syntax', /blanks; write \{x\}/u],
  ['{"a": 1}', 'placeholder-syntax', /\{\{ and \}\} for the braces/u],
  ['{two words}', 'placeholder-syntax', /not a placeholder/u],
  ['{x', 'unbalanced-brace', /never closed/u],
  ['x}', 'unbalanced-brace', /no opening one/u],
];

for (const [text, code, message] of REFUSED) {
  test(`refuses ${text} and says where`, () => {
    const { problems } = scanTemplate(`one {ok} ${text}`);
    assert.equal(problems.length, 1);
    const [problem] = problems;
    assert.equal(problem?.code, code);
    assert.match(problem.message, message);
    assert.equal(problem.start, 'one {ok} '.length + (text === 'x}' ? 1 : 0));
  });
}

test('goes on after a mistake, so that all of them are told', () => {
  const { problems, placeholders } = scanTemplate('{a {b} } {} {c}');
  assert.deepEqual(
    problems.map(({ code, start }) => [code, start]),
    [
      ['unbalanced-brace', 0],
      ['unbalanced-brace', 7],
      ['nameless-placeholder', 9],
    ],
  );
  assert.deepEqual(placeholders, ['b', 'c']);
});

test('the segments tile the text, whatever it is', () => {
  const text = fc
    .array(fc.constantFrom('{', '}', '{{', '}}', '{x}', 'a', '\n', ' ', ':', '0', '😀'))
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, (body) => {
      let offset = 0;
      for (const segment of scanTemplate(body).segments) {
        assert.equal(segment.start, offset);
        assert.ok(segment.end > segment.start);
        offset = segment.end;
      }
      assert.equal(offset, body.length);
    }),
  );
});

test('stays linear on a text made of braces', () => {
  assert.equal(scanTemplate('{a'.repeat(500_000)).problems.length, 500_000);
});
