/** Every recipe, held against its contract. Longer than other files: the tables have a row for each recipe and stand in one place. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { stringify } from 'yaml';
import type { Json } from '../record/json.ts';
import { isAsking } from './asking.ts';
import { ejectPipeline } from './ejectPipeline.ts';
import { pipelineJsonSchema } from './pipelineJsonSchema.ts';
import type { Plan } from './plan.ts';
import { pipeline, PlanFixture } from './planFixture.ts';
import { parseRecipe } from './recipeLibrary.ts';

let fixture: PlanFixture;

before(async () => {
  fixture = await PlanFixture.create();
  await fixture.put('docs/b.md', 'beta');
  await fixture.put('docs/a.md', 'alpha');
  await fixture.put('docs/deep/c.md', 'gamma');
  await fixture.put('data/questions.jsonl', '{"id":"q1"}\n');
  await fixture.put('lines.jsonl', '{"body":"x"}\n');
});

after(async () => {
  await fixture.dispose();
});

/** A pipeline of a recipe with what New Pipeline fills in. */
function fromDefaults(id: string): string {
  const recipe = fixture.context.recipes.get(id);
  assert.ok(recipe !== undefined);
  const given: Record<string, Json> = {};
  const source = recipe.exactlyOne.find((name) => name === 'files') ?? recipe.exactlyOne[0];
  for (const [name, { example }] of Object.entries(recipe.parameters)) {
    if (example !== undefined && (name === source || !recipe.exactlyOne.includes(name))) given[name] = example;
  }
  return stringify({ openline: 1, endpoint: 'sample', recipe: id, with: given });
}

/** Each step with its sources, as `id < source, source`. */
function flow({ steps }: Plan): string[] {
  return steps.map(({ id, from, prefixesKeys }) =>
    from.length === 0
      ? id
      : `${id} < ${from.map(({ step, source }) => (prefixesKeys ? `${source}:${step}` : step)).join(', ')}`,
  );
}

/** Null: the fields of the input. */
const FIELDS: Readonly<Record<string, readonly string[] | null>> = {
  'open-qa': ['id', 'prompt', 'openline', 'topic'],
  writing: ['id', 'prompt', 'openline', 'topic', 'text_material_type'],
  'closed-qa': ['id', 'prompt', 'document', 'source'],
  math: ['id', 'prompt', 'topic'],
  python: ['id', 'prompt', 'topic'],
  dialogue: ['id', 'messages'],
  'two-turn': ['id', 'messages'],
  'classify-entities': ['id', 'entity', 'label', 'answer'],
  answers: ['id', 'messages', 'prompt', 'response'],
  preference: ['id', 'prompt', 'chosen', 'rejected', 'scores'],
  wikipedia: ['id', 'text', 'document', 'source'],
  'diverse-qa': ['id', 'text', 'document', 'source'],
  distill: ['id', 'text', 'document', 'source'],
  'extract-knowledge': ['id', 'text', 'document', 'source'],
  'knowledge-list': ['id', 'text', 'document', 'source'],
  paraphrase: ['id', 'text', 'document', 'source'],
  format: ['id', 'text', 'document', 'source'],
  style: ['id', 'text', 'document', 'source'],
  simplify: ['id', 'text', 'document', 'source'],
  translate: ['id', 'text', 'document', 'source'],
  'add-context': ['id', 'text', 'document', 'source'],
  explain: ['id', 'text', 'document', 'source'],
  'code-examples': ['id', 'text', 'document', 'source'],
  extract: ['id', 'subject', 'summary', 'terms', 'document', 'source'],
  instructions: ['id', 'text', 'prompt', 'response', 'document', 'source'],
  'multilingual-qa': ['id', 'prompt', 'response', 'language', 'document', 'source'],
  'peft-curation': null,
  'parallel-corpus': ['id', 'original', 'translation', 'language', 'document', 'source'],
};

