/** The recipes that rewrite and transform documents, and dialogues in pipelines of one's own: requests and records, exactly. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { ExpectedQuestions, listed } from '../../../test/support/expectedQuestions.ts';
import { RecipeRuns } from '../../../test/support/recipeRuns.ts';
import type { JsonObject } from '../record/json.ts';
import type { RunSummary } from './events.ts';

const runs = new RecipeRuns();
let service: ExpectedQuestions;
before(async () => {
  service = await ExpectedQuestions.start();
});
beforeEach(() => {
  runs.begin();
});
afterEach(() => {
  service.check();
});
after(async () => {
  runs.dispose();
  await service.server.close();
});

async function run(recipe: string, parameters: JsonObject): Promise<RunSummary> {
  return runs.run({ recipe, with: parameters }, service.server);
}

/** A text of so many words, each a token or two. */
const words = (count: number, word = 'tide'): string => Array.from({ length: count }, () => word).join(' ');

describe('documents', () => {
  const document = `${words(40)} {x} $& \\1`;

  it('are rewritten in the style of an encyclopedia: the announced line goes, so do markup and quotes', async () => {
    const said = `Here is the text in the style of an encyclopedia:\n\n"**Tides** ${words(60)}"`;
    service.foresee('wikipedia-rephrasing', { document }, said);
    service.foresee('wikipedia-rephrasing', { document: words(30, 'moon') }, `Sure. ${words(60)}`);
    const summary = await run('wikipedia', { documents: [document, words(30, 'moon')] });
    assert.deepEqual(runs.rows(), [['0', `Tides ${words(60)}`, 0, 'documents:1']]);
    assert.deepEqual(
      runs.rejects(summary).map(([id, step]) => [id, step]),
      [['1', 'rewrite']],
    );
  });

  it('are condensed with a system message of their own', async () => {
    service.foresee('distill', { document }, `Condensed text:\n${words(55)}`);
    await run('distill', { documents: [document] });
    assert.deepEqual(runs.rows(), [['0.0', words(55), 0, 'documents:1']]);
  });

  it('become passages without labels', async () => {
    service.foresee('extract-knowledge', { document }, `Passage 1:\n${words(40)}\n\nPassage:\n${words(30)}`);
    await run('extract-knowledge', { documents: [document] });
    const text = JSON.stringify(runs.records());
    assert.doesNotMatch(text, /Passage/u);
    assert.equal(text.match(/tide/gu)?.length, 70);
  });

  it('become lists of facts without bullets', async () => {
    service.foresee('knowledge-list', { document }, `Facts:\n- ${words(30)}\n- ${words(31)}`);
    await run('knowledge-list', { documents: [document] });
    assert.deepEqual(runs.rows(), [['0.0', `${words(30)}\n${words(31)}`, 0, 'documents:1']]);
  });

  it('come with some of their questions and answers', async () => {
    const long = words(120);
    const announced = 'Here are questions and answers about the text:';
    service.foresee('diverse-qa', { document: long }, `${announced}\n- Question: Why?\nAnswer: So.`);
    await run('diverse-qa', { documents: [long] });
    assert.deepEqual(runs.rows(), [['0.0', `${long}\n\nQuestion: Why?\nAnswer: So.`, 0, 'documents:1']]);
  });
});

