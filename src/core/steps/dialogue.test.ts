import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChatMessage, Choice } from '../endpoints/endpoint.ts';
import type { Ask, DialogueStep } from '../pipeline/plan.ts';
import { createTemplate, parseTemplate } from '../prompts/parseTemplate.ts';
import type { JsonObject } from '../record/json.ts';
import { createDialogueRunner } from './dialogue.ts';
import { StepFailedError, type Asked, type Outcome } from './step.ts';

const user: Ask = { endpoint: 'small', model: 'user-model', generation: { temperature: 0.9 } };
const assistant: Ask = { endpoint: 'large', model: 'assistant-model', generation: { max_tokens: 50 } };

function dialogue(step: Partial<DialogueStep> = {}): DialogueStep {
  return {
    id: 'chat',
    kind: 'dialogue',
    from: [],
    prefixesKeys: false,
    openline: 'openline',
    into: 'messages',
    userTurns: 3,
    endsWith: 'assistant',
    template: parseTemplate('So far: <{conversation_history}> Go on.\n', { id: 'turn', source: 'inline:turn' }),
    bind: {},
    values: {},
    user,
    assistant,
    attempts: 2,
    onUnreadable: 'discard',
    keepTruncated: false,
    ...step,
  };
}

const system = (body: string): DialogueStep['template'] =>
  createTemplate({ body }, { id: 'system', source: 'inline:system' });

interface Question {
  readonly purpose: string;
  readonly attempt: number;
  readonly ask: Ask;
  readonly messages: readonly ChatMessage[];
}

/** Holds the dialogue about one record, its turns being answered in order. */
async function run(
  step: DialogueStep,
  answers: readonly (string | Partial<Choice> | Asked)[],
  fields: JsonObject = { openline: 'Why is the sky blue?' },
): Promise<{ outcome: Outcome; asked: readonly Question[] }> {
  const asked: Question[] = [];
  const outcome = await createDialogueRunner(step).run(
    { fields, key: [4], place: [4] },
    {
      ask(purpose, attempt, ask, messages) {
        asked.push({ purpose, attempt, ask, messages });
        const answer = answers[asked.length - 1];
        assert.ok(answer !== undefined, 'more was asked than expected');
        if (typeof answer === 'object' && 'answer' in answer) return Promise.resolve(answer);
        const choice = { text: '', finishReason: 'stop', ...(typeof answer === 'string' ? { text: answer } : answer) };
        const address = `chat.${purpose}/4/${attempt}`;
        return Promise.resolve({ answer: { choices: [choice], model: 'm', usage: null }, address });
      },
    },
  );
  assert.equal(asked.length, answers.length);
  return { outcome, asked };
}

const said = (outcome: Outcome): unknown => outcome.records[0]?.fields['messages'];

test('each side is sent what it has to know, in turn, and every user turn is answered', async () => {
  const { outcome, asked } = await run(dialogue(), ['Scattering.', 'Of what?', 'Of light.', 'And at dusk?', 'Red.']);
  const turns = [
    { role: 'user', content: 'Why is the sky blue?' },
    { role: 'assistant', content: 'Scattering.' },
    { role: 'user', content: 'Of what?' },
    { role: 'assistant', content: 'Of light.' },
    { role: 'user', content: 'And at dusk?' },
    { role: 'assistant', content: 'Red.' },
  ];
  assert.deepEqual(outcome.records, [
    {
      fields: { openline: 'Why is the sky blue?', messages: turns },
      index: null,
      address: 'chat.assistant.3/4/0',
      addresses: ['assistant.1', 'user.2', 'assistant.2', 'user.3', 'assistant.3'].map((turn) => `chat.${turn}/4/0`),
    },
  ]);
  const shown = (history: string) => [{ role: 'user', content: `So far: <${history}> Go on.` }];
  assert.deepEqual(
    asked.map(({ purpose, messages }) => [purpose, messages]),
    [
      ['assistant.1', turns.slice(0, 1)],
      ['user.2', shown('User: Why is the sky blue?Assistant: Scattering.')],
      ['assistant.2', turns.slice(0, 3)],
      ['user.3', shown('User: Why is the sky blue?Assistant: Scattering.User: Of what?Assistant: Of light.')],
      ['assistant.3', turns.slice(0, 5)],
    ],
  );
  assert.deepEqual(
    asked.map(({ ask }) => ask),
    [assistant, user, assistant, user, assistant],
  );
});

test('a two-turn prompt ends with what the user says next', async () => {
  const { outcome } = await run(dialogue({ userTurns: 2, endsWith: 'user' }), ['Scattering.', 'Of what?']);
  assert.deepEqual(said(outcome), [
    { role: 'user', content: 'Why is the sky blue?' },
    { role: 'assistant', content: 'Scattering.' },
    { role: 'user', content: 'Of what?' },
  ]);
});

test('for any number of user turns there are twice as many messages', async () => {
  for (const userTurns of [1, 2, 5]) {
    const answers = Array.from({ length: 2 * userTurns - 1 }, (_, index) => `turn ${index}`);
    const { outcome } = await run(dialogue({ userTurns }), answers);
    assert.equal((said(outcome) as readonly unknown[]).length, 2 * userTurns);
  }
});

