import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { STEP_KINDS } from './pipelineSchema.ts';
import { validatePipeline } from './planPipeline.ts';
import { inShort, pipeline, PlanFixture } from './planFixture.ts';

let fixture: PlanFixture;

before(async () => {
  fixture = await PlanFixture.create();
  await fixture.put('docs/a.md', 'alpha');
  await fixture.put('docs/b.md', 'beta');
  await fixture.put('prompts/own.prompt.md', 'Ask {n} about {document}.');
  await fixture.put('prompts/broken.prompt.md', 'Good {document}\nbad {}');
});

after(async () => {
  await fixture.dispose();
});

const READ = ['steps:', '  - id: docs', '    read: { files: docs/*.md }'];
const ASK = [
  '  - id: ask',
  '    generate: { prompt: closed-qa, bind: { document: text }, values: { n_openlines: 2 } }',
];

describe('a pipeline of its own steps', () => {
  it('becomes a plan', async () => {
    const plan = await fixture.plan(pipeline('generation: { temperature: 0.5 }', ...READ, ...ASK));
    assert.equal(plan.name, 'demo');
    assert.equal(plan.recipe, null);
    assert.deepEqual(plan.endpoints, ['sample']);
    assert.deepEqual(
      plan.steps.map(({ id, kind, from, prefixesKeys }) => ({ id, kind, from, prefixesKeys })),
      [
        { id: 'docs', kind: 'read', from: [], prefixesKeys: false },
        { id: 'ask', kind: 'generate', from: [{ step: 'docs', source: 0 }], prefixesKeys: false },
      ],
    );
    const ask = await fixture.generateStep(pipeline('generation: { temperature: 0.5 }', ...READ, ...ASK), 'ask');
    assert.deepEqual(ask.ask, { endpoint: 'sample', model: 'sample', generation: { temperature: 0.5 } });
    assert.deepEqual(ask.expect, { kind: 'text', field: 'answer', attempts: 2, onUnreadable: 'discard' });
    assert.deepEqual(
      plan.outputs.map(({ from, path, shown, name, fields, outside }) => ({
        from,
        path,
        shown,
        name,
        fields,
        outside,
      })),
      [
        {
          from: 'ask',
          path: join(fixture.root, 'work', 'data', 'demo.jsonl'),
          shown: 'data/demo.jsonl',
          name: 'demo',
          fields: null,
          outside: false,
        },
      ],
    );
  });

  it('has a hash of what it does, and of nothing else', async () => {
    const text = pipeline(...READ, ...ASK);
    const { hash } = await fixture.plan(text);
    assert.match(hash, /^[0-9a-f]{64}$/u);
    assert.equal((await fixture.plan(`# a comment\n${text}`)).hash, hash);
    assert.notEqual((await fixture.plan(text.replace('n_openlines: 2', 'n_openlines: 3'))).hash, hash);
    assert.notEqual((await fixture.plan(`${text}generation: { seed: 1 }\n`)).hash, hash);
  });

  it('tells everything that is wrong at once', async () => {
    const found = await fixture.errors(
      pipeline(
        'generation: { temprature: 1, top_p: 2 }',
        'steps:',
        '  - id: docs',
        '    read: { files: gone/*.md }',
        '  - id: ask',
        '    generate: { prompt: closed-qaa }',
        '  - id: chat',
        '    dialog: { openline: x }',
        '  - id: small',
        '    filter: { field: txt, min: low }',
      ),
    );
    assert.deepEqual(found, [
      '3:15-25 unknown-key: `temprature` is not known here (did you mean `temperature`?); valid: max_tokens, temperature, top_p, n, seed, stop, stream, extra',
      '3:37-38 out-of-range: `top_p`: expected a number from 0 to 1, not 2',
      '6:20-29 no-match: no file matches gone/*.md',
      ...found.filter((line) => line.startsWith('8:25-35 unknown-template: `closed-qaa`')),
      `10:5-11 unknown-key: \`dialog\` is not known here (did you mean \`dialogue\`?); valid: id, from, when, ${STEP_KINDS.join(', ')}`,
      '12:32-35 wrong-type: `min`: expected a number, not the text "low"',
    ]);
    assert.equal(found.length, 6);
    assert.match(found[3] ?? '', /did you mean `closed-qa`\?\); valid: .*open-qa-from-topics/u);
  });

  it('says so when it is no pipeline at all', async () => {
    assert.match((await fixture.errors(''))[0] ?? '', /^1:1-1 wrong-type: expected a map with openline/u);
    assert.match((await fixture.errors('- a'))[0] ?? '', /^1:1-4 wrong-type: .*not a list/u);
    assert.match((await fixture.errors('openline: 1\nendpoint: "x'))[0] ?? '', /^2:.* yaml: /u);
    assert.deepEqual(
      await fixture.errors(
        'openline: 2\nendpoint: sample\nrecipe: writing\nwith: {topics: [a], text_material_types: [b]}',
      ),
      ['1:11-12 wrong-type: `openline`: expected 1, not 2'],
    );
  });

  const together: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['nothing to do', ['output: a.jsonl'], ['1:1-9 missing-key: a pipeline needs a `recipe` or `steps` of its own']],
    [
      'with without a recipe',
      ['with: { n: 1 }', 'steps:', '  - { id: a, read: { values: [x] } }'],
      ['3:1-5 needless-key: `with` gives the parameters of a `recipe`, and there is none'],
    ],
    [
      'output and outputs',
      ['output: a.jsonl', 'outputs: [{ path: b.jsonl }]', 'steps:', '  - { id: a, read: { values: [x] } }'],
      ['3:1-7 conflicting-keys: there is either one `output` or a list of `outputs`'],
    ],
    [
      'a key given twice',
      ['output: a.jsonl', 'output: b.jsonl', 'steps:', '  - { id: a, read: { values: [x] } }'],
      ['4:1-7 duplicate-key: `output` is given twice; keep one of the two'],
    ],
  ];
  for (const [what, lines, expected] of together) {
    it(`is refused with ${what}`, async () => {
      assert.deepEqual(await fixture.errors(pipeline(...lines)), expected);
    });
  }

  it('is refused with a recipe and steps', async () => {
    const lines = ['recipe: open-qa', 'steps:', '  - { id: a, read: { values: [x] } }'];
    assert.deepEqual(await fixture.errors(pipeline(...lines)), [
      '4:1-6 conflicting-keys: a pipeline has either a `recipe` or `steps` of its own',
    ]);
  });

  it('is refused with a key that does not exist, with a list of what there is', async () => {
    const [error] = await fixture.errors(pipeline('goal: 5', ...READ));
    assert.match(
      error ?? '',
      /^3:1-5 unknown-key: `goal` is not known here; valid: openline, .*steps, output, outputs, reuse, budget, target$/u,
    );
  });

  it('names who takes over when a request fails, for the whole pipeline or one step', async () => {
    const head = 'fallback: [{ model: small }, { endpoint: sample, generation: { temperature: 0 } }]';
    const everywhere = await fixture.generateStep(pipeline(head, ...READ, ...ASK), 'ask');
    assert.deepEqual(everywhere.ask.fallback, [
      { endpoint: 'sample', model: 'small', generation: {} },
      { endpoint: 'sample', model: 'sample', generation: { temperature: 0 } },
    ]);
    const own = ASK.map((line) => line.replace(' } }', ' }, fallback: [{ model: own }] }'));
    const step = await fixture.generateStep(pipeline(head, ...READ, ...own), 'ask');
    assert.deepEqual(step.ask.fallback, [{ endpoint: 'sample', model: 'own', generation: {} }]);
    const [error] = await fixture.errors(pipeline('fallback: [{ endpoint: simple }]', ...READ, ...ASK));
    assert.match(error ?? '', /^3:24-30 unknown-endpoint: `simple` .*did you mean `sample`/u);
  });

  it('has a target, which is whole and positive', async () => {
    const plan = await fixture.plan(pipeline('target: { records: 500, max_requests: 5000 }', ...READ));
    assert.deepEqual(plan.target, { records: 500, maxRequests: 5000 });
    assert.match((await fixture.errors(pipeline('target: { records: 0 }', ...READ)))[0] ?? '', /^3:20-21 /u);
  });
});