const PROMPTS: Readonly<Record<string, readonly string[]>> = {
  'open-qa': ['macro_topics', 'subtopics', 'openlines', 'revisions'],
  writing: ['tasks', 'revisions'],
  'closed-qa': ['questions'],
  math: ['macro_topics', 'subtopics', 'problems'],
  python: ['macro_topics', 'subtopics', 'problems'],
  dialogue: ['user_turn'],
  'two-turn': ['user_turn'],
  'classify-entities': ['classify'],
  answers: ['answer'],
  preference: ['answer', 'scored'],
  wikipedia: ['rewrite'],
  'diverse-qa': ['rewrite'],
  distill: ['rewrite'],
  'extract-knowledge': ['rewrite'],
  'knowledge-list': ['rewrite'],
  paraphrase: ['rewrite'],
  format: ['rewrite'],
  style: ['rewrite'],
  simplify: ['rewrite'],
  translate: ['rewrite'],
  'add-context': ['rewrite'],
  explain: ['rewrite'],
  'code-examples': ['rewrite'],
  instructions: ['rewrite'],
  extract: ['extract'],
  'multilingual-qa': ['questions'],
  'peft-curation': ['titles', 'questions', 'answers', 'scored'],
  'parallel-corpus': ['rewrite'],
};

describe('every recipe', () => {
  for (const [id, fields] of Object.entries(FIELDS)) {
    it(`${id} is planned from its defaults, with its steps and fields`, async () => {
      const text = fromDefaults(id);
      const plan = await fixture.plan(text);
      assert.deepEqual(await fixture.warnings(text), []);
      assert.deepEqual(plan.outputs[0]?.fields, fields);
      assert.deepEqual(
        plan.steps.filter(isAsking).map((step) => step.id),
        PROMPTS[id],
      );
      const example = fixture.context.recipes.get(id)?.example ?? {};
      if (fields !== null) assert.deepEqual(['id', ...Object.keys(example)], fields);
    });

    it(`${id} does the same when it is ejected`, async () => {
      const text = fromDefaults(id);
      const ejected = await ejectPipeline({ file: fixture.file, text }, fixture.context);
      assert.doesNotMatch(ejected, /\$\{|^recipe|^with/mu);
      assert.equal((await fixture.plan(ejected)).hash, (await fixture.plan(text)).hash);
      assert.deepEqual(await fixture.warnings(ejected), []);
    });
  }

  it('of the library is listed here', () => {
    assert.deepEqual([...fixture.context.recipes.keys()].sort(), Object.keys(FIELDS).sort());
  });
});

describe('open-qa', () => {
  it('takes the topics in the order subtopics, additional subtopics, macro topics', async () => {
    const all = 'with: { additional_macro_topics: [m], additional_subtopics: [s] }';
    assert.deepEqual(flow(await fixture.plan(pipeline('recipe: open-qa', all))), [
      'macro_topics',
      'additional_macro_topics',
      'subtopics < 0:macro_topics, 1:additional_macro_topics',
      'additional_subtopics',
      'macro_topics_as_topics < 0:macro_topics, 1:additional_macro_topics',
      'openlines < 0:subtopics, 1:additional_subtopics, 2:macro_topics_as_topics',
      'revisions < openlines',
    ]);
  });

  it('keeps the indices of sources when others are left out', async () => {
    assert.deepEqual(flow(await fixture.plan(pipeline('recipe: open-qa', 'with: { combine_topics: false }'))), [
      'macro_topics',
      'subtopics < 0:macro_topics',
      'openlines < 0:subtopics',
      'revisions < openlines',
    ]);
    assert.deepEqual(
      flow(await fixture.plan(pipeline('recipe: open-qa', 'with: { n_macro_topics: 0, additional_subtopics: [s] }'))),
      ['additional_subtopics', 'openlines < 1:additional_subtopics', 'revisions < openlines'],
    );
    assert.deepEqual(flow(await fixture.plan(pipeline('recipe: open-qa', 'with: { n_subtopics: 0 }'))), [
      'macro_topics',
      'macro_topics_as_topics < 0:macro_topics',
      'openlines < 2:macro_topics_as_topics',
      'revisions < openlines',
    ]);
  });

  it('hands its parameters to templates and lists', async () => {
    const text = pipeline(
      'recipe: open-qa',
      'with: { n_macro_topics: 7, n_subtopics: 6, n_openlines: 5, n_revisions: 4 }',
    );
    for (const [id, name, count, field] of [
      ['macro_topics', 'n_macro_topics', 7, 'macro_topic'],
      ['subtopics', 'n_subtopics', 6, 'topic'],
      ['openlines', 'n_openlines', 5, 'openline'],
      ['revisions', 'n_revisions', 4, 'prompt'],
    ] as const) {
      const { values, expect } = await fixture.generateStep(text, id);
      assert.deepEqual(values, { [name]: count });
      assert.ok(expect.kind === 'list');
      assert.deepEqual([expect.field, expect.length], [field, count]);
    }
  });

  it('fails without macro topics unless additional topics leave something to work on', async () => {
    const essential = async (parameters: string): Promise<boolean> =>
      (await fixture.generateStep(pipeline('recipe: open-qa', `with: { ${parameters} }`), 'macro_topics')).essential;
    assert.equal(await essential(''), true);
    assert.equal(await essential('additional_macro_topics: [a]'), false);
    assert.equal(await essential('additional_subtopics: [a]'), false);
  });

  it('never discards the list of macro topics for its length', async () => {
    const handling = async (onMismatch: string, id: string): Promise<string> => {
      const { expect } = await fixture.generateStep(
        pipeline('recipe: open-qa', `with: { on_mismatch: ${onMismatch} }`),
        id,
      );
      assert.ok(expect.kind === 'list');
      return expect.onMismatch;
    };
    assert.equal(await handling('discard', 'macro_topics'), 'keep');
    assert.equal(await handling('discard', 'subtopics'), 'discard');
    assert.equal(await handling('fail', 'macro_topics'), 'fail');
    assert.equal(await handling('trim', 'macro_topics'), 'trim');
  });

  it('says so when nothing is left to do', async () => {
    assert.deepEqual(await fixture.errors(pipeline('recipe: open-qa', 'with: { n_macro_topics: 0 }')), [
      '3:9-16 nothing-to-do: the step revisions, whose records are written, is left out: it is switched off by `when`, or there is nothing left that it could read',
    ]);
  });

  it('makes 1 341 requests of the standard size, by its plan', async () => {
    const plan = await fixture.plan(
      pipeline('recipe: open-qa', 'with: { n_macro_topics: 20, n_subtopics: 5, n_openlines: 10, n_revisions: 5 }'),
    );
    const yields = new Map<string, number>();
    let requests = 0;
    for (const step of plan.steps) {
      const incoming =
        step.from.length === 0 ? 1 : step.from.reduce((sum, { step: id }) => sum + (yields.get(id) ?? 0), 0);
      if (step.kind === 'generate' && step.expect.kind === 'list') {
        requests += incoming;
        yields.set(step.id, incoming * (step.expect.length ?? 1));
      } else yields.set(step.id, incoming);
    }
    assert.equal(requests, 1341);
    assert.equal(yields.get('revisions'), 6000);
  });
});

describe('the recipes that rewrite documents', () => {
  it('cut documents and refine answers within the limits that are theirs', async () => {
    const limits: Record<string, unknown> = {};
    for (const id of ['diverse-qa', 'distill', 'extract-knowledge', 'knowledge-list', 'wikipedia']) {
      const { segments, refinement } = await fixture.generateStep(fromDefaults(id), 'rewrite');
      assert.ok(segments !== undefined && refinement !== undefined);
      const { minDocumentTokens, minTokens, maxInputTokens } = segments;
      const told = [...refinement.each, ...(refinement.separator === null ? [] : ['join']), ...refinement.joined].map(
        (part) => (typeof part === 'string' ? part : 'tokens' in part ? `${part.kind} ${part.tokens}` : part.kind),
      );
      limits[id] = [[minDocumentTokens, minTokens, maxInputTokens], told];
    }
    const qa = ['max_tokens 598', 'remove_markdown', 'diverse_qa', 'min_tokens 100'];
    const distilled = ['max_tokens 1598', 'remove_markdown', 'prefix', 'remove_quotes', 'min_tokens 50'];
    const extracted = ['max_tokens 1398', 'remove_markdown', 'drop_passage_labels', 'min_tokens 50'];
    const listed = ['max_tokens 598', 'remove_markdown', 'knowledge_list', 'min_tokens 50'];
    const rephrased = ['max_tokens 510', 'remove_markdown', 'prefix', 'remove_quotes', 'join', 'min_tokens 50'];
    assert.deepEqual(limits, {
      'diverse-qa': [[30, 30, 1000], qa],
      distill: [[30, 10, 2000], distilled],
      'extract-knowledge': [[30, 30, 1400], extracted],
      'knowledge-list': [[30, 30, 1000], listed],
      wikipedia: [[5, 5, 512], rephrased],
    });
  });

  it('hand their parameters on', async () => {
    const given =
      'documents: [a], max_num_pairs: 3, seed: 7, encoding: cl100k_base, max_input_tokens: 640, prefix: "Pairs:"';
    const step = await fixture.generateStep(pipeline('recipe: diverse-qa', `with: { ${given} }`), 'rewrite');
    assert.equal(step.encoding, 'cl100k_base');
    assert.equal(step.segments?.maxInputTokens, 640);
    assert.deepEqual(step.refinement?.each.at(2), {
      kind: 'diverse_qa',
      document: 'text',
      announcement: 'Pairs:',
      maxPairs: 3,
      seed: 7,
    });
  });

  it('announce the line that their template asks for', async () => {
    for (const id of ['wikipedia', 'distill', 'diverse-qa']) {
      const { template } = await fixture.generateStep(fromDefaults(id), 'rewrite');
      const announced = fixture.context.recipes.get(id)?.parameters['prefix']?.default;
      assert.ok(typeof announced === 'string' && template.body.includes(`begins with the line "${announced}"`), id);
    }
  });
});

describe('closed-qa', () => {
  it('reads documents from a list, files, or fields of lines', async () => {
    const documents = await fixture.readStep(pipeline('recipe: closed-qa', 'with: { documents: [a, b] }'), 'documents');
    assert.deepEqual(documents.source, {
      kind: 'list',
      values: ['a', 'b'],
      field: 'text',
      indexField: 'document',
      sourceField: 'source',
      label: 'documents',
    });
    const files = await fixture.readStep(pipeline('recipe: closed-qa', 'with: { files: "**/*.md" }'), 'files');
    assert.ok(files.source.kind === 'files');
    assert.deepEqual(
      files.source.files.map(({ shown }) => shown),
      ['docs/a.md', 'docs/b.md', 'docs/deep/c.md'],
    );
    const lines = await fixture.readStep(
      pipeline('recipe: closed-qa', 'with: { jsonl: lines.jsonl, field: body }'),
      'lines',
    );
    assert.ok(lines.source.kind === 'files');
    const { field, into, keepFields } = lines.source;
    assert.deepEqual([lines.source.files[0]?.as, field, into, keepFields], ['jsonl', 'body', 'text', false]);
  });

  const wrong: readonly (readonly [string, string])[] = [
    [
      'with: {}',
      '3:9-18 missing-parameter: the recipe closed-qa needs one of `documents`, `files`, `jsonl` in `with:`',
    ],
    [
      'with: { documents: [a], files: docs/*.md }',
      '4:25-30 conflicting-parameters: only one of `documents`, `files`, `jsonl` can be given; there is `documents` already',
    ],
    [
      'with: { documents: [a], field: body }',
      '4:25-30 unused-parameter: `field` has no effect without `jsonl` or `files`',
    ],
    [
      'with: { documents: [] }',
      '4:20-22 out-of-range: `documents`: expected a list of texts, at least 1, not an empty list',
    ],
    ['with: { files: [docs/*.md, gone/*.md] }', '4:28-37 no-match: no file matches gone/*.md'],
    ['with: { files: gone.md }', '4:16-23 missing-file: there is no file gone.md'],
    [
      'with: { documents: [a], n_openlines: 0 }',
      '4:38-39 out-of-range: `n_openlines`: expected a whole number of at least 1, not 0',
    ],
    [
      'with: { documents: [a], n_openlines: many }',
      '4:38-42 wrong-type: `n_openlines`: expected a whole number of at least 1, not the text "many"',
    ],
    [
      'with: { documents: [a], on_mismatch: cut }',
      '4:38-41 unknown-choice: `on_mismatch`: `cut` is not a choice; valid: trim, keep, discard, fail',
    ],
    [
      'with: { documents: [a, 3] }',
      '4:24-25 wrong-type: `documents`: expected a list of texts, at least 1; element 2 is 3',
    ],
    [
      'with: { documents: [a, ""] }',
      '4:24-26 wrong-type: `documents`: expected a list of texts, at least 1; element 2 is the text ""',
    ],
  ];
  for (const [line, expected] of wrong) {
    it(`refuses ${line}`, async () => {
      assert.deepEqual(await fixture.errors(pipeline('recipe: closed-qa', line)), [expected]);
    });
  }
});

describe('writing', () => {
  it('crosses topics with kinds of text', async () => {
    const text = pipeline('recipe: writing', 'with: { topics: [a, b], text_material_types: [x] }');
    assert.deepEqual((await fixture.readStep(text, 'pairs')).source, {
      kind: 'cross',
      fields: [
        { field: 'topic', values: ['a', 'b'] },
        { field: 'text_material_type', values: ['x'] },
      ],
      label: 'pairs',
    });
    const { bind } = await fixture.generateStep(text, 'tasks');
    assert.deepEqual(bind, { topic: 'topic', text_material_type: 'text_material_type' });
  });

  it('names the parameters it needs', async () => {
    const found = await fixture.errors(pipeline('recipe: writing'));
    assert.equal(found.length, 2);
    assert.match(found.join('\n'), /missing-parameter: the recipe writing needs `topics`.*\n.*`text_material_types`/u);
  });
});

describe('--set', () => {
  it('goes before the file, in YAML or plain text as the parameter wants it', async () => {
    const text = pipeline('recipe: closed-qa', 'with: { n_openlines: 2, documents: [a] }');
    const { parameters } = await fixture.plan(text, { set: { n_openlines: '7', documents: '[x, "y: z"]' } });
    assert.deepEqual([parameters['n_openlines'], parameters['documents']], [7, ['x', 'y: z']]);
    const files = await fixture.plan(pipeline('recipe: closed-qa'), { set: { files: '**/*.md' } });
    assert.deepEqual(files.parameters['files'], ['**/*.md']);
    const level = await fixture.plan(pipeline('recipe: math'), {
      set: { school_level: '12', combine_topics: 'false' },
    });
    assert.deepEqual([level.parameters['school_level'], level.parameters['combine_topics']], ['12', false]);
  });

  it('says what is wrong with it', async () => {
    const text = pipeline('recipe: open-qa');
    assert.deepEqual(await fixture.errors(text, { set: { n_subtopics: '-3', n_subtopic: '1' } }), [
      'unknown-parameter: --set n_subtopic=1: `n_subtopic` is not a parameter of the recipe open-qa (did you mean `n_subtopics`?); valid: n_macro_topics, n_subtopics, n_openlines, n_revisions, additional_macro_topics, additional_subtopics, combine_topics, on_mismatch, attempts, on_unreadable, keep_truncated',
      'out-of-range: --set n_subtopics=-3: `n_subtopics`: expected a whole number of at least 0, not -3',
    ]);
    assert.match(
      (await fixture.errors(pipeline('steps: [{ id: a, read: { values: [x] } }]'), { set: { n: '1' } })).join(),
      /only recipes have parameters/u,
    );
  });
});

describe('a recipe that is wrong', () => {
  const head = 'openline: 1\ntitle: T\ndescription: D\nexample: {}\noutput: {}\n';
  const problems = (text: string): string => {
    try {
      parseRecipe('r', 'r.yaml', head + text);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    return '';
  };

  it('is told by its author', () => {
    const steps = "steps: [{ id: a, read: { values: '${l}' } }]\n";
    assert.equal(problems(`parameters: { l: { type: list, default: [], description: L } }\n${steps}`), '');
    assert.match(
      problems(`parameters: { n: { type: integer, description: N }, l: { type: list, description: L } }\n${steps}`),
      /^r\.yaml:6:15: the parameter `n` is used by no step/u,
    );
    assert.match(problems(`parameters: {}\n${steps}`), /^r\.yaml:7:9: `l` is not a parameter/u);
    assert.match(
      problems("parameters: {}\nsteps: [{ id: a, when: '1 +', read: {} }]"),
      /^r\.yaml:7:9: something is missing at the end/u,
    );
  });
});

describe('the JSON Schema for editors', () => {
  it('has every key with its description, and the parameters of every recipe', () => {
    const schema = pipelineJsonSchema(fixture.context.recipes);
    const text = JSON.stringify(schema);
    assert.match(text, /"const":"open-qa"/u);
    assert.match(text, /"n_macro_topics":\{"type":"integer","minimum":0/u);
    const properties = schema['properties'] as Readonly<Record<string, { readonly description?: string }>>;
    for (const [name, { description }] of Object.entries(properties)) assert.ok(description, name);
  });
});

describe('extract', () => {
  const schema = '{ "type": "object", "properties": { "year": { "type": "integer" } }, "required": ["year"] }';

  it('takes its schema from a file, whose properties are the fields', async () => {
    await fixture.put('schemas/year.json', schema);
    const text = pipeline('recipe: extract', 'with: { documents: [a], schema: schemas/year.json }');
    const plan = await fixture.plan(text);
    assert.deepEqual(plan.outputs[0]?.fields, ['id', 'year', 'document', 'source']);
    const { expect } = await fixture.generateStep(text, 'extract');
    assert.ok(expect.kind === 'json');
    assert.deepEqual(expect.schema, JSON.parse(schema));
    const inline = pipeline('recipe: extract', `with: { documents: [a], schema: ${schema} }`);
    assert.equal((await fixture.plan(inline)).hash, plan.hash);
    const ejected = await ejectPipeline({ file: fixture.file, text }, fixture.context);
    assert.equal((await fixture.plan(ejected)).hash, plan.hash);
  });

  it('says which file is missing, or what is wrong in it', async () => {
    await fixture.put('schemas/broken.json', '{ "type": "objekt" }');
    const errors = (file: string) =>
      fixture.errors(pipeline('recipe: extract', `with: { documents: [a], schema: ${file} }`));
    assert.deepEqual(await errors('gone.json'), [
      '4:33-42 missing-file: there is no JSON Schema gone.json, or it cannot be read',
    ]);
    assert.match((await errors('schemas/broken.json')).join('\n'), /in the JSON Schema: .*objekt/u);
    assert.match((await errors('7')).join('\n'), /expected a JSON Schema, or the path of its file, not/u);
  });
});

describe('recipes whose answers are lists, pairs or data', () => {
  it('cut documents into parts when they are given a size', async () => {
    for (const id of ['closed-qa', 'extract', 'instructions', 'multilingual-qa']) {
      const whole = await fixture.readStep(pipeline(`recipe: ${id}`, 'with: { documents: [a] }'), 'documents');
      assert.equal(whole.chunk, undefined, id);
      for (const [source, step] of [
        ['documents: [a]', 'documents'],
        ['files: docs/*.md', 'files'],
        ['jsonl: lines.jsonl, field: body', 'lines'],
      ] as const) {
        const text = pipeline(`recipe: ${id}`, `with: { ${source}, chunk_size: 100, chunk_overlap: 10 }`);
        const { chunk } = await fixture.readStep(text, step);
        assert.deepEqual([chunk?.by, chunk?.size, chunk?.overlap], ['paragraphs', 100, 10], `${id} ${step}`);
      }
    }
    assert.deepEqual(
      await fixture.errors(
        pipeline('recipe: closed-qa', 'with: { documents: [a], chunk_size: 20, chunk_overlap: 30 }'),
      ),
      ['4:56-58 out-of-range: `overlap` must be smaller than `size`'],
    );
  });
});

describe('an ejected pipeline', () => {
  it('keeps comments and everything else of the file', async () => {
    const text = [
      'openline: 1',
      '# asked of the small one',
      'endpoint: local',
      'recipe: open-qa',
      'with: { n_subtopics: 0, additional_subtopics: [s], on_mismatch: discard, attempts: 3, keep_truncated: true }',
      'prompts: { openlines: { text: "On {topic}" } }',
      'output: data/x.jsonl',
      'budget: { requests: 5 }',
      '',
    ].join('\n');
    const ejected = await ejectPipeline({ file: fixture.file, text }, fixture.context);
    assert.match(ejected, /^openline: 1\n# asked of the small one\nendpoint: local\nprompts:/u);
    const [before, later] = [await fixture.plan(text), await fixture.plan(ejected)];
    assert.equal(later.hash, before.hash);
    assert.deepEqual(later.budget, { requests: 5 });
    assert.deepEqual(flow(later), flow(before));
  });

  it('is refused where there is no recipe, or its parameters are wrong', async () => {
    const eject = (text: string) => ejectPipeline({ file: fixture.file, text }, fixture.context);
    await assert.rejects(eject(pipeline('steps: [{ id: a, read: { values: [x] } }]')), /written out already/u);
    await assert.rejects(eject(pipeline('recipe: open-q')), /did you mean `open-qa`/u);
    await assert.rejects(eject(pipeline('recipe: closed-qa')), /needs one of/u);
  });
});
