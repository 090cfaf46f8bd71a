import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { loadTokenCounter, type TokenCounter } from '../curate/tokens.ts';
import type { ChatMessage } from '../endpoints/endpoint.ts';
import { pipeline, PlanFixture } from '../pipeline/planFixture.ts';
import { renderTemplate } from '../prompts/renderTemplate.ts';
import { createRunner } from './createRunner.ts';
import { StepFailedError, type Outcome } from './step.ts';

let fixture: PlanFixture;
let counter: TokenCounter;
before(async () => {
  fixture = await PlanFixture.create();
  counter = await loadTokenCounter('o200k_base');
});
after(async () => {
  await fixture.dispose();
});

/** A text of exactly so many tokens: these words are one each, with and without a blank before them. */
const text = (tokens: number, word = 'water'): string => [word, ...Array<string>(tokens - 1).fill(word)].join(' ');

interface Asked {
  readonly part: number | undefined;
  readonly messages: readonly ChatMessage[];
}

/** Rewrites a document by a recipe; `answerTo` plays the model, and is asked in the order of the segments. */
async function rewrite(
  recipe: string,
  document: string,
  answerTo: (segment: number) => string,
  { parameters = '', key = 4, finishReason = 'stop' } = {},
): Promise<{ outcome: Outcome; asked: Asked[] }> {
  const step = await fixture.generateStep(
    pipeline(`recipe: ${recipe}`, `with: { documents: [a], attempts: 1, ${parameters} }`),
    'rewrite',
  );
  const runner = createRunner(step);
  assert.ok(runner !== undefined);
  const asked: Asked[] = [];
  const fields = { text: document, document: 4, source: 'documents:5' };
  const outcome = await runner.run(
    { fields, key: [key], place: [key] },
    {
      async ask(purpose, attempt, _ask, messages, part) {
        assert.deepEqual([purpose, attempt], ['generate', 0]);
        asked.push({ part, messages });
        const own = asked.length - 1;
        // Later segments are answered first.
        await new Promise((resolve) => setTimeout(resolve, 20 - 5 * own));
        const choice = { text: answerTo(part ?? -1), finishReason };
        return { answer: { choices: [choice], model: 'm', usage: null }, address: `rewrite/${key}.${part ?? 'x'}/0` };
      },
    },
  );
  return { outcome, asked };
}

/** The messages of a template about a document, as they have to be sent. */
function messagesOf(template: string, document: string): ChatMessage[] {
  const found = fixture.context.templates.get(template);
  assert.ok(found?.system !== undefined);
  return [
    { role: 'system', content: found.system },
    { role: 'user', content: renderTemplate(found.body, { document }) },
  ];
}

/** `max_input_tokens` that leaves so much room beside a template. */
function roomFor(template: string, room: number): string {
  const prompt = messagesOf(template, '').reduce((sum, { content }) => sum + counter.count(content), 0);
  return `max_input_tokens: ${prompt + 2 + room}`;
}

const reasons = ({ rejections }: Outcome): [string, string][] =>
  rejections.map(({ reason, message }) => [reason, message]);
const textOf = (record: Outcome['records'][number] | undefined): string => {
  const value = record?.fields['text'];
  assert.ok(typeof value === 'string');
  return value;
};
const texts = ({ records }: Outcome): unknown[] => records.map(({ fields }) => fields['text']);

