import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChatMessage } from '../endpoints/endpoint.ts';
import type { Ask, GenerateStep, ListExpectation } from '../pipeline/plan.ts';
import { parseTemplate } from '../prompts/parseTemplate.ts';
import type { JsonObject } from '../record/json.ts';
import { createGenerateRunner } from './generate.ts';
import { StepFailedError, type Asked, type Outcome } from './step.ts';

const template = parseTemplate('Name {n} things about {topic}.\n', { id: 'things', source: 'inline:things' });
const conversionTemplate = parseTemplate('As YAML: {llm_response}\n', { id: 'yaml', source: 'inline:yaml' });
const ask: Ask = { endpoint: 'e', model: 'm', generation: {} };

function listStep(expect: Partial<ListExpectation> = {}, step: Partial<GenerateStep> = {}): GenerateStep {
  return {
    id: 'things',
    kind: 'generate',
    from: [],
    prefixesKeys: false,
    template,
    bind: {},
    values: { n: 3 },
    ask,
    keepTruncated: false,
    essential: false,
    expect: {
      kind: 'list',
      field: 'thing',
      length: 3,
      onMismatch: 'trim',
      onUnreadable: 'discard',
      attempts: 2,
      conversion: { ...ask, mode: 'auto', template: conversionTemplate },
      ...expect,
    },
    ...step,
  };
}

interface Question {
  readonly purpose: string;
  readonly attempt: number;
  readonly ask: Ask;
  readonly messages: readonly ChatMessage[];
}

/** Runs a step on one record against answers given in order. */
async function run(step: GenerateStep, answers: readonly (string | Asked)[], fields: JsonObject = { topic: 'tides' }) {
  const asked: Question[] = [];
  const outcome: Outcome = await createGenerateRunner(step).run(
    { fields, key: [4], place: [4] },
    {
      ask(purpose, attempt, how, messages) {
        asked.push({ purpose, attempt, ask: how, messages });
        const answer = answers[asked.length - 1];
        assert.ok(answer !== undefined, 'more was asked than expected');
        const address = `things/${purpose}/${attempt}`;
        return Promise.resolve(
          typeof answer === 'string'
            ? { answer: { choices: [{ text: answer, finishReason: 'stop' }], model: 'm', usage: null }, address }
            : answer,
        );
      },
    },
  );
  assert.equal(asked.length, answers.length);
  return { outcome, asked, things: outcome.records.map((record) => record.fields['thing']) };
}

test('a list becomes records that keep the fields of their parent, with their index', async () => {
  const { outcome, asked } = await run(listStep(), ['1. ebb\n2. flood\n3. slack']);
  assert.deepEqual(
    outcome.records.map(({ fields, index }) => [fields, index]),
    [
      [{ topic: 'tides', thing: 'ebb' }, 0],
      [{ topic: 'tides', thing: 'flood' }, 1],
      [{ topic: 'tides', thing: 'slack' }, 2],
    ],
  );
  assert.deepEqual(asked[0]?.messages, [{ role: 'user', content: 'Name 3 things about tides.' }]);
});

test('a longer list is cut, and what was cut is among the rejects; a shorter one is kept', async () => {
  const longer = await run(listStep(), ['- a\n- b\n- c\n- d']);
  assert.deepEqual(longer.things, ['a', 'b', 'c']);
  assert.deepEqual(
    longer.outcome.rejections.map(({ reason, fields }) => [reason, fields?.['thing']]),
    [['surplus', 'd']],
  );
  const shorter = await run(listStep(), ['- a\n- b']);
  assert.deepEqual(shorter.things, ['a', 'b']);
});

test('keep, discard and fail do as they say with a list of another length', async () => {
  assert.deepEqual((await run(listStep({ onMismatch: 'keep' }), ['- a\n- b\n- c\n- d'])).things, ['a', 'b', 'c', 'd']);
  const discarded = await run(listStep({ onMismatch: 'discard' }), ['- a']);
  assert.deepEqual(discarded.things, []);
  assert.equal(discarded.outcome.rejections[0]?.reason, 'list-length');
  await assert.rejects(run(listStep({ onMismatch: 'fail' }), ['- a']), StepFailedError);
});

test('auto asks the model to convert what cannot be read, and checks that nothing was made up', async () => {
  const { things, asked } = await run(listStep(), ['ebb and flood and slack water', '- ebb\n- flood\n- slack water']);
  assert.deepEqual(things, ['ebb', 'flood', 'slack water']);
  assert.equal(asked[1]?.purpose, 'conversion');
  assert.equal(asked[1].messages[0]?.content, 'As YAML: ebb and flood and slack water');
  const invented = await run(listStep({ attempts: 1 }), ['ebb and flood', '- ebb\n- spring tide']);
  assert.equal(invented.outcome.rejections[0]?.reason, 'hallucination');
});

test('mode model converts always, local never', async () => {
  const conversion = { ...ask, template: conversionTemplate };
  const model = await run(listStep({ conversion: { ...conversion, mode: 'model' } }), [
    '1. a\n2. b\n3. c',
    '- a\n- b\n- c',
  ]);
  assert.deepEqual(model.things, ['a', 'b', 'c']);
  const local = await run(listStep({ attempts: 1, conversion: { ...conversion, mode: 'local' } }), ['no list at all']);
  assert.deepEqual(local.things, []);
});