describe('transformations', () => {
  const document = 'Tides rise {x} $& and\nfall.';
  /** Parameters, the values that the template gets besides the document, and the id of the record. */
  const plain: readonly (readonly [string, JsonObject, Readonly<Record<string, string>>, string])[] = [
    ['paraphrase', {}, {}, '0'],
    ['format', { target_format: 'a table' }, { target_format: 'a table' }, '0.0'],
    [
      'style',
      { style: 'poem', tone: 'sad', formality: 'casual', level: 'children' },
      { style: 'poem', tone: 'sad', formality: 'casual', level: 'children' },
      '0',
    ],
    ['simplify', { level: 'A2' }, { level: 'A2' }, '0'],
    ['translate', { language: 'Dutch' }, { language: 'Dutch' }, '0'],
    ['add-context', {}, {}, '0'],
    ['explain', {}, {}, '0.0'],
    ['code-examples', { languages: ['Rust', 'Go'] }, { languages: 'Rust, Go' }, '0.0'],
  ];
  for (const [recipe, parameters, values, id] of plain) {
    it(`${recipe} asks about the document as it stands and keeps the answer as it is`, async () => {
      service.foresee(recipe, { document, ...values }, '# As *it* is\n\n- "so"');
      await run(recipe, { documents: [document], ...parameters });
      assert.deepEqual(runs.records(), [{ id, text: '# As *it* is\n\n- "so"', document: 0, source: 'documents:1' }]);
    });
  }

  it('of long documents go segment by segment, and the results are joined in order', async () => {
    const lines = Array.from({ length: 3 }, (_, index) => words(90, `w${index}`));
    for (const [index, line] of lines.entries()) {
      service.foresee('translate', { document: line, language: 'Dutch' }, `part ${index}`);
    }
    await run('translate', { documents: [lines.join('\n')], language: 'Dutch', max_input_tokens: 420 });
    assert.deepEqual(runs.rows(), [['0', 'part 0\n\npart 1\n\npart 2', 0, 'documents:1']]);
  });

  it('keep passages beside their translations', async () => {
    for (const language of ['Dutch', 'Thai']) {
      service.foresee('translate', { document, language }, `in ${language}`);
    }
    await run('parallel-corpus', { documents: [document], languages: ['Dutch', 'Thai'] });
    assert.deepEqual(runs.records(), [
      {
        id: '0.0.0',
        original: document,
        translation: 'in Dutch',
        language: 'Dutch',
        document: 0,
        source: 'documents:1',
      },
      { id: '0.1.0', original: document, translation: 'in Thai', language: 'Thai', document: 0, source: 'documents:1' },
    ]);
  });

  it('extract what a schema asks for, and ask again where an answer does not conform', async () => {
    const schema = {
      type: 'object',
      properties: { year: { type: 'integer' }, text: { type: 'string' } },
      required: ['year'],
    };
    const values = { document, schema: JSON.stringify(schema) };
    const format = { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema } } };
    service.foresee('extract', values, '{"year": "long ago"}', format);
    service.foresee('extract', values, '```json\n{"year": 1871, "text": "t"}\n```', format);
    await run('extract', { documents: [document], schema });
    assert.deepEqual(runs.rows(), [['0', 1871, 't', 0, 'documents:1']]);
    assert.deepEqual(Object.keys(runs.records()[0] ?? {}), ['id', 'year', 'text', 'document', 'source']);
  });

  it('make instructions with responses, as many as were asked for', async () => {
    const said = 'Question: Do a.\nAnswer: A\n\nmore\nQuestion: Do b.\nQuestion: Do c.\nAnswer: C';
    service.foresee('instructions', { document, n_pairs: 2 }, said);
    const summary = await run('instructions', { documents: [document], n_pairs: 2 });
    assert.deepEqual(runs.records(), [
      {
        id: '0.0',
        text: 'Do a.\n\nA\n\nmore',
        prompt: 'Do a.',
        response: 'A\n\nmore',
        document: 0,
        source: 'documents:1',
      },
    ]);
    assert.deepEqual(runs.rejects(summary).toSorted(), [
      ['0', 'rewrite', 'no-answer'],
      ['0', 'rewrite', 'surplus'],
    ]);
  });

  it('ask again where there are no pairs, then give up', async () => {
    for (let attempt = 0; attempt < 2; attempt += 1) {
      service.foresee('instructions', { document, n_pairs: 5 }, 'Nothing to ask.');
    }
    const summary = await run('instructions', { documents: [document] });
    assert.deepEqual(runs.rejects(summary), [['0', 'rewrite', 'no-pairs']]);
  });

  it('ask about a document in several languages', async () => {
    for (const language of ['Dutch', 'Thai']) {
      service.foresee('multilingual-qa', { document, language, n_pairs: 1 }, `Question: ${language}?\nAnswer: ja`);
    }
    await run('multilingual-qa', { documents: [document], languages: ['Dutch', 'Thai'], n_pairs: 1 });
    assert.deepEqual(runs.rows(), [
      ['0.0.0', 'Dutch?', 'ja', 'Dutch', 0, 'documents:1'],
      ['0.1.0', 'Thai?', 'ja', 'Thai', 0, 'documents:1'],
    ]);
  });
});

