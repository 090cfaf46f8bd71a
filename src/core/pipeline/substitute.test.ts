import assert from 'node:assert/strict';
import { it } from 'node:test';
import { namesUsed, pathKey, substitute } from './substitute.ts';

const PARAMETERS = { n: 3, names: ['a', 'b'], nothing: null, mode: 'trim' };

it('gives whole values their type and others their text', () => {
  const { value } = substitute(
    { n: '${n}', list: ['${names}', 'x${n}y${mode}', '${n + 1}'], plain: '$n {n}' },
    PARAMETERS,
  );
  assert.deepEqual(value, { n: 3, list: [['a', 'b'], 'x3ytrim', 4], plain: '$n {n}' });
});

it('leaves out entries that come to nothing, and keeps null where it was written', () => {
  assert.deepEqual(substitute({ a: '${nothing}', b: null, c: ['${nothing}'] }, PARAMETERS).value, {
    b: null,
    c: [null],
  });
  assert.deepEqual(
    substitute({ chunk: { by: '${nothing}', more: { size: '${nothing}' } }, empty: {} }, PARAMETERS).value,
    {
      empty: {},
    },
  );
});

it('tells where parameters stand alone', () => {
  const { origins } = substitute({ read: { values: '${names}', as: '${mode + ""}' } }, PARAMETERS);
  assert.deepEqual([...origins], [[pathKey(['read', 'values']), 'names']]);
});

it('reads braces in quotes as text', () => {
  assert.equal(substitute('${"}" + mode}', PARAMETERS).value, '}trim');
});

it('tells what cannot be worked out, and where', () => {
  const { problems } = substitute({ a: ['${m}', '${n +}'] }, PARAMETERS);
  assert.deepEqual(
    problems.map(({ path }) => path),
    [
      ['a', 0],
      ['a', 1],
    ],
  );
  assert.match(problems[0]?.message ?? '', /in `\$\{m\}`: `m` is not/u);
});

it('names what is used anywhere', () => {
  assert.deepEqual(namesUsed({ a: ['${n}', { b: '${len(names)} of ${mode}' }], c: 1 }), ['n', 'names', 'mode']);
});
