import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { pipeline, PlanFixture } from './planFixture.ts';

let fixture: PlanFixture;

before(async () => {
  fixture = await PlanFixture.create();
  await fixture.put('prompts/own.prompt.md', '---\nexpects: text\n---\n\nAbout {text} in {tone}.');
  await fixture.put('../.openline/prompts/shared.prompt.md', 'Shared {text}');
  await fixture.put('data.jsonl', '{"question":"q"}\n');
});

after(async () => {
  await fixture.dispose();
});

/** A pipeline that asks about two texts; `generate` is the body of the step. */
function asking(generate: string, ...head: readonly string[]): string {
  return pipeline(
    ...head,
    'steps:',
    '  - { id: docs, read: { values: [a, b] } }',
    '  - id: ask',
    `    generate: { ${generate} }`,
  );
}

describe('templates', () => {
  it('come from the library, a path, the workspace, the user, or the pipeline itself', async () => {
    const builtIn = await fixture.generateStep(
      asking('prompt: closed-qa, bind: { document: text }, values: { n_openlines: 1 }'),
      'ask',
    );
    assert.equal(builtIn.template.source, 'builtin:closed-qa');
    const own = await fixture.generateStep(asking('prompt: prompts/own.prompt.md, values: { tone: red }'), 'ask');
    assert.equal(own.template.source, 'work/prompts/own.prompt.md');
    assert.deepEqual([own.bind, own.values], [{ text: 'text' }, { tone: 'red' }]);
    const shared = await fixture.generateStep(asking('prompt: shared'), 'ask');
    assert.equal(shared.template.source, '.openline/prompts/shared.prompt.md');
    const inline = await fixture.generateStep(
      asking('prompt: { text: "Say {text}", system: "You are {text}" }'),
      'ask',
    );
    assert.equal(inline.template.source, 'inline:ask');
    assert.equal(inline.template.system, 'You are {text}');
  });

  it('are replaced by step id', async () => {
    const text = pipeline(
      'recipe: closed-qa',
      'with: { documents: [a] }',
      'prompts: { questions: { text: "Q {document}" } }',
    );
    const step = await fixture.generateStep(text, 'questions');
    assert.equal(step.template.body, 'Q {document}');
    assert.deepEqual(step.values, {});
  });

  it('that are not there are named at their place', async () => {
    assert.deepEqual(await fixture.errors(asking('prompt: prompts/gone.prompt.md')), [
      '6:25-47 missing-file: there is no template prompts/gone.prompt.md, or it cannot be read',
    ]);
    const [unknown] = await fixture.errors(asking('prompt: shred'));
    assert.match(unknown ?? '', /^6:25-30 unknown-template: `shred` is not a template \(did you mean `shared`\?\)/u);
  });

  it('with a mistake in place point to it', async () => {
    const [found] = await fixture.errors(asking('prompt: { text: "Say {0}" }'));
    assert.match(found ?? '', /^6:25-44 /u);
  });

  it('for steps that do not exist are refused with those that do', async () => {
    const [found] = await fixture.errors(pipeline('recipe: open-qa', 'prompts: { subtopic: subtopics }'));
    assert.equal(
      found,
      '4:12-20 unknown-step: `subtopic` is not a step with a template (did you mean `subtopics`?); valid: macro_topics, subtopics, openlines, revisions, conversion',
    );
  });

  it('that ask for something else than the step reads give a warning', async () => {
    assert.match(
      (
        await fixture.warnings(asking('prompt: prompts/own.prompt.md, values: { tone: x }, expect: { list: q }'))
      ).join(),
      /other-form/u,
    );
    assert.deepEqual(await fixture.warnings(asking('prompt: prompts/own.prompt.md, values: { tone: x }')), []);
  });
});

