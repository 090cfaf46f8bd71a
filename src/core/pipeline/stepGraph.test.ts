import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { STEP_KINDS } from './pipelineSchema.ts';
import { pipeline, PlanFixture } from './planFixture.ts';

let fixture: PlanFixture;

before(async () => {
  fixture = await PlanFixture.create();
});

after(async () => {
  await fixture.dispose();
});

const read = (id: string, more = ''): string => `  - { id: ${id}, read: { values: [x] }${more} }`;
const modify = (id: string, more = ''): string => `  - { id: ${id}, modify: {}${more} }`;

async function flow(...steps: readonly string[]): Promise<string> {
  const plan = await fixture.plan(pipeline('steps:', ...steps));
  return plan.steps
    .map(({ id, from }) => `${id}<${from.map((entry) => `${entry.source}${entry.step}`).join()}`)
    .join(' ');
}

async function errors(...steps: readonly string[]): Promise<readonly string[]> {
  return fixture.errors(pipeline('steps:', ...steps));
}

describe('the order of steps', () => {
  it('is as written, each reading from the one before', async () => {
    assert.equal(await flow(read('a'), modify('b'), modify('c')), 'a< b<0a c<0b');
  });

  it('puts no step before one it reads from', async () => {
    const text = [read('a'), modify('b', ', from: [d, a]'), read('c'), modify('d'), modify('e', ', from: b')];
    assert.equal(await flow(...text), 'a< c< d<0c b<0d,1a e<0b');
  });

  it('has keys with a prefix only where several sources are written', async () => {
    const plan = await fixture.plan(
      pipeline(
        'steps:',
        read('a'),
        read('b', ', when: false'),
        modify('c', ', from: [a, b]'),
        modify('d', ', from: [c]'),
      ),
    );
    assert.deepEqual(
      plan.steps.map(({ prefixesKeys }) => prefixesKeys),
      [false, true, false],
    );
  });
});

describe('when', () => {
  it('leaves a step out, also of lists; the step after reads from the one before', async () => {
    assert.equal(await flow(read('a'), modify('b', ', when: false'), modify('c')), 'a< c<0a');
    assert.equal(await flow(read('a', ', when: 1 > 2'), read('b'), modify('c', ', from: [a, b]')), 'b< c<1b');
  });

  it('leaves out what has nothing left to read from', async () => {
    assert.equal(
      await flow(read('a', ', when: false'), modify('b', ', from: a'), read('c'), modify('d', ', from: [b, c]')),
      'c< d<1c',
    );
  });

  it('is checked where it stands', async () => {
    assert.deepEqual(await errors(read('a', ', when: 1 + n')), [
      '4:47-48 bad-expression: in `when`: `n` is not a name known here; there are none',
    ]);
    assert.match((await errors(read('a', ", when: 'x'"))).join(), /^4:43-46 bad-expression/u);
  });
});

describe('mistakes in from', () => {
  it('are named at their place', async () => {
    assert.deepEqual(await errors(read('a'), modify('b', ', from: [a, aa]')), [
      '5:36-38 unknown-step: `aa` is not a step (did you mean `a`?); valid: a',
    ]);
    assert.deepEqual(await errors(read('a'), modify('b', ', from: [a, a]')), [
      '5:36-37 duplicate-from: a is listed twice in `from`',
    ]);
    assert.deepEqual(await errors(read('b'), read('a', ', from: b')), [
      '5:37-41 needless-from: a step that reads has no `from`: it starts the flow',
    ]);
    assert.deepEqual(await errors(read('a'), modify('a')), [
      '5:11-12 duplicate-step: there are several steps with the id a',
    ]);
  });

  it('that make a circle are told once, with the circle', async () => {
    const [error, ...more] = await errors(read('a'), modify('b', ', from: [a, d]'), modify('c'), modify('d'));
    assert.equal(error, '5:32-38 cycle: steps read from each other in a circle: b ← d ← c ← b');
    assert.deepEqual(more, []);
    assert.match((await errors(read('a'), modify('b', ', from: b'))).join(), /b ← b/u);
  });
});

describe('a step', () => {
  it('does exactly one thing', async () => {
    assert.deepEqual(await errors('  - { id: a }'), [
      `4:11-12 missing-kind: the step a does nothing: it needs one of ${STEP_KINDS.join(', ')}`,
    ]);
    assert.deepEqual(await errors('  - { id: a, read: { values: [x] }, modify: {} }'), [
      `4:37-43 conflicting-keys: a step does exactly one thing: one of ${STEP_KINDS.join(', ')}`,
    ]);
  });

  it('has a proper id', async () => {
    assert.match(
      (await errors('  - { id: a b, read: { values: [x] } }')).join('\n'),
      /^4:11-14 invalid-value: `id`: a step id is a word/u,
    );
    assert.match((await errors('  - { read: { values: [x] } }')).join('\n'), /^4:7-11 missing-key: `id`: is missing/u);
  });

  it('that changes or filters needs something to work on', async () => {
    assert.match((await errors(modify('a'))).join('\n'), /4:11-12 missing-source: the step a has nothing to work on/u);
  });

  it('that filters has sound bounds and a field that is there', async () => {
    const filter = (body: string): Promise<readonly string[]> =>
      errors(read('a'), `  - { id: f, filter: { ${body} } }`);
    assert.deepEqual(await filter('field: text'), ['5:24-29 missing-key: `field` needs `min`, `max` or both']);
    assert.deepEqual(await filter('field: txt, min: 1'), [
      '5:31-34 unknown-field: the records here have no field `txt` (did you mean `text`?); they have text',
    ]);
    assert.match((await filter('field: text.length, min: 3, max: 1')).join(), /5:49-50 out-of-range: `min` is larger/u);
  });

  it('that changes fields knows them', async () => {
    assert.match(
      (await errors(read('a'), '  - { id: m, modify: { rename: { txt: t }, remove: [gone] } }')).join('\n'),
      /5:34-37 unknown-field.*`txt`.*\n5:53-57 unknown-field.*`gone`/u,
    );
  });
});