describe('conversations', () => {
  const turn = (role: string, content: string): JsonObject => ({ role, content });

  it('begin with what another step has made, with personas from its records', async () => {
    service.foresee('open-qa-from-topics', { topic: 'Sea', n_openlines: 1 }, listed('Why salt?'));
    service.foresee('open-qa-from-topics', { topic: 'Sky', n_openlines: 1 }, listed('Why blue?'));
    for (const [topic, who, openline] of [
      ['Sea', 'a sailor', 'Why salt?'],
      ['Sky', 'a pilot', 'Why blue?'],
    ] as const) {
      const expert = turn('system', `You know all about ${topic}.`);
      service.foreseeMessages([expert, turn('user', openline)], 'Rain.');
      const history = { conversation_history: `User: ${openline}Assistant: Rain.` };
      const text = 'Ask on: {conversation_history}';
      service.foresee(
        { text, system: `You are ${who}, {exception}.` },
        { ...history, exception: 'in a hurry' },
        'And?',
      );
    }
    runs.put('people.jsonl', '{"topic":"Sea","persona":"a sailor"}\n{"topic":"Sky","persona":"a pilot"}\n');
    await runs.run(
      {
        values: { exception: 'in a hurry' },
        steps: [
          { id: 'people', read: { files: 'people.jsonl' } },
          {
            id: 'openlines',
            generate: {
              prompt: 'open-qa-from-topics',
              values: { n_openlines: 1 },
              expect: { list: 'openline', length: 1 },
            },
          },
          {
            id: 'chat',
            dialogue: {
              openline: 'openline',
              user_turns: 2,
              ends_with: 'user',
              prompt: { text: 'Ask on: {conversation_history}' },
              user: { system: 'You are {persona}, {exception}.' },
              assistant: { system: 'You know all about {topic}.' },
            },
          },
        ],
        outputs: [{ path: 'data/demo.jsonl', fields: ['id', 'messages', 'persona'] }],
      },
      service.server,
    );
    const messages = (openline: string): JsonObject[] => [
      turn('user', openline),
      turn('assistant', 'Rain.'),
      turn('user', 'And?'),
    ];
    assert.deepEqual(runs.records(), [
      { id: '0.0', messages: messages('Why salt?'), persona: 'a sailor' },
      { id: '1.0', messages: messages('Why blue?'), persona: 'a pilot' },
    ]);
  });

  it('take personas from the lines of their file', async () => {
    runs.put('people.jsonl', '{"prompt":"Hi","who":"a cook"}\n');
    service.foreseeMessages([turn('system', 'Speak to a cook.'), turn('user', 'Hi')], 'Ho');
    service.foresee('dialogue-concise-user-turn', { conversation_history: 'User: HiAssistant: Ho' }, 'Bye');
    const given = { jsonl: 'people.jsonl', field: 'prompt', style: 'concise', assistant_system: 'Speak to {who}.' };
    await runs.run({ recipe: 'two-turn', with: given }, service.server);
    const messages = [turn('user', 'Hi'), turn('assistant', 'Ho'), turn('user', 'Bye')];
    assert.deepEqual(runs.records(), [{ id: '0', messages }]);
  });

  for (const style of ['normal', 'complex', 'concise']) {
    it(`have a ${style} user where that is asked for`, async () => {
      service.foreseeMessages([turn('user', 'Hi')], 'Ho');
      service.foresee(`dialogue-${style}-user-turn`, { conversation_history: 'User: HiAssistant: Ho' }, 'Why?');
      service.foreseeMessages([turn('user', 'Hi'), turn('assistant', 'Ho'), turn('user', 'Why?')], 'So.');
      await runs.run({ recipe: 'dialogue', with: { openlines: ['Hi'], style, n_user_turns: 2 } }, service.server);
      assert.equal(runs.records().length, 1);
    });
  }

  it('answer what another step has made, several times', async () => {
    service.foresee('closed-qa', { document: 'd', n_openlines: 1 }, listed('Why?'));
    service.foresee(
      { text: '{prompt}', system: 'Be {manner}.' },
      { prompt: 'Why?', manner: 'brief' },
      ['So.', 'Thus.'],
      {
        n: 2,
      },
    );
    const expect = { text: 'response', messages: 'messages' };
    await runs.run(
      {
        steps: [
          { id: 'documents', read: { values: ['d'], into: 'document' } },
          {
            id: 'questions',
            generate: { prompt: 'closed-qa', values: { n_openlines: 1 }, expect: { list: 'prompt', length: 1 } },
          },
          {
            id: 'answers',
            generate: { prompt: 'answer', system: 'Be {manner}.', values: { manner: 'brief' }, n: 2, expect },
          },
        ],
      },
      service.server,
    );
    assert.deepEqual(
      runs.records(),
      ['So.', 'Thus.'].map((response, index) => ({
        id: `0.0.${index}`,
        document: 'd',
        prompt: 'Why?',
        messages: [turn('user', 'Why?'), turn('assistant', response)],
        response,
      })),
    );
  });
});

describe('entities', () => {
  const head = { recipe: 'classify-entities' };

  for (const subject of ['math', 'python']) {
    it(`belong to ${subject} or not, by the first word of the answer`, async () => {
      service.foresee(`${subject}-classification`, { entity: 'a' }, 'yes, it does');
      service.foresee(`${subject}-classification`, { entity: 'b' }, '**No**.');
      service.foresee(`${subject}-classification`, { entity: 'c' }, 'Perhaps yes');
      const given = { entities: ['a', 'b', 'c'], subject, attempts: 1 };
      const summary = await runs.run({ ...head, with: given }, service.server);
      assert.deepEqual(runs.rows(), [
        ['0', 'a', 'Yes', 'yes, it does'],
        ['1', 'b', 'No', '**No**.'],
      ]);
      assert.equal(summary.discarded, 1);
    });
  }

  it('have one of your own labels', async () => {
    service.foresee('label-classification', { entity: 'cell', labels: 'Biology, Law' }, 'Biology: it is alive');
    await runs.run({ ...head, with: { entities: ['cell'], labels: ['Biology', 'Law'] } }, service.server);
    assert.deepEqual(runs.rows(), [['0', 'cell', 'Biology', 'Biology: it is alive']]);
  });
});
