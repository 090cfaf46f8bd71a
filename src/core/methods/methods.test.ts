/** Every method of the library: which template it sends, with which values, and what it gives back. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { ExpectedQuestions, listed } from '../../../test/support/expectedQuestions.ts';
import * as library from '../index.ts';
import { InvalidInputError, type Client, type MethodOptions } from '../index.ts';

let service: ExpectedQuestions;
let client: Client;
before(async () => {
  service = await ExpectedQuestions.start();
  client = library.openClient({ base_url: service.server.url, model: 'm' });
});
afterEach(() => {
  service.check();
});
after(async () => {
  await client.close();
  await service.server.close();
});

type Values = Readonly<Record<string, string | number>>;
/** Name, template, the parameters of the call, the values that the template takes where they are not the same. */
const METHODS: readonly (readonly [
  string,
  string,
  (options: MethodOptions, values: never) => Promise<readonly string[]>,
  Values,
])[] = [
  ['generateMacroTopics', 'macro-topics', call(library.generateMacroTopics), { n_macro_topics: 3 }],
  ['generateSubtopics', 'subtopics', call(library.generateSubtopics), { macro_topic: 'Sea', n_subtopics: 3 }],
  [
    'generateOpenQaFromTopic',
    'open-qa-from-topics',
    call(library.generateOpenQaFromTopic),
    { topic: 'Sea', n_openlines: 2 },
  ],
  ['reviseOpenQa', 'revise-open-qa', call(library.reviseOpenQa), { openline: 'Why?', n_revisions: 2 }],
  [
    'generateWritingTasks',
    'writing-task',
    call(library.generateWritingTasks),
    { topic: 'Sea', text_material_type: 'Poem', n_openlines: 2 },
  ],
  [
    'reviseWritingTasks',
    'revise-writing-task',
    call(library.reviseWritingTasks),
    { openline: 'Write.', n_revisions: 2 },
  ],
  [
    'generateClosedQaInstructions',
    'closed-qa',
    call(library.generateClosedQaInstructions),
    { document: '{x} $&', n_openlines: 2 },
  ],
  [
    'generateMathMacroTopics',
    'math-macro-topics',
    call(library.generateMathMacroTopics),
    { n_macro_topics: 2, school_level: 'university' },
  ],
  [
    'generateMathSubtopics',
    'math-subtopics',
    call(library.generateMathSubtopics),
    { macro_topic: 'Rings', n_subtopics: 1 },
  ],
  [
    'generateMathProblem',
    'math-problem-general',
    call(library.generateMathProblem),
    { topic: 'Rings', n_openlines: 1 },
  ],
  ['generatePythonMacroTopics', 'python-macro-topics', call(library.generatePythonMacroTopics), { n_macro_topics: 2 }],
  [
    'generatePythonSubtopics',
    'python-subtopics',
    call(library.generatePythonSubtopics),
    { macro_topic: 'Lists', n_subtopics: 1 },
  ],
  [
    'generatePythonProblem',
    'python-problem-beginner',
    call(library.generatePythonProblem),
    { topic: 'Lists', n_openlines: 1, language: 'Rust' },
  ],
  ['classifyMathEntity', 'math-classification', call(library.classifyMathEntity), { entity: 'Ring' }],
  ['classifyPythonEntity', 'python-classification', call(library.classifyPythonEntity), { entity: 'list' }],
  ['rewriteToWikipediaStyle', 'wikipedia-rephrasing', call(library.rewriteToWikipediaStyle), { document: 'd' }],
  ['generateDiverseQa', 'diverse-qa', call(library.generateDiverseQa), { document: 'd' }],
  ['distill', 'distill', call(library.distill), { document: 'd' }],
  ['extractKnowledge', 'extract-knowledge', call(library.extractKnowledge), { document: 'd' }],
  ['generateKnowledgeList', 'knowledge-list', call(library.generateKnowledgeList), { document: 'd' }],
];

function call<Options extends MethodOptions>(
  method: (options: Options) => Promise<readonly string[]>,
): (options: MethodOptions, values: Omit<Options, keyof MethodOptions>) => Promise<readonly string[]> {
  return (options, values) => method({ ...options, ...values } as unknown as Options);
}