describe('wikipedia', () => {
  const PREFIX = 'Here is the text in the style of an encyclopedia:';

  it('asks about each segment and joins the answers in the order of the document', async () => {
    const lines = [text(40, 'sun'), text(40, 'high'), text(40, 'moon')];
    const parameters = roomFor('wikipedia-rephrasing', 60 + counter.count(lines[0] ?? ''));
    const { outcome, asked } = await rewrite(
      'wikipedia',
      lines.join('\n'),
      (segment) => `**${PREFIX}**\n\n"# ${text(60, `part${segment}`)}"`.replace('"# ', '"'),
      { parameters },
    );
    const expected = [...new Set(asked.map(({ part }) => part))];
    assert.deepEqual(
      asked.map(({ part }) => part),
      expected,
    );
    assert.ok(asked.length >= 2, 'several segments');
    const segments = asked.map(
      ({ messages }) => /<document>\n([\s\S]*)\n<\/document>/u.exec(messages[1]?.content ?? '')?.[1],
    );
    assert.equal(segments.join('\n'), lines.join('\n'));
    asked.forEach(({ messages }, index) => {
      assert.deepEqual(messages, messagesOf('wikipedia-rephrasing', segments[index] ?? ''));
    });
    assert.deepEqual(outcome, {
      records: [
        {
          fields: {
            text: asked.map((_, index) => text(60, `part${index}`)).join('\n'),
            document: 4,
            source: 'documents:5',
          },
          index: null,
          address: 'rewrite/4.0/0',
          addresses: asked.map((_, index) => `rewrite/4.${index}/0`),
        },
      ],
      rejections: [],
    });
  });

  it('goes on without a segment whose answer is of no use, and says why', async () => {
    const lines = [text(40), text(40), text(40), text(40)];
    const answers = [`${PREFIX} ${text(60)}`, text(60), `${PREFIX} ${text(520)}`, `${PREFIX} ""`];
    const { outcome } = await rewrite('wikipedia', lines.join('\n'), (segment) => answers[segment] ?? '', {
      parameters: roomFor('wikipedia-rephrasing', counter.count(lines[0] ?? '')),
    });
    assert.deepEqual(texts(outcome), [text(60)]);
    assert.equal(outcome.records[0]?.addresses, undefined);
    assert.deepEqual(reasons(outcome), [
      ['missing-prefix', `segment 2, the answer: it does not begin with "${PREFIX}"`],
      [
        'too-many-tokens',
        `segment 3, the answer: it has ${counter.count(answers[2] ?? '')} tokens, the maximum is 510`,
      ],
      ['empty', 'segment 4, the answer: nothing is left of the text after remove_quotes'],
    ]);
    assert.deepEqual(
      outcome.rejections.map(({ address, fields }) => [address, fields?.['source']]),
      [1, 2, 3].map((segment) => [`rewrite/4.${segment}/0`, 'documents:5']),
    );
  });

  it('turns a document down whose answers are too short together', async () => {
    const { outcome } = await rewrite('wikipedia', text(10), () => `${PREFIX} ${text(49)}`);
    assert.equal(counter.count(text(49)), 49);
    assert.deepEqual(texts(outcome), []);
    assert.deepEqual(reasons(outcome), [['too-few-tokens', 'the joined text: it has 49 tokens, the minimum is 50']]);
    const enough = await rewrite('wikipedia', text(10), () => `${PREFIX} ${text(50)}`);
    assert.deepEqual(texts(enough.outcome), [text(50)]);
  });

  it('asks nothing about documents under the minimum, and about lines the model does not take', async () => {
    const short = await rewrite('wikipedia', text(4), () => '');
    assert.deepEqual(reasons(short.outcome), [['document-too-short', 'the document has 4 tokens, the minimum is 5']]);
    assert.deepEqual(short.asked, []);
    const empty = await rewrite('wikipedia', '', () => '', { parameters: 'min_document_tokens: 0' });
    assert.deepEqual(reasons(empty.outcome), [['empty', 'the document is empty']]);
    const parameters = roomFor('wikipedia-rephrasing', 20);
    const { outcome, asked } = await rewrite('wikipedia', `${text(21)}\n${text(3)}`, () => '', { parameters });
    assert.deepEqual(reasons(outcome), [
      [
        'segment-too-long',
        'segment 1, a line of the document is longer than the 20 tokens that the model takes beside its prompt',
      ],
      ['segment-too-short', 'segment 2, it has 3 tokens, the minimum is 5'],
    ]);
    assert.deepEqual(outcome.rejections[0]?.fields?.['text'], text(21));
    assert.deepEqual(asked, []);
    const whole = await rewrite('wikipedia', text(20), () => `${PREFIX} ${text(50)}`, { parameters });
    assert.equal(whole.outcome.records.length, 1);
  });

  it('fails when the prompt leaves no room for any document', async () => {
    await assert.rejects(
      rewrite('wikipedia', text(20), () => '', { parameters: 'max_input_tokens: 20' }),
      (error) => error instanceof StepFailedError && error.reason === 'prompt-too-long',
    );
  });

  it('keeps what generating turns down as it is', async () => {
    const { outcome } = await rewrite('wikipedia', text(20), () => `${PREFIX} ${text(60)}`, { finishReason: 'length' });
    assert.deepEqual(reasons(outcome), [['truncated', 'segment 1, the answer was cut off at max_tokens']]);
  });
});