describe('a recipe', () => {
  it('that does not exist is named with those that do, and does not hide other mistakes', async () => {
    const found = await fixture.errors('openline: 1\nendpoint: sampel\nrecipe: open_qa\noutput: [x]');
    assert.deepEqual(found, [
      '2:11-17 unknown-endpoint: `sampel` is not an endpoint known here (did you mean `sample`?); valid: local, bare, sample',
      `3:9-16 unknown-recipe: \`open_qa\` is not a recipe (did you mean \`open-qa\`?); valid: ${[...fixture.context.recipes.keys()].join(', ')}`,
      '4:9-12 wrong-type: `output`: expected a text that is not empty, not a list',
    ]);
  });
});

describe('the editor', () => {
  it('is told of mistakes in other files at the place that names them', async () => {
    const text = pipeline(
      ...READ,
      '  - id: ask',
      '    generate: { prompt: prompts/broken.prompt.md, bind: { document: text } }',
    );
    const diagnostics = await validatePipeline({ file: fixture.file, text }, fixture.context);
    assert.equal(diagnostics.length, 1);
    assert.equal(diagnostics[0]?.position?.file, fixture.file);
    assert.match(diagnostics.map(inShort).join('\n'), /^7:25-49 .*broken\.prompt\.md:2:5: /u);
    const [thrown] = await fixture.errors(text);
    assert.match(thrown ?? '', /^2:5-/u);
  });

  it('is told of warnings as well, and of nothing when all is well', async () => {
    const text = pipeline('values: { colour: red }', ...READ, ...ASK);
    const diagnostics = await validatePipeline({ file: fixture.file, text }, fixture.context);
    assert.deepEqual(
      diagnostics.map((diagnostic) => [diagnostic.severity, diagnostic.code, diagnostic.position?.line]),
      [
        ['warning', 'unused-value', 3],
        ['warning', 'other-form', 8],
      ],
    );
    const good = pipeline('steps: [{ id: a, read: { values: [x] } }]');
    assert.deepEqual(await validatePipeline({ file: fixture.file, text: good }, fixture.context), []);
  });
});