describe('a method', () => {
  for (const [name, template, method, values] of METHODS) {
    it(`${name} sends its template, and another with further values where it is given one`, async () => {
      service.foresee(template, values, 'said');
      assert.deepEqual(await method({ endpoint: client }, values as never), ['said']);
      const text = `Of ${Object.keys(values)
        .map((placeholder) => `{${placeholder}}`)
        .join(' ')} in {manner}`;
      const rest = { model: 'other', temperature: 0.1, n: 2 };
      service.foresee({ text, system: 'Be {manner}.' }, { ...values, manner: 'kind' }, ['one', 'two'], rest);
      const options: MethodOptions = {
        endpoint: { base_url: service.server.url },
        model: 'other',
        template: text,
        system: 'Be {manner}.',
        values: { manner: 'kind' },
        generation: { temperature: 0.1, n: 2 },
      };
      assert.deepEqual(await method(options, values as never), ['one', 'two']);
    });
  }

  it('takes other built-in templates by their ids', async () => {
    service.foresee('python-problem-advanced', { topic: 'Lists', n_openlines: 1, language: 'Python' }, 'said');
    const template = { builtin: 'python-problem-advanced' };
    await library.generatePythonProblem({ endpoint: client, topic: 'Lists', n_openlines: 1, template });
    const unknown = library.generateMacroTopics({
      endpoint: client,
      n_macro_topics: 1,
      template: { builtin: 'x/../y' },
    });
    await assert.rejects(unknown, /there is no built-in template x\/\.\.\/y/u);
  });

  it('names the placeholder that has no value, and asks nothing', async () => {
    const template = '{n_macro_topics} topics without {exception}';
    const values = { exceptions: 'war' };
    await assert.rejects(
      library.generateMacroTopics({ endpoint: client, n_macro_topics: 1, template, values }),
      (error) => {
        assert.ok(error instanceof InvalidInputError);
        assert.match(error.message, /the placeholder \{exception\} has no value \(did you mean exceptions\?\)/u);
        return true;
      },
    );
  });

  it('changes documents in any other way by the id of the task', async () => {
    service.foresee('translate', { document: 'd', language: 'Dutch' }, 'nl');
    const asked = library.transformDocument({
      endpoint: client,
      task: 'translate',
      document: 'd',
      values: { language: 'Dutch' },
    });
    assert.deepEqual(await asked, ['nl']);
  });
});

describe('the conversion of an answer into a list', () => {
  const llm_response = 'Here: 1. Tide 2. Wave';

  it('is asked for, and read strictly', async () => {
    service.foresee('yaml-conversion', { llm_response }, '- Tide\n- "Wave"');
    assert.deepEqual(await library.convertResponseToYamlList({ endpoint: client, llm_response }), ['Tide', 'Wave']);
  });

  const failures: readonly (readonly [string, string])[] = [
    ['- a: [', 'not-yaml'],
    ['Tide', 'not-a-list'],
    ['- 1', 'not-strings'],
    ['- Flood', 'hallucination'],
  ];
  for (const [text, reason] of failures) {
    it(`fails as ${reason}`, async () => {
      service.foresee('yaml-conversion', { llm_response }, text);
      await assert.rejects(library.convertResponseToYamlList({ endpoint: client, llm_response }), (error) => {
        assert.ok(error instanceof library.ListConversionError);
        assert.deepEqual([error.reason, error.text], [reason, text]);
        return true;
      });
    });
  }
});

describe('a conversation', () => {
  const turn = (role: 'system' | 'user' | 'assistant', content: string) => ({ role, content });

  it('has two models with parameters and system messages of their own', async () => {
    const smart = { model: 'smart', temperature: 0 };
    const curious = { model: 'curious', top_p: 0.5 };
    const system = turn('system', 'Be kind.');
    const said = [turn('user', 'Why?'), turn('assistant', 'So.'), turn('user', 'And?'), turn('assistant', 'Thus.')];
    service.foreseeMessages([system, ...said.slice(0, 1)], 'So.', smart);
    const history = { conversation_history: 'User: Why?Assistant: So.' };
    service.foresee('dialogue-normal-user-turn', history, 'And?', curious);
    service.foreseeMessages([system, ...said.slice(0, 3)], 'Thus.', smart);
    const messages = await library.generateDialogue({
      endpoint: client,
      openline: 'Why?',
      n_user_turns: 2,
      user: { model: 'curious', generation: { top_p: 0.5 } },
      assistant: { model: 'smart', generation: { temperature: 0 }, system: 'Be {manner}.' },
      values: { manner: 'kind' },
    });
    assert.deepEqual(messages, said);
  });

  it('of two turns ends with the user', async () => {
    service.foreseeMessages([turn('user', 'Why?')], 'So.');
    const history = { conversation_history: 'User: Why?Assistant: So.' };
    service.foresee('dialogue-complex-user-turn', history, 'And?');
    const template = { builtin: 'dialogue-complex-user-turn' };
    const messages = await library.generateTwoTurnPrompt({ endpoint: client, openline: 'Why?', template });
    assert.deepEqual(messages, [turn('user', 'Why?'), turn('assistant', 'So.'), turn('user', 'And?')]);
  });

  it('says why it came to nothing', async () => {
    for (let attempt = 0; attempt < 2; attempt += 1) service.foreseeMessages([turn('user', 'Why?')], ' ');
    await assert.rejects(library.generateDialogue({ endpoint: client, openline: 'Why?' }), (error) => {
      assert.ok(error instanceof library.DialogueError);
      assert.equal(error.reason, 'empty');
      return true;
    });
    const blind = library.generateDialogue({ endpoint: client, openline: 'Why?', template: 'Go on.' });
    await assert.rejects(blind, /needs the placeholder \{conversation_history\}/u);
    const open = library.generateDialogue({ endpoint: client, openline: 'Why?', user: { system: 'Be {who}.' } });
    await assert.rejects(open, /\{who\} has no value/u);
  });
});