describe('diverse-qa', () => {
  const PAIRS = Array.from({ length: 8 }, (_, index) => [`Question: Why ${index}?`, `Answer: So ${index}.`]);
  const ANSWER = [
    'Here are questions and answers about the text:',
    ...PAIRS.map(([question = '', answer = '']) => `- **${question}**\n${answer}`),
  ].join('\n\n');

  it('makes a record of each segment: the document, then some of the pairs in random order', async () => {
    const document = text(160);
    const { outcome, asked } = await rewrite('diverse-qa', document, () => ANSWER);
    assert.deepEqual(
      asked.map(({ messages }) => messages),
      [messagesOf('diverse-qa', document)],
    );
    const [record] = outcome.records;
    assert.deepEqual([record?.index, record?.address], [0, 'rewrite/4.0/0']);
    const [first, ...chosen] = textOf(record).split('\n\n');
    assert.equal(first, document);
    const all = PAIRS.map((pair) => pair.join('\n'));
    assert.ok(chosen.length >= 1 && chosen.length <= 8 && chosen.every((pair) => all.includes(pair)));
    assert.equal(new Set(chosen).size, chosen.length);
  });

  it('makes the same choice for the same key and seed, and others for others', async () => {
    const choice = async (key: number, seed: number): Promise<unknown> => {
      const { outcome } = await rewrite('diverse-qa', text(160), () => ANSWER, { key, parameters: `seed: ${seed}` });
      return texts(outcome)[0];
    };
    assert.equal(await choice(1, 0), await choice(1, 0));
    const [keys, seeds] = [new Set<unknown>(), new Set<unknown>()];
    for (let number = 0; number < 8; number += 1) {
      keys.add(await choice(number, 0));
      seeds.add(await choice(1, number));
    }
    assert.ok(keys.size > 2 && seeds.size > 2);
  });

  it('turns down what has text before the first question', async () => {
    const { outcome } = await rewrite('diverse-qa', text(160), () => `Gladly.\n${ANSWER}`);
    assert.deepEqual(reasons(outcome), [
      ['text-before-question', 'segment 1, the answer: before the first question stands: Gladly.'],
    ]);
  });
});

describe('distill', () => {
  it('makes a record of each segment, under its own index', async () => {
    const lines = [text(40, 'sun'), text(5), text(40, 'high')];
    const { outcome, asked } = await rewrite(
      'distill',
      lines.join('\n'),
      (segment) => `Condensed text:\n“${text(50, 'short')} *${segment}*.”`,
      { parameters: roomFor('distill', counter.count(lines[0] ?? '')) },
    );
    assert.ok(asked.length >= 2);
    for (const { messages } of asked) {
      assert.equal(messages[0]?.content, fixture.context.templates.get('distill')?.system);
    }
    assert.deepEqual(
      outcome.records.map(({ index, fields, address }) => [index, fields['text'], fields['document'], address]),
      asked.map(({ part = -1 }) => [part, `${text(50, 'short')} ${part}.`, 4, `rewrite/4.${part}/0`]),
    );
  });
});

describe('extract-knowledge and knowledge-list', () => {
  it('take labels and bullets away', async () => {
    const passages = await rewrite(
      'extract-knowledge',
      text(40),
      () => `## Passage 1:\n${text(30)}.\n\nPassage 2:\n\n${text(30, 'moon')}.`,
    );
    assert.deepEqual(texts(passages.outcome), [`${text(30)}.\n\n${text(30, 'moon')}.`]);
    const facts = await rewrite('knowledge-list', text(40), () => `These are:\n- ${text(30)}.\n- ${text(30, 'moon')}.`);
    assert.deepEqual(texts(facts.outcome), [`${text(30)}.\n${text(30, 'moon')}.`]);
    assert.deepEqual(facts.asked[0]?.messages, messagesOf('knowledge-list', text(40)));
  });
});

describe('refining without segments', () => {
  it('works on every answer', async () => {
    const step = await fixture.generateStep(
      pipeline(
        'steps:',
        '  - { id: topics, read: { values: [tides], into: topic } }',
        '  - { id: titles, generate: { prompt: { text: "Name {topic}" }, refine: [remove_markdown, remove_quotes] } }',
      ),
      'titles',
    );
    const runner = createRunner(step);
    const outcome = await runner?.run(
      { fields: { topic: 'tides' }, key: [0], place: [0] },
      {
        ask: (_purpose, _attempt, _ask, _messages, part) => {
          assert.equal(part, undefined);
          const answer = { choices: [{ text: '"**Ebb** and flood"', finishReason: 'stop' }], model: 'm', usage: null };
          return Promise.resolve({ answer, address: 'titles/0/0' });
        },
      },
    );
    assert.deepEqual(outcome, {
      records: [{ fields: { topic: 'tides', answer: 'Ebb and flood' }, index: null, address: 'titles/0/0' }],
      rejections: [],
    });
  });
});