describe('placeholders', () => {
  it('are filled by bind, the values of the step, those of the pipeline, and fields, in this order', async () => {
    const prompt = 'prompt: { text: "{a} {b} {c} {text}" }';
    const step = await fixture.generateStep(
      asking(`${prompt}, bind: { a: text }, values: { b: 1 }`, 'values: { b: 2, c: 3 }'),
      'ask',
    );
    assert.deepEqual(step.bind, { a: 'text', text: 'text' });
    assert.deepEqual(step.values, { b: 1, c: 3 });
  });

  it('that nothing fills are errors that name what there is', async () => {
    assert.deepEqual(await fixture.errors(asking('prompt: { text: "{txt}" }, values: { n: 1 }')), [
      '6:25-42 unknown-placeholder: nothing fills in the placeholder {txt} of the template inline:ask in the step ask (did you mean {text}?); there are n, text. Add it to `values:`',
    ]);
  });

  it('bound to fields that are not there are errors', async () => {
    assert.deepEqual(await fixture.errors(asking('prompt: { text: "{x}" }, bind: { x: txt }')), [
      '6:53-56 unknown-field: the records here have no field `txt` (did you mean `text`?); they have text',
    ]);
  });

  it('are taken from fields when these cannot be known before', async () => {
    const text = pipeline(
      'steps:',
      '  - { id: lines, read: { files: data.jsonl } }',
      '  - { id: ask, generate: { prompt: { text: "{question}" } } }',
    );
    assert.deepEqual((await fixture.generateStep(text, 'ask')).bind, { question: 'question' });
  });

  it('are known only when all sources have the field', async () => {
    const text = pipeline(
      'steps:',
      '  - { id: a, read: { values: [x], into: topic } }',
      '  - { id: b, read: { values: [y], into: other } }',
      '  - { id: ask, from: [a, b], generate: { prompt: { text: "{topic}" } } }',
    );
    assert.match(
      (await fixture.errors(text)).join(),
      /unknown-placeholder: .*\{topic\}.*nothing can be filled in here/u,
    );
  });

  it('are inherited along the steps', async () => {
    const text = pipeline(
      'steps:',
      '  - { id: a, read: { values: [x], into: topic, index: n, source: place } }',
      '  - { id: b, modify: { rename: { topic: theme }, set: { tone: dry }, remove: [n] } }',
      '  - { id: c, generate: { prompt: { text: "{theme} {tone} {place}" }, expect: { text: first } } }',
      '  - { id: d, generate: { prompt: { text: "{first} {theme}" } } }',
    );
    assert.deepEqual((await fixture.generateStep(text, 'd')).bind, { first: 'first', theme: 'theme' });
    assert.match(
      (await fixture.errors(text.replace('{first} {theme}', '{n} {topic}'))).join('\n'),
      /\{n\}.*\n.*\{topic\}/u,
    );
  });

  it('that a template does not have give a warning', async () => {
    assert.deepEqual(
      await fixture.warnings(asking('prompt: { text: "{text}" }, values: { tone: dry }', 'values: { size: 3 }')),
      [
        '3:11-15 unused-value: no template has a placeholder {size}',
        '7:55-59 unused-value: the template has no placeholder {tone}; it has text',
      ],
    );
  });
});