test('an unreadable answer is asked for again with another seed, then given up', async () => {
  const step = listStep(
    { conversion: { ...ask, mode: 'local', template: conversionTemplate } },
    { ask: { ...ask, generation: { seed: 7 } } },
  );
  const { things, asked } = await run(step, ['nothing', '- a\n- b\n- c']);
  assert.deepEqual(things, ['a', 'b', 'c']);
  assert.deepEqual(
    asked.map((question) => question.ask.generation.seed),
    [7, 8],
  );
  const given = await run(step, ['nothing', 'nothing']);
  assert.equal(given.outcome.rejections.length, 1);
});

test('a cut answer is rejected as such unless the pipeline keeps it', async () => {
  const cut: Asked = {
    answer: { choices: [{ text: '- a\n- b', finishReason: 'length' }], model: 'm', usage: null },
    address: 'things/4/0',
  };
  assert.deepEqual(
    (await run(listStep(), [cut])).outcome.rejections.map(({ reason }) => reason),
    ['truncated'],
  );
  assert.deepEqual((await run(listStep({}, { keepTruncated: true }), [cut])).things, ['a', 'b']);
});

test('an essential step that yields nothing fails the run and says why', async () => {
  await assert.rejects(
    run(listStep({ attempts: 1, onMismatch: 'keep' }, { essential: true }), [
      { answer: null, address: 'things/4/0', reason: 'server', message: 'e: the service answered 500' },
    ]),
    (error) => error instanceof StepFailedError && error.message.includes('500'),
  );
});

test('a record without a field that the template wants is rejected before anything is asked', async () => {
  const { outcome } = await run(listStep(), [], { subject: 'tides' });
  assert.equal(outcome.rejections[0]?.reason, 'missing-field');
  assert.match(outcome.rejections[0].message, /topic/u);
});

test('of several choices each is a record with its index; one alone has none', async () => {
  const expect = { kind: 'text', field: 'thing', attempts: 1, onUnreadable: 'discard' } as const;
  const several: Asked = {
    answer: {
      choices: [
        { text: 'x', finishReason: 'stop' },
        { text: '', finishReason: 'stop' },
        { text: 'z', finishReason: 'stop' },
      ],
      model: 'm',
      usage: null,
    },
    address: 'things/4/0',
  };
  const many = await run(listStep({}, { expect, ask: { ...ask, generation: { n: 3 } } }), [several]);
  assert.deepEqual(
    many.outcome.records.map(({ fields, index }) => [fields['thing'], index]),
    [
      ['x', 0],
      ['z', 2],
    ],
  );
  assert.deepEqual(
    many.outcome.rejections.map(({ reason }) => reason),
    ['empty'],
  );
  const one = await run(listStep({}, { expect }), ['just one']);
  assert.deepEqual(
    one.outcome.records.map(({ index }) => index),
    [null],
  );
});

test('a placeholder may have a name that every object knows', async () => {
  const about = parseTemplate('{n} facts about {constructor} and {valueOf}\n', { id: 'facts', source: 'inline:facts' });
  const step = listStep({}, { template: about, values: { n: 3, constructor: 'Ferrari' }, bind: { valueOf: 'topic' } });
  const { asked } = await run(step, ['- a\n- b\n- c']);
  assert.equal(asked[0]?.messages[0]?.content, '3 facts about Ferrari and tides');
});

test('the first word of an answer is its label; anything else is asked for again, then turned down and counted', async () => {
  const expect = {
    kind: 'label',
    field: 'label',
    labels: ['Yes', 'No'],
    answerField: 'answer',
    attempts: 2,
    onUnreadable: 'discard',
  } as const;
  const step = listStep({}, { expect, ask: { ...ask, generation: { seed: 7 } } });
  const { outcome, asked } = await run(step, ['Perhaps: yes.', '**no**, it is a sea.']);
  assert.deepEqual(
    outcome.records.map(({ fields, index }) => [fields, index]),
    [[{ topic: 'tides', label: 'No', answer: '**no**, it is a sea.' }, null]],
  );
  assert.deepEqual(
    asked.map((question) => question.ask.generation.seed),
    [7, 8],
  );
  const { outcome: given } = await run(step, ['I think yes.', 'Yesterday.']);
  assert.deepEqual(given.records, []);
  assert.deepEqual(
    given.rejections.map(({ reason, message, address }) => [reason, message, address]),
    [['no-label', 'the answer begins with "Yesterday." and not with Yes or No', 'things/generate/1']],
  );
});

test('a text can come with the conversation it belongs to, which holds no system message', async () => {
  const expect = {
    kind: 'text',
    field: 'response',
    messages: 'messages',
    attempts: 1,
    onUnreadable: 'discard',
  } as const;
  const { outcome, asked } = await run(listStep({}, { expect, template: { ...template, system: 'Be terse.' } }), [
    'Ebb.',
  ]);
  assert.equal(asked[0]?.messages[0]?.content, 'Be terse.');
  assert.deepEqual(outcome.records[0]?.fields, {
    topic: 'tides',
    messages: [
      { role: 'user', content: 'Name 3 things about tides.' },
      { role: 'assistant', content: 'Ebb.' },
    ],
    response: 'Ebb.',
  });
});

test('a conversion that comes back as an empty list is counted', async () => {
  const { outcome } = await run(listStep(), ['nothing comes to mind', '[]']);
  assert.deepEqual(
    outcome.rejections.map(({ reason }) => reason),
    ['empty'],
  );
});
