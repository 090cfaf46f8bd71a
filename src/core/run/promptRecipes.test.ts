/** The recipes that generate prompts, in whole runs: every request as it must be sent, every record as it must be written. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { ExpectedQuestions, listed } from '../../../test/support/expectedQuestions.ts';
import { RecipeRuns } from '../../../test/support/recipeRuns.ts';
import { InvalidInputError } from '../index.ts';
import type { JsonObject } from '../record/json.ts';
import type { RunSummary } from './events.ts';

const runs = new RecipeRuns();
let service: ExpectedQuestions;
let isChecked: boolean;
before(async () => {
  service = await ExpectedQuestions.start();
});
beforeEach(() => {
  runs.begin();
  isChecked = true;
});
afterEach(() => {
  if (isChecked) service.check();
});
after(async () => {
  runs.dispose();
  await service.server.close();
});

async function run(recipe: string, parameters: JsonObject, head: JsonObject = {}): Promise<RunSummary> {
  return runs.run({ ...head, recipe, with: parameters }, service.server);
}

describe('open questions', () => {
  const sizes = { n_macro_topics: 2, n_subtopics: 1, n_openlines: 1, n_revisions: 2 };

  it('are asked on subtopics, additional subtopics and macro topics, in this order, and each is revised', async () => {
    service.foresee('macro-topics', { n_macro_topics: 2 }, listed('Sea', 'Sky'));
    for (const topic of ['Sea', 'Sky', 'Own']) {
      service.foresee('subtopics', { macro_topic: topic, n_subtopics: 1 }, listed(`${topic} sub`));
    }
    const topics = ['Sea sub', 'Sky sub', 'Own sub', 'Extra', 'Sea', 'Sky', 'Own'];
    for (const topic of topics) {
      service.foresee('open-qa-from-topics', { topic, n_openlines: 1 }, listed(`${topic}?`));
      const openline = `${topic}?`;
      service.foresee('revise-open-qa', { openline, n_revisions: 2 }, listed(`${openline} A`, `${openline} B`));
    }
    const summary = await run('open-qa', {
      ...sizes,
      additional_macro_topics: ['Own'],
      additional_subtopics: ['Extra'],
    });
    assert.deepEqual([summary.state, summary.discarded, summary.requests], ['done', 0, 18]);
    // Source 0: subtopics (of the asked macro topics, then of the own ones), 1: additional, 2: macro topics.
    const keys = ['0.0.0.0', '0.0.1.0', '0.1.0.0', '1.0', '2.0.0', '2.0.1', '2.1.0'];
    assert.deepEqual(
      runs.rows(),
      topics.flatMap((topic, index) => [
        [`${keys[index] ?? ''}.0.0`, `${topic}? A`, `${topic}?`, topic],
        [`${keys[index] ?? ''}.0.1`, `${topic}? B`, `${topic}?`, topic],
      ]),
    );
    assert.deepEqual(Object.keys(runs.records()[0] ?? {}), ['id', 'prompt', 'openline', 'topic']);
  });

  it('leave the macro topics out where topics are not combined, and need none of the model’s', async () => {
    service.foresee('subtopics', { macro_topic: 'Own', n_subtopics: 1 }, listed('Own sub'));
    for (const topic of ['Own sub', 'Extra']) {
      service.foresee('open-qa-from-topics', { topic, n_openlines: 1 }, listed(`${topic}?`));
      service.foresee('revise-open-qa', { openline: `${topic}?`, n_revisions: 1 }, listed(`${topic}!`));
    }
    await run('open-qa', {
      ...sizes,
      n_macro_topics: 0,
      n_revisions: 1,
      additional_macro_topics: ['Own'],
      additional_subtopics: ['Extra'],
      combine_topics: false,
    });
    assert.deepEqual(
      runs.records().map(({ prompt }) => prompt),
      ['Own sub!', 'Extra!'],
    );
  });

  it('trim lists that are too long and keep those that are too short', async () => {
    service.foresee('macro-topics', { n_macro_topics: 2 }, listed('A', 'B', 'C'));
    service.foresee('subtopics', { macro_topic: 'A', n_subtopics: 2 }, listed('A1'));
    service.foresee('subtopics', { macro_topic: 'B', n_subtopics: 2 }, listed('B1', 'B2', 'B3'));
    for (const topic of ['A1', 'B1', 'B2']) {
      service.foresee('open-qa-from-topics', { topic, n_openlines: 1 }, listed(`${topic}?`));
      service.foresee('revise-open-qa', { openline: `${topic}?`, n_revisions: 1 }, listed(`${topic}!`));
    }
    const summary = await run('open-qa', { ...sizes, n_subtopics: 2, n_revisions: 1, combine_topics: false });
    assert.deepEqual(
      runs.records().map(({ prompt }) => prompt),
      ['A1!', 'B1!', 'B2!'],
    );
    assert.deepEqual(runs.rejects(summary).toSorted(), [
      ['0', 'macro_topics', 'surplus'],
      ['0.1', 'subtopics', 'surplus'],
    ]);
  });

  it('discard lists of another length where they are told to, but never that of the macro topics', async () => {
    service.foresee('macro-topics', { n_macro_topics: 2 }, listed('A', 'B', 'C'));
    service.foresee('subtopics', { macro_topic: 'A', n_subtopics: 1 }, listed('A1'));
    service.foresee('subtopics', { macro_topic: 'B', n_subtopics: 1 }, listed('B1', 'B2'));
    service.foresee('subtopics', { macro_topic: 'C', n_subtopics: 1 }, listed('C1'));
    for (const topic of ['A1', 'C1']) {
      service.foresee('open-qa-from-topics', { topic, n_openlines: 1 }, listed(`${topic}?`));
      service.foresee('revise-open-qa', { openline: `${topic}?`, n_revisions: 1 }, listed(`${topic}!`));
    }
    const parameters = { ...sizes, n_revisions: 1, combine_topics: false, on_mismatch: 'discard' };
    const summary = await run('open-qa', parameters);
    assert.deepEqual(
      runs.records().map(({ id, prompt }) => [id, prompt]),
      [
        ['0.0.0.0.0.0', 'A1!'],
        ['0.0.2.0.0.0', 'C1!'],
      ],
    );
    assert.deepEqual(runs.rejects(summary), [['0.1', 'subtopics', 'list-length']]);
  });

  it('fail for a length where they are told to', async () => {
    service.foresee('macro-topics', { n_macro_topics: 2 }, listed('A'));
    const summary = await run('open-qa', { ...sizes, on_mismatch: 'fail' });
    assert.equal(summary.state, 'failed');
    assert.match(summary.error ?? '', /^Step macro_topics, record .*the list has 1 element instead of 2/u);
  });

  it('fail without macro topics, unless additional topics leave something to work on', async () => {
    const local = { conversion: { mode: 'local' } };
    for (let attempt = 0; attempt < 2; attempt += 1) {
      service.foresee('macro-topics', { n_macro_topics: 2 }, 'I would rather not.');
    }
    const failed = await run('open-qa', sizes, local);
    assert.equal(failed.state, 'failed');
    assert.match(failed.error ?? '', /macro_topics.*without it there is nothing to work on/u);
    service.check();
    service.foresee('macro-topics', { n_macro_topics: 3 }, 'I would rather not.');
    service.foresee('open-qa-from-topics', { topic: 'Extra', n_openlines: 1 }, listed('Extra?'));
    service.foresee('revise-open-qa', { openline: 'Extra?', n_revisions: 2 }, listed('a', 'b'));
    const more = { ...sizes, n_macro_topics: 3, additional_subtopics: ['Extra'], attempts: 1 };
    const summary = await run('open-qa', more, local);
    assert.deepEqual([summary.state, summary.records, summary.discarded], ['done', 2, 1]);
  });

  it('take other templates at each stage, with values of further placeholders', async () => {
    const prompts = {
      macro_topics: { text: '{n_macro_topics} topics, without {exception}.' },
      subtopics: { text: '{n_subtopics} of {macro_topic}.', system: 'Avoid {exception}.' },
      openlines: 'math-problem-beginner',
      revisions: { text: 'Once more, {n_revisions} times: {openline}' },
    };
    const exception = 'war';
    service.foresee(prompts.macro_topics, { n_macro_topics: 1, exception }, listed('A'));
    service.foresee(prompts.subtopics, { n_subtopics: 1, macro_topic: 'A', exception }, listed('A1'));
    service.foresee(prompts.openlines, { topic: 'A1', n_openlines: 1 }, listed('q {x} $& \\1'));
    service.foresee(prompts.revisions, { openline: 'q {x} $& \\1', n_revisions: 1 }, listed('done'));
    const parameters = { n_macro_topics: 1, n_subtopics: 1, n_openlines: 1, n_revisions: 1, combine_topics: false };
    await run('open-qa', parameters, { prompts, values: { exception } });
    assert.deepEqual(runs.rows(), [['0.0.0.0.0.0', 'done', 'q {x} $& \\1', 'A1']]);
    isChecked = false;
    await assert.rejects(run('open-qa', parameters, { prompts, values: { exceptions: exception } }), (error) => {
      assert.ok(error instanceof InvalidInputError);
      assert.match(error.message, /nothing fills in the placeholder \{exception\} .*did you mean \{exceptions\}/u);
      return true;
    });
  });
});

describe('conversion by the model', () => {
  const conversion = { mode: 'model', model: 'c', generation: { temperature: 0, max_tokens: 9 } };
  const head = { generation: { temperature: 1, top_p: 0.7, seed: 3 }, conversion };
  const base = { temperature: 1, top_p: 0.7, seed: 3 };
  const converter = { model: 'c', temperature: 0, max_tokens: 9 };

  it('is asked after every answer, with its own model and parameters', async () => {
    const said = 'Sure!\n1. Tide\n2. "Wave"';
    service.foresee('closed-qa', { document: 'd', n_openlines: 2 }, said, base);
    service.foresee('yaml-conversion', { llm_response: said }, '- Tide\n- Wave', converter);
    await run('closed-qa', { documents: ['d'], n_openlines: 2 }, head);
    assert.deepEqual(runs.rows(), [
      ['0.0', 'Tide', 0, 'documents:1'],
      ['0.1', 'Wave', 0, 'documents:1'],
    ]);
  });

  it('may not make anything up: such an answer is discarded, or fails the run', async () => {
    const ask = (): void => {
      service.foresee('closed-qa', { document: 'd', n_openlines: 1 }, '1. Tide', base);
      service.foresee('yaml-conversion', { llm_response: '1. Tide' }, '- Flood', converter);
    };
    ask();
    const discarded = await run('closed-qa', { documents: ['d'], n_openlines: 1 }, head);
    assert.deepEqual(runs.rejects(discarded), [['0', 'questions', 'hallucination']]);
    const failed = await run('closed-qa', { documents: ['d'], n_openlines: 1, on_unreadable: 'fail' }, head);
    assert.equal(failed.state, 'failed');
    assert.match(failed.error ?? '', /^Step questions, record 0: element 1 of the conversion does not occur/u);
    assert.equal(failed.requests, 0, 'the answers of the run before are taken over');
  });
});

describe('writing tasks', () => {
  it('are asked for every pair of topic and kind of text, and each is revised', async () => {
    const pairs = ['Sea', 'Sky'].flatMap((topic) => ['Poem', 'Essay'].map((kind) => [topic, kind] as const));
    for (const [topic, kind] of pairs) {
      const openline = `${kind} on ${topic}`;
      const values = { topic, text_material_type: kind, n_openlines: 1 };
      service.foresee('writing-task', values, listed(openline));
      service.foresee('revise-writing-task', { openline, n_revisions: 2 }, listed(`${openline} a`, `${openline} b`));
    }
    const parameters = {
      topics: ['Sea', 'Sky'],
      text_material_types: ['Poem', 'Essay'],
      n_openlines: 1,
      n_revisions: 2,
    };
    await run('writing', parameters);
    assert.deepEqual(
      runs.rows(),
      pairs.flatMap(([topic, kind], index) =>
        ['a', 'b'].map((version, revision) => [
          `${Math.floor(index / 2)}.${index % 2}.0.${revision}`,
          `${kind} on ${topic} ${version}`,
          `${kind} on ${topic}`,
          topic,
          kind,
        ]),
      ),
    );
  });
});

describe('questions about documents', () => {
  it('remember their document, also when what stands before it came to nothing', async () => {
    const documents = ['first', 'second', 'third'];
    service.foresee('closed-qa', { document: 'first', n_openlines: 1 }, listed('One?'));
    service.foresee('closed-qa', { document: 'second', n_openlines: 1 }, 'No list.');
    service.foresee('closed-qa', { document: 'third', n_openlines: 1 }, listed('Three?'));
    const head = { conversion: { mode: 'local' } };
    const summary = await run('closed-qa', { documents, n_openlines: 1, attempts: 1 }, head);
    assert.deepEqual(runs.rows(), [
      ['0.0', 'One?', 0, 'documents:1'],
      ['2.0', 'Three?', 2, 'documents:3'],
    ]);
    assert.deepEqual(
      runs.rejects(summary).map(([id, step]) => [id, step]),
      [['1', 'questions']],
    );
  });
});

describe('problems', () => {
  const sizes = { n_macro_topics: 1, n_subtopics: 1, n_openlines: 2 };

  it('of mathematics are for the level that is asked for', async () => {
    service.foresee('math-macro-topics', { n_macro_topics: 1, school_level: 'university' }, listed('Algebra'));
    service.foresee('math-subtopics', { macro_topic: 'Algebra', n_subtopics: 1 }, listed('Rings'));
    for (const topic of ['Rings', 'Algebra', 'Own']) {
      const problems = listed(`${topic} 1`, `${topic} 2`);
      service.foresee('math-problem-beginner', { topic, n_openlines: 2 }, problems);
    }
    const parameters = { ...sizes, school_level: 'university', additional_subtopics: ['Own'] };
    await run('math', parameters, { prompts: { problems: 'math-problem-beginner' } });
    assert.deepEqual(runs.rows(), [
      ['0.0.0.0.0', 'Rings 1', 'Rings'],
      ['0.0.0.0.1', 'Rings 2', 'Rings'],
      ['1.0.0', 'Own 1', 'Own'],
      ['1.0.1', 'Own 2', 'Own'],
      ['2.0.0.0', 'Algebra 1', 'Algebra'],
      ['2.0.0.1', 'Algebra 2', 'Algebra'],
    ]);
  });

  it('of programming are in the language that is asked for, each topic once', async () => {
    service.foresee('python-macro-topics', { n_macro_topics: 1 }, listed('Types'));
    service.foresee('python-subtopics', { macro_topic: 'Types', n_subtopics: 1 }, listed('Lists'));
    for (const topic of ['Lists', 'Types']) {
      const values = { topic, n_openlines: 2, language: 'Rust' };
      service.foresee('python-problem-beginner', values, listed(`${topic} 1`, `${topic} 2`));
    }
    await run('python', { ...sizes, language: 'Rust' });
    assert.deepEqual(
      runs.records().map(({ prompt, topic }) => [prompt, topic]),
      [
        ['Lists 1', 'Lists'],
        ['Lists 2', 'Lists'],
        ['Types 1', 'Types'],
        ['Types 2', 'Types'],
      ],
    );
  });
});
