import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { DialogueStep } from './plan.ts';
import { pipeline, PlanFixture } from './planFixture.ts';

let fixture: PlanFixture;

before(async () => {
  fixture = await PlanFixture.create();
  await fixture.put('lines.jsonl', '{"prompt":"x"}\n');
});

after(async () => {
  await fixture.dispose();
});

const READ = ['steps:', '  - id: lines', '    read: { values: [a], into: question }', '  - id: chat'];
const OPEN = ['with: { openlines: [a], ', ' }'] as const;

async function dialogueOf(text: string): Promise<DialogueStep> {
  const step = (await fixture.plan(text)).steps.at(-1);
  assert.ok(step?.kind === 'dialogue');
  return step;
}

describe('a dialogue step', () => {
  it('needs no more than its openline', async () => {
    const step = await dialogueOf(
      pipeline('generation: { top_p: 0.5 }', ...READ, '    dialogue: { openline: question }'),
    );
    const ask = { endpoint: 'sample', model: 'sample', generation: { top_p: 0.5 } };
    assert.deepEqual([step.user, step.assistant], [ask, ask]);
    assert.deepEqual(
      [step.openline, step.into, step.userTurns, step.endsWith, step.attempts, step.template.id],
      ['question', 'messages', 3, 'assistant', 2, 'dialogue-normal-user-turn'],
    );
  });

  it('names both of those it asks among the endpoints of the plan', async () => {
    const text = pipeline(
      ...READ,
      '    dialogue:',
      '      openline: question',
      '      user: { endpoint: local, fallback: [{ endpoint: bare, model: x }] }',
    );
    assert.deepEqual([...(await fixture.plan(text)).endpoints].sort(), ['bare', 'local', 'sample']);
  });

  it('takes other templates, with placeholders from records and values', async () => {
    const text = pipeline(
      'prompts: { chat: { text: "{persona}: {conversation_history}", system: s } }',
      'values: { persona: A sailor }',
      ...READ,
      '    dialogue:',
      '      openline: question',
      '      user: { system: "You are {persona}" }',
      '      assistant: { system: "Answer {asked}" }',
      '      bind: { asked: question }',
    );
    assert.deepEqual(await fixture.warnings(text), []);
    const step = await dialogueOf(text);
    assert.deepEqual(
      [step.template.body, step.template.system, step.assistantSystem?.body],
      ['{persona}: {conversation_history}', 'You are {persona}', 'Answer {asked}'],
    );
    assert.deepEqual([step.bind, step.values], [{ asked: 'question' }, { persona: 'A sailor' }]);
  });

  const wrong: readonly (readonly [string, RegExp])[] = [
    ['dialogue: {}', /^7:5-13 missing-key: `openline`: is missing/u],
    [
      'dialogue: { openline: questoin }',
      /^7:27-35 unknown-field: .*no field `questoin` \(did you mean `question`\?\)/u,
    ],
    ['dialogue: { openline: question, user_turns: 0 }', /^7:49-50 out-of-range: /u],
    ['dialogue: { openline: question, user_turns: 1, ends_with: user }', /^7:49-50 out-of-range: .*2 at least/u],
    ['dialogue: { openline: question, user: { endpoint: locla } }', /^7:55-60 unknown-endpoint: .*`local`/u],
    [
      'dialogue: { openline: question, user: { endpoint: bare } }',
      /^7:55-59 missing-model: no model is given for the endpoint bare/u,
    ],
    ['dialogue: { openline: question, prompt: { text: "Go on" } }', /missing-placeholder: .*\{conversation_history\}/u],
    ['dialogue: { openline: question, prompt: dialogue-normal }', /^7:45-60 unknown-template: /u],
    [
      'dialogue: { openline: question, assistant: { system: "You are {persona}" } }',
      /unknown-placeholder: nothing fills in the placeholder \{persona\}/u,
    ],
    ['dialogue: { openline: question, assistant: { system: "Say {} twice" } }', /^7:58-72 nameless-placeholder: /u],
    [
      'dialogue: { openline: question, assistant: { system: "{conversation_history}" } }',
      /unknown-placeholder: the assistant is sent the conversation itself/u,
    ],
    [
      'dialogue: { openline: question, values: { conversation_history: x } }',
      /^7:47-67 needless-key: .*takes no other value/u,
    ],
    ['dialogue: { openline: question, assistant: { generation: { temprature: 1 } } }', /did you mean `temperature`/u],
  ];
  for (const [line, expected] of wrong) {
    it(`refuses ${line}`, async () => {
      const found = await fixture.errors(pipeline(...READ, `    ${line}`));
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(found[0] ?? '', expected);
    });
  }
});