describe('endpoints and models', () => {
  const step = 'prompt: { text: "{text}" }';
  const ask = async (text: string, overrides = {}): Promise<unknown> => {
    const { endpoint, model } = (await fixture.generateStep(text, 'ask', overrides)).ask;
    return `${endpoint}/${model}`;
  };
  const from = (head: string, own = ''): string => asking(`${step}${own}`).replace('endpoint: sample', head);

  it('are those of the step, else of the pipeline, else of the profile', async () => {
    assert.equal(await ask(from('endpoint: local')), 'local/llama');
    assert.equal(await ask(from('endpoint: local\nmodel: big')), 'local/big');
    assert.equal(await ask(from('endpoint: local\nmodel: big', ', model: small')), 'local/small');
    assert.equal(await ask(from('endpoint: bare\nmodel: big', ', endpoint: local')), 'local/llama');
    assert.equal(await ask(from('endpoint: sample')), 'sample/sample');
  });

  it('can be replaced from outside', async () => {
    assert.equal(await ask(from('endpoint: sample'), { endpoint: 'local' }), 'local/llama');
    assert.equal(await ask(from('endpoint: sample\nmodel: big'), { endpoint: 'local' }), 'local/llama');
    assert.equal(await ask(from('endpoint: sample\nmodel: big'), { endpoint: 'bare' }), 'bare/big');
    assert.equal(await ask(from('endpoint: local\nmodel: big'), { model: 'other' }), 'local/other');
    assert.equal(
      await ask(from('endpoint: sample', ', endpoint: local'), { endpoint: 'bare', model: 'm' }),
      'local/llama',
    );
  });

  it('that are missing or unknown are errors that say what to do', async () => {
    assert.match(
      (await fixture.errors(from('# none'))).join(),
      /^1:11-12 missing-endpoint: .*there are local, bare, sample.*--endpoint/u,
    );
    assert.match(
      (await fixture.errors(from('endpoint: lcal'))).join(),
      /^2:11-15 unknown-endpoint: .*did you mean `local`/u,
    );
    assert.match(
      (await fixture.errors(from('endpoint: bare'))).join(),
      /^2:11-15 missing-model: .*write `model: NAME`.*--model/u,
    );
    assert.match((await fixture.errors(from('endpoint: local', ', endpoint: bare'))).join(), /missing-model/u);
    assert.match((await fixture.errors(from('endpoint: sample'), { endpoint: 'none' })).join(), /unknown-endpoint/u);
  });

  it('bring a generation of their own, which replaces that of the pipeline whole', async () => {
    const text = asking(`${step}, generation: { top_p: 0.5 }`, 'generation: { temperature: 0.1, max_tokens: 9 }');
    assert.deepEqual((await fixture.generateStep(text, 'ask')).ask.generation, { top_p: 0.5 });
  });

  it('are listed when they are asked', async () => {
    const text = (mode: string): string =>
      asking(`${step}, expect: { list: q }`, `conversion: { mode: ${mode}, endpoint: local }`);
    assert.deepEqual((await fixture.plan(text('auto'))).endpoints, ['sample', 'local']);
    assert.deepEqual((await fixture.plan(text('local'))).endpoints, ['sample']);
  });
});

describe('generation parameters', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['temperature: -1', /3:28-30 out-of-range: .*from 0 to 2, not -1/u],
    ['max_tokens: 0', /3:27-28 out-of-range: .*whole number of at least 1, not 0/u],
    ['max_tokens: 1.5', /3:27-30 wrong-type: .*whole number of at least 1, not 1.5/u],
    ['n: 0', /3:18-19 out-of-range/u],
    ['stop: []', /3:21-23 out-of-range|3:21-23 wrong-type/u],
    ['stream: yes', /3:23-26 wrong-type: .*true or false, not the text "yes"/u],
    ['top_k: 5', /3:15-20 unknown-key: .*valid: .*extra/u],
  ];
  for (const [parameter, wording] of cases) {
    it(`are checked: ${parameter}`, async () => {
      const found = await fixture.errors(asking('prompt: { text: "{text}" }', `generation: { ${parameter} }`));
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(found[0] ?? '', wording);
    });
  }

  it('are sent as they are in extra', async () => {
    const text = asking(
      'prompt: { text: "{text}" }',
      'generation: { stop: [a], extra: { top_k: 5, kwargs: { think: false } } }',
    );
    assert.deepEqual((await fixture.generateStep(text, 'ask')).ask.generation, {
      stop: ['a'],
      extra: { top_k: 5, kwargs: { think: false } },
    });
  });
});

