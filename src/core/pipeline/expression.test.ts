import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Json } from '../record/json.ts';
import { ExpressionError, parseExpression } from './expression.ts';

const VALUES = {
  n: 3,
  name: 'Ada',
  empty: [],
  list: ['a', 'b'],
  reward: { helpfulness: 1.6 },
  nothing: null,
  yes: true,
};

function work(text: string): Json {
  return parseExpression(text).evaluate(VALUES);
}

function failure(text: string): ExpressionError {
  try {
    work(text);
  } catch (error) {
    assert.ok(error instanceof ExpressionError, String(error));
    return error;
  }
  return assert.fail(`${text} should fail`);
}

describe('expressions', () => {
  const cases: readonly (readonly [string, Json])[] = [
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['-n - -2', -1],
    ['7 // 2 + 7 % 4', 6],
    ['-7 // 2', -4],
    ['-7 % 3', 2],
    ['1.5e2', 150],
    ["'it''s' != 'x'".replace("''", "\\'"), true],
    ['"a\\nb"', 'a\nb'],
    ['name + "!"', 'Ada!'],
    ['list + [n]', ['a', 'b', 3]],
    ['[]', []],
    ['[1, 2,]', [1, 2]],
    ['len(list) > 0 and len(name) == 3', true],
    ['len("😀")', 1],
    ['join(list)', 'a, b'],
    ['join([])', ''],
    ['join([1, "x", [2]])', '1, x, [2]'],
    ['json(reward)', '{"helpfulness":1.6}'],
    ['json(null)', 'null'],
    ['keys(reward) + ["x"]', ['helpfulness', 'x']],
    ['reward.helpfulness >= 1.5 and len(name) > 2', true],
    ['reward.unknown == null', true],
    ['nothing.deeper == null', true],
    ['1 < n < 3', false],
    ['1 < n <= 3', true],
    ['not empty', true],
    ['not not n', true],
    ["'a' in list and 'z' not in list", true],
    ["'d' in name", true],
    ['"keep" if n == 3 else "trim"', 'keep'],
    ['1 if empty else 2 if nothing else 3', 3],
    ['nothing or "default"', 'default'],
    ['true and false or true', true],
    ['[1, [2]] == [1, [2]]', true],
    ['null', null],
    ['lower("ÄB") + upper("c") + trim(" d ")', 'äbCd'],
    ['len(words("one two, three"))', 3],
    ['"two" in words("one two")', true],
    ['contains(lower(name), "ad")', true],
    ['starts_with(name, "A") and ends_with(name, "a")', true],
    ['abs(-2) + round(2.5) + min(3, 1, 2) + max(1, 4,)', 10],
    ['has(name) and not has(missing)', true],
    ['has(reward.helpfulness) and not has(reward.x) and not has(name.length)', true],
  ];
  for (const [text, expected] of cases) {
    it(`${text} is ${JSON.stringify(expected)}`, () => {
      assert.deepEqual(work(text), expected);
    });
  }

  const failures: readonly (readonly [string, ExpressionError['code'], number, RegExp])[] = [
    ['1 +', 'syntax', 4, /missing at the end/u],
    ['n = 3', 'syntax', 3, /did you mean `==`/u],
    ['a && b', 'syntax', 3, /did you mean `and`/u],
    ['"open', 'syntax', 1, /no closing "/u],
    ['(n', 'syntax', 3, /`\)` is missing/u],
    ['n n', 'syntax', 3, /does not fit here/u],
    ['', 'syntax', 1, /empty/u],
    ['1 if n', 'syntax', 7, /`else` is missing/u],
    ['reward.', 'syntax', 8, /after the dot/u],
    ['12x', 'syntax', 1, /number/u],
    ['lst', 'unknown-name', 1, /did you mean `list`.*valid: n, name, empty, list/u],
    ['1 + size(n)', 'unknown-name', 5, /there is len, has/u],
    ['name > 1', 'type', 1, /two numbers or two texts, not a text and a number/u],
    ['nothing > 1', 'type', 1, /not nothing/u],
    ['1 + name', 'type', 5, /a number is wanted, not a text/u],
    ['1 / 0', 'type', 1, /division by zero/u],
    ['len(n)', 'type', 5, /`len` takes/u],
    ['lower(n)', 'type', 7, /`lower` takes a text, not a number/u],
    ['contains(name)', 'syntax', 1, /`contains` takes 2 values, not 1/u],
    ['len(name, 2)', 'syntax', 1, /`len` takes 1 values?, not 2/u],
    ['max(1, name)', 'type', 8, /a number is wanted/u],
    ['has("name")', 'type', 1, /`has` takes the name of a field/u],
    ['toString(n)', 'unknown-name', 1, /there is no function `toString`/u],
    ['keys(list)', 'type', 6, /`keys` takes a map, not a list/u],
    ['join(n)', 'type', 6, /`join` takes a list, not a number/u],
    ['toString', 'unknown-name', 1, /not a name known here/u],
  ];
  for (const [text, code, column, wording] of failures) {
    it(`says where ${JSON.stringify(text)} is wrong`, () => {
      const error = failure(text);
      assert.equal(error.code, code);
      assert.equal(error.column, column);
      assert.match(error.message, wording);
    });
  }

  it('tells the names it uses, and whether it is a name alone', () => {
    assert.deepEqual(parseExpression('a.b + len(c) if d in [e, a] else f').names, ['a', 'c', 'd', 'e', 'f']);
    assert.deepEqual(parseExpression('has(a) and b > 1').names, ['b']);
    assert.equal(parseExpression(' files ').soleName, 'files');
    assert.equal(parseExpression('files.x').soleName, null);
  });

  it('reaches nothing of JavaScript', () => {
    for (const text of ['name.constructor', 'list.length', 'reward.__proto__', 'list.map']) {
      assert.equal(work(text), null);
    }
  });

  it('refuses to be nested without end', () => {
    assert.match(failure('('.repeat(999) + '1' + ')'.repeat(999)).message, /nested too deeply/u);
    assert.equal(work(`${'not '.repeat(900)}n`), true);
    assert.match(failure('1+'.repeat(9999) + '1').message, /longer than 4000/u);
  });

  it('fails with its own error or not at all, whatever it is given', () => {
    const word = fc.constantFrom(
      'n',
      'list',
      '1',
      '"x"',
      '+',
      '-',
      '*',
      '/',
      'and',
      'not',
      'in',
      'if',
      'else',
      '(',
      ')',
      '[',
      ']',
      ',',
      '.',
      '<',
      '==',
      'len(',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word, { maxLength: 12 }).map((words) => words.join(' ')),
        ),
        (text) => {
          try {
            assert.notEqual(work(text), undefined);
          } catch (error) {
            assert.ok(error instanceof ExpressionError, String(error));
            assert.ok(error.column >= 1 && error.column <= text.length + 1);
          }
        },
      ),
    );
  });
});