describe('dialogue and two-turn', () => {
  it('hand their parameters to the step', async () => {
    const text = (recipe: string, more = '') =>
      pipeline(
        'generation: { temperature: 0.2, max_tokens: 9 }',
        `recipe: ${recipe}`,
        `${OPEN[0]}style: complex, user_endpoint: local, user_model: u, user_generation: { temperature: 1 }, assistant_system: Be kind.${more}${OPEN[1]}`,
      );
    const step = await dialogueOf(text('dialogue', ', n_user_turns: 5'));
    assert.deepEqual([step.userTurns, step.endsWith, step.template.id], [5, 'assistant', 'dialogue-complex-user-turn']);
    // One side's own parameters replace the pipeline's whole.
    assert.deepEqual(step.user, { endpoint: 'local', model: 'u', generation: { temperature: 1 } });
    assert.deepEqual(step.assistant.generation, { temperature: 0.2, max_tokens: 9 });
    assert.equal(step.assistantSystem?.body, 'Be kind.');
    const short = await dialogueOf(text('two-turn'));
    assert.deepEqual([short.userTurns, short.endsWith], [2, 'user']);
    assert.deepEqual(short.user, step.user);
  });

  it('take openlines from lines, and the answer parameters of every recipe', async () => {
    const text = pipeline(
      'recipe: dialogue',
      'with: { jsonl: lines.jsonl, field: prompt, attempts: 4, on_unreadable: fail, keep_truncated: true }',
    );
    const { source } = await fixture.readStep(text, 'lines');
    assert.ok(source.kind === 'files');
    assert.deepEqual([source.files[0]?.as, source.field, source.into], ['jsonl', 'prompt', 'openline']);
    const { attempts, onUnreadable, keepTruncated } = await dialogueOf(text);
    assert.deepEqual([attempts, onUnreadable, keepTruncated], [4, 'fail', true]);
  });

  const wrong: readonly (readonly [string, string])[] = [
    ['with: {}', '3:9-17 missing-parameter: the recipe dialogue needs one of `openlines`, `jsonl` in `with:`'],
    [
      'with: { openlines: [a], style: short }',
      '4:32-37 unknown-choice: `style`: `short` is not a choice; valid: normal, complex, concise',
    ],
    [
      'with: { openlines: [a], user_generation: warm }',
      '4:42-46 wrong-type: `user_generation`: expected a map, not the text "warm"',
    ],
    [
      'with: { openlines: [a], user_endpoint: lokal }',
      '4:40-45 unknown-endpoint: `lokal` is not an endpoint known here (did you mean `local`?); valid: local, bare, sample',
    ],
    [
      'with: { openlines: [a], n_user_turns: 0 }',
      '4:39-40 out-of-range: `n_user_turns`: expected a whole number of at least 1, not 0',
    ],
  ];
  for (const [line, expected] of wrong) {
    it(`refuse ${line}`, async () => {
      assert.deepEqual(await fixture.errors(pipeline('recipe: dialogue', line)), [expected]);
    });
  }

  it('say where in a map of the parameters a mistake is', async () => {
    const found = await fixture.errors(
      pipeline('recipe: dialogue', 'with: { openlines: [a], user_generation: { temprature: 1 } }'),
    );
    assert.deepEqual(found.length, 1);
    assert.match(found[0] ?? '', /^4:44-54 unknown-key: `temprature`.*did you mean `temperature`/u);
  });

  it('take a map on the command line', async () => {
    const plan = await fixture.plan(pipeline('recipe: dialogue'), {
      set: { openlines: 'Hello', user_generation: '{ temperature: 0.1 }' },
    });
    assert.deepEqual(plan.parameters['user_generation'], { temperature: 0.1 });
  });
});

describe('classify-entities', () => {
  const text = (given: string): string => pipeline('recipe: classify-entities', `with: { entities: [a]${given} }`);

  it('asks about a subject, or for one of your labels', async () => {
    const python = await fixture.generateStep(text(', subject: python'), 'classify');
    assert.deepEqual(
      [python.template.id, python.expect, python.values],
      [
        'python-classification',
        {
          kind: 'label',
          field: 'label',
          labels: ['Yes', 'No'],
          answerField: 'answer',
          attempts: 2,
          onUnreadable: 'discard',
        },
        {},
      ],
    );
    const own = await fixture.generateStep(text(', labels: [Biology, Modern history]'), 'classify');
    assert.equal(own.template.id, 'label-classification');
    assert.deepEqual(own.values, { labels: 'Biology, Modern history' });
    assert.ok(own.expect.kind === 'label');
    assert.deepEqual(own.expect.labels, ['Biology', 'Modern history']);
    assert.equal((await fixture.generateStep(text(''), 'classify')).template.id, 'math-classification');
  });

  const wrong: readonly (readonly [string, RegExp])[] = [
    [', subject: physics', /unknown-choice: `subject`: `physics` is not a choice; valid: math, python/u],
    [', labels: [One]', /out-of-range: `labels`: expected a list of texts, at least 2/u],
    [', labels: [a, b], subject: math', /conflicting-parameters: `labels` and `subject` cannot both be given/u],
    [', labels: [Yes, No, yes]', /^4:\d+-\d+ duplicate-label: the label Yes is listed twice/u],
  ];
  for (const [given, expected] of wrong) {
    it(`refuses ${given.slice(2)}`, async () => {
      const found = await fixture.errors(text(given));
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(found[0] ?? '', expected);
    });
  }
});

describe('answers', () => {
  it('asks for n choices with the other parameters as they are, and for one without saying so', async () => {
    const step = async (given: string) =>
      fixture.generateStep(
        pipeline('generation: { temperature: 1 }', 'recipe: answers', `with: { prompts: [a]${given} }`),
        'answer',
      );
    assert.deepEqual((await step(', n: 4')).ask.generation, { temperature: 1, n: 4 });
    assert.deepEqual((await step('')).ask.generation, { temperature: 1 });
    assert.equal((await step('')).template.system, undefined);
    assert.equal((await step(', system: Be terse.')).template.system, 'Be terse.');
  });

  it('says where a system message is no template', async () => {
    const found = await fixture.errors(pipeline('recipe: answers', 'with: { prompts: [a], system: "Reply as {}" }'));
    assert.equal(found.length, 1, found.join('\n'));
    assert.match(found[0] ?? '', /^4:31-44 .*in system: /u);
  });
});