test('system messages go to their side alone and take placeholders; what is inserted is taken as it stands', async () => {
  const template = createTemplate(
    { body: '{conversation_history}', system: 'You are {persona}.' },
    { id: 'turn', source: 'inline:turn' },
  );
  const { outcome, asked } = await run(
    dialogue({
      template,
      assistantSystem: system('Answer {persona} in {language}.'),
      userTurns: 2,
      bind: { persona: 'who.name' },
      values: { language: 'Latin' },
    }),
    ['$& {x}', 'b', 'c'],
    { openline: '{conversation_history}?', who: { name: 'a {sailor}' } },
  );
  assert.deepEqual(
    asked.map(({ messages }) => messages.map(({ role, content }) => `${role}|${content}`)),
    [
      ['system|Answer a {sailor} in Latin.', 'user|{conversation_history}?'],
      ['system|You are a {sailor}.', 'user|User: {conversation_history}?Assistant: $& {x}'],
      ['system|Answer a {sailor} in Latin.', 'user|{conversation_history}?', 'assistant|$& {x}', 'user|b'],
    ],
  );
  assert.equal((said(outcome) as readonly { role: string }[]).filter(({ role }) => role === 'system').length, 0);
});

test('reasoning is no part of what was said', async () => {
  const { outcome } = await run(dialogue({ userTurns: 1 }), ['<think>Rayleigh …</think>\nScattering.']);
  assert.deepEqual((said(outcome) as readonly unknown[])[1], { role: 'assistant', content: 'Scattering.' });
});

test('a turn that cannot be used turns the record down, with the turn, the reason and what was said', async () => {
  const cases: readonly (readonly [Partial<Choice>, string, RegExp])[] = [
    [{ text: 'I must', refusal: 'I cannot do that' }, 'refused', /^user turn 2: the model refused: I cannot do that$/u],
    [{ text: 'Of wh', finishReason: 'length' }, 'truncated', /^user turn 2: .*max_tokens/u],
    [{ text: 'x', finishReason: 'content_filter' }, 'content-filter', /^user turn 2: /u],
  ];
  for (const [choice, reason, message] of cases) {
    const { outcome } = await run(dialogue(), ['Scattering.', choice]);
    assert.deepEqual(outcome.records, []);
    const [rejection] = outcome.rejections;
    assert.equal(rejection?.reason, reason);
    assert.match(rejection.message, message);
    assert.equal(rejection.address, 'chat.user.2/4/0');
    assert.deepEqual((rejection.fields?.['messages'] as readonly unknown[]).length, 2);
  }
  const { outcome } = await run(dialogue(), [
    { answer: null, address: 'chat.assistant.1/4/0', reason: 'server', message: 'large: the service answered 500' },
  ]);
  assert.deepEqual(
    outcome.rejections.map(({ reason, message }) => [reason, message]),
    [['server', 'assistant turn 1: large: the service answered 500']],
  );
});

test('an empty turn is asked for again, with another seed; then the record is turned down', async () => {
  const seeded = dialogue({ userTurns: 1, assistant: { ...assistant, generation: { seed: 3 } } });
  const again = await run(seeded, [' ', 'Scattering.']);
  assert.deepEqual(
    again.asked.map(({ attempt, ask }) => [attempt, ask.generation.seed]),
    [
      [0, 3],
      [1, 4],
    ],
  );
  assert.equal(again.outcome.records.length, 1);
  const { outcome } = await run(seeded, ['', '']);
  assert.deepEqual(
    outcome.rejections.map(({ reason, message }) => [reason, message]),
    [['empty', 'assistant turn 1: the answer is empty']],
  );
});

test('a cut turn is used where the pipeline says so; an unusable one fails the run where it says that', async () => {
  const cut = { text: 'Scatter', finishReason: 'length' };
  assert.equal((await run(dialogue({ userTurns: 1, keepTruncated: true }), [cut])).outcome.records.length, 1);
  await assert.rejects(
    run(dialogue({ userTurns: 1, onUnreadable: 'fail' }), [cut]),
    (error) => error instanceof StepFailedError && error.message.includes('assistant turn 1'),
  );
});

test('a record without an openline, or without a field that a template wants, costs nothing', async () => {
  const reasonOf = async (fields: JsonObject, step = dialogue()) =>
    (await run(step, [], fields)).outcome.rejections.map(({ reason }) => reason);
  assert.deepEqual(await reasonOf({ question: 'x' }), ['missing-field']);
  assert.deepEqual(await reasonOf({ openline: ' ' }), ['empty']);
  assert.deepEqual(await reasonOf({ openline: 3 }), ['not-a-text']);
  const wanting = dialogue({ assistantSystem: system('You are {persona}.'), bind: { persona: 'persona' } });
  assert.deepEqual(await reasonOf({ openline: 'Hello' }, wanting), ['missing-field']);
});