describe('a pipeline as a function', () => {
  const endpoint = (): library.ConnectionOptions => ({ base_url: service.server.url, model: 'm' });

  it('runOpenQaPipeline gives the revisions', async () => {
    service.foresee('macro-topics', { n_macro_topics: 1 }, listed('Sea', 'Sky'));
    service.foresee('subtopics', { macro_topic: 'Sea', n_subtopics: 1 }, listed('Tide'));
    for (const topic of ['Tide', 'Own', 'Sea']) {
      service.foresee('open-qa-from-topics', { topic, n_openlines: 1 }, listed(`${topic}?`));
      service.foresee('revise-open-qa', { openline: `${topic}?`, n_revisions: 1 }, listed(`${topic}!`));
    }
    const sizes = { n_macro_topics: 1, n_subtopics: 1, n_openlines: 1, n_revisions: 1 };
    const made = await library.runOpenQaPipeline({ endpoint: endpoint(), ...sizes, additional_subtopics: ['Own'] });
    assert.deepEqual(made, ['Tide!', 'Own!', 'Sea!']);
  });

  it('runWritingPipeline, runMathPipeline and runPythonPipeline give tasks and problems', async () => {
    const values = { topic: 'Sea', text_material_type: 'Poem', n_openlines: 1 };
    service.foresee('writing-task', values, listed('Write.'));
    service.foresee('revise-writing-task', { openline: 'Write.', n_revisions: 1 }, listed('Write more.'));
    const writing = { topics: ['Sea'], text_material_types: ['Poem'], n_openlines: 1, n_revisions: 1 };
    assert.deepEqual(await library.runWritingPipeline({ endpoint: endpoint(), ...writing }), ['Write more.']);
    const sizes = { n_macro_topics: 1, n_subtopics: 1, n_openlines: 1, combine_topics: false };
    service.foresee('math-macro-topics', { n_macro_topics: 1, school_level: 'x' }, listed('A'));
    service.foresee('math-subtopics', { macro_topic: 'A', n_subtopics: 1 }, listed('B'));
    service.foresee('math-problem-general', { topic: 'B', n_openlines: 1 }, listed('C'));
    assert.deepEqual(await library.runMathPipeline({ endpoint: endpoint(), ...sizes, school_level: 'x' }), ['C']);
    service.foresee('python-macro-topics', { n_macro_topics: 1 }, listed('D'));
    service.foresee('python-subtopics', { macro_topic: 'D', n_subtopics: 1 }, listed('E'));
    service.foresee('python-problem-beginner', { topic: 'E', n_openlines: 1, language: 'Go' }, listed('F'));
    assert.deepEqual(await library.runPythonPipeline({ endpoint: endpoint(), ...sizes, language: 'Go' }), ['F']);
  });

  it('runClosedQaPipeline gives pairs of document and question, the index surviving what is discarded', async () => {
    const rules = { conversion: { mode: 'local' as const }, ignore_conversion_failure: true };
    const ask = (): void => {
      service.foresee('closed-qa', { document: 'a', n_openlines: 1 }, 'no list');
      service.foresee('closed-qa', { document: 'a', n_openlines: 1 }, 'again none');
      service.foresee('closed-qa', { document: 'b', n_openlines: 1 }, listed('Why?'));
    };
    ask();
    const given = { endpoint: endpoint(), documents: ['a', 'b'], n_openlines: 1, conversion: rules.conversion };
    assert.deepEqual(await library.runClosedQaPipeline({ ...given, ...rules }), [[1, 'Why?']]);
    service.check();
    service.foresee('closed-qa', { document: 'a', n_openlines: 1 }, listed('x', 'y'));
    const strict = library.runClosedQaPipeline({ ...given, documents: ['a'], trim_topics_list: false });
    await assert.rejects(strict, (error) => {
      assert.ok(error instanceof library.PipelineFailedError);
      assert.equal(error.summary.state, 'failed');
      assert.match(error.message, /the list has 2 elements instead of 1/u);
      return true;
    });
  });

  it('runRecipe runs any other', async () => {
    service.foresee('translate', { document: 'd', language: 'Dutch' }, 'nl', { max_tokens: 5 });
    const options = { endpoint: endpoint(), generation: { max_tokens: 5 } };
    const { records, summary } = await library.runRecipe('translate', { documents: ['d'], language: 'Dutch' }, options);
    assert.deepEqual(records, [{ id: '0', text: 'nl', document: 0, source: 'documents:1' }]);
    assert.equal(summary.requests, 1);
    await assert.rejects(library.runRecipe('translat', {}, options), /did you mean `translate`/u);
  });
});