describe('steps that lead nowhere', () => {
  it('are left out with a warning', async () => {
    const text = pipeline(
      ...READ,
      '  - { id: other, read: { values: [x] } }',
      '  - { id: last, from: docs, modify: { remove: [text] } }',
    );
    assert.deepEqual(
      (await fixture.plan(text)).steps.map(({ id }) => id),
      ['docs', 'last'],
    );
    assert.deepEqual(await fixture.warnings(text), [
      '6:11-16 unused-step: the step other leads to no output and is left out',
    ]);
  });
});

describe('--until', () => {
  it('ends with a step and writes its records', async () => {
    const plan = await fixture.plan(pipeline('recipe: open-qa', 'output: data/all.jsonl'), { until: 'subtopics' });
    assert.deepEqual(
      plan.steps.map(({ id }) => id),
      ['macro_topics', 'subtopics'],
    );
    assert.deepEqual(
      plan.outputs.map(({ from, shown, fields }) => ({ from, shown, fields })),
      [{ from: 'subtopics', shown: 'data/demo.subtopics.jsonl', fields: null }],
    );
  });

  it('keeps the output of the step when there is one', async () => {
    const plan = await fixture.plan(pipeline('recipe: open-qa', 'output: data/all.jsonl'), { until: 'revisions' });
    assert.deepEqual(
      plan.outputs.map(({ shown }) => shown),
      ['data/all.jsonl'],
    );
  });

  it('names the steps when it knows none of the name', async () => {
    assert.deepEqual(await fixture.errors(pipeline('recipe: open-qa'), { until: 'subtopic' }), [
      'unknown-step: --until: `subtopic` is not a step (did you mean `subtopics`?); valid: macro_topics, subtopics, macro_topics_as_topics, openlines, revisions',
    ]);
  });
});

describe('a budget', () => {
  it('comes from the file and the command line, which goes first', async () => {
    const text = pipeline('budget: { requests: 10, tokens: 500, minutes: 0 }', ...READ);
    assert.deepEqual((await fixture.plan(text)).budget, { requests: 10, tokens: 500 });
    assert.deepEqual((await fixture.plan(text, { budget: { requests: 3, cost: 1.5 } })).budget, {
      requests: 3,
      tokens: 500,
      cost: 1.5,
    });
    assert.match(
      (await fixture.errors(pipeline('budget: { request: 1, tokens: -1 }', ...READ))).join('\n'),
      /did you mean `requests`.*\n.*of at least 0, not -1/u,
    );
  });
});