describe('expectations', () => {
  const step = 'prompt: { text: "{text}" }';

  it('of lists take conversion and defaults', async () => {
    const { expect } = await fixture.generateStep(
      asking(`${step}, expect: { list: q, length: 3 }`, 'generation: { temperature: 1 }'),
      'ask',
    );
    assert.ok(expect.kind === 'list');
    const { conversion, ...rest } = expect;
    assert.deepEqual(rest, {
      kind: 'list',
      field: 'q',
      length: 3,
      onMismatch: 'trim',
      onUnreadable: 'discard',
      attempts: 2,
    });
    assert.equal(conversion.template.source, 'builtin:yaml-conversion');
    assert.deepEqual(
      [conversion.mode, conversion.endpoint, conversion.model, conversion.generation],
      ['auto', 'sample', 'sample', {}],
    );
  });

  it('ask once where the model converts', async () => {
    const { expect } = await fixture.generateStep(
      asking(`${step}, expect: { list: q }`, 'conversion: { mode: model }'),
      'ask',
    );
    assert.equal(expect.attempts, 1);
    const own = await fixture.generateStep(
      asking(`${step}, expect: { list: q, attempts: 4 }`, 'conversion: { mode: model }'),
      'ask',
    );
    assert.equal(own.expect.attempts, 4);
  });

  it('of lists go, with their conversion, to whoever takes over', async () => {
    for (const own of ['', ', fallback: [{ endpoint: bare, model: own }]']) {
      const text = asking(`${step}, expect: { list: q }${own}`, 'fallback: [{ endpoint: local, model: other }]');
      const { expect } = await fixture.generateStep(text, 'ask');
      assert.ok(expect.kind === 'list');
      assert.deepEqual(expect.conversion.fallback, [{ endpoint: 'local', model: 'other', generation: {} }]);
    }
  });

  it('convert with a model and parameters of their own', async () => {
    const head = 'conversion: { mode: model, endpoint: local, generation: { temperature: 0 } }';
    const { expect } = await fixture.generateStep(asking(`${step}, expect: { list: q }`, head), 'ask');
    assert.ok(expect.kind === 'list');
    assert.deepEqual(
      [expect.conversion.endpoint, expect.conversion.model, expect.conversion.generation],
      ['local', 'llama', { temperature: 0 }],
    );
    const replaced = await fixture.generateStep(
      asking(`${step}, expect: { list: q }`, 'prompts: { conversion: { text: "List {llm_response}" } }'),
      'ask',
    );
    assert.ok(replaced.expect.kind === 'list');
    assert.equal(replaced.expect.conversion.template.body, 'List {llm_response}');
  });

  it('of a conversion need its placeholder and no other', async () => {
    const found = await fixture.errors(
      asking(`${step}, expect: { list: q }`, 'prompts: { conversion: { text: "List {answer}" } }'),
    );
    assert.match(
      found.join('\n'),
      /^3:24-49 unknown-placeholder: .*\{answer\}.*\{llm_response\}\n3:24-49 missing-placeholder/u,
    );
  });

  it('that do not fit together are refused', async () => {
    assert.deepEqual(await fixture.errors(asking(`${step}, expect: { list: q, text: a }`)), [
      '6:64-68 conflicting-keys: an answer is one of `list`, `text`, `label`, `pairs` and `json`',
    ]);
    assert.deepEqual(await fixture.errors(asking(`${step}, expect: { text: a, length: 3 }`)), [
      '6:64-70 needless-key: `length` has no effect without `list` or `pairs`',
    ]);
    assert.match(
      (await fixture.errors(asking(`${step}, expect: { list: a, on_mismatch: cut }`))).join(),
      /expected one of trim, keep, discard, fail, not the text "cut"/u,
    );
  });

  it('of a recipe come from its parameters', async () => {
    const text = pipeline(
      'recipe: closed-qa',
      'with: { documents: [a], on_mismatch: discard, on_unreadable: fail, attempts: 5, keep_truncated: true }',
    );
    const { expect, keepTruncated } = await fixture.generateStep(text, 'questions');
    assert.ok(expect.kind === 'list');
    assert.deepEqual(
      [expect.onMismatch, expect.onUnreadable, expect.attempts, keepTruncated],
      ['discard', 'fail', 5, true],
    );
  });
});
