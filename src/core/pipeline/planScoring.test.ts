import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { endpointProfileSchema } from '../endpoints/profile.ts';
import { jsonModeOf } from '../endpoints/jsonMode.ts';
import type { Plan, PlanStep } from './plan.ts';
import { pipeline, PlanFixture } from './planFixture.ts';
import { planPipeline } from './planPipeline.ts';

let fixture: PlanFixture;
before(async () => {
  fixture = await PlanFixture.create();
  await fixture.put('person.json', '{\n  "type": "object",\n  "properties": { "name": { "type": "string" } }\n}\n');
  await fixture.put('broken.json', '{\n  "properties": { "a": { "$ref": "#/$defs/no" } },\n  "minItems": -1\n}\n');
  await fixture.put('list.json', '[]');
});
after(async () => {
  await fixture.dispose();
});

const READ = ['steps:', '  - { id: rows, read: { values: [a], into: prompt } }'] as const;
const ANSWER = '  - { id: answer, generate: { prompt: answer, n: 3, expect: { text: response } } }';

/** A pipeline of a source, an answer and the given steps, the first of which stands in line 6. */
const after2 = (...steps: readonly string[]): string =>
  pipeline(...READ, ANSWER, ...steps.map((step) => `  - ${step}`));

async function stepOf<Kind extends PlanStep['kind']>(text: string, kind: Kind): Promise<PlanStep & { kind: Kind }> {
  const { steps }: Plan = await fixture.plan(text);
  const step = steps.find((candidate): candidate is PlanStep & { kind: Kind } => candidate.kind === kind);
  return step ?? assert.fail(`no ${kind} step`);
}

describe('reward', () => {
  it('asks a model of its own; parameters, fallbacks and model of the pipeline are for writing', async () => {
    const head = ['model: writer', 'generation: { temperature: 1 }', 'fallback: [{ endpoint: local }]'];
    const step = await stepOf(`${after2('{ id: s, reward: {} }')}${head.join('\n')}\n`, 'reward');
    assert.deepEqual(step.ask, { endpoint: 'sample', model: 'sample-reward', generation: {} });
    assert.deepEqual(step.source, { prompt: 'prompt', response: 'response' });
    assert.deepEqual([step.into, step.onUnreadable], ['reward', 'discard']);
    const own = await stepOf(after2('{ id: s, reward: { endpoint: local } }'), 'reward');
    assert.deepEqual(own.ask, { endpoint: 'local', model: 'llama', generation: {} });
  });

  it('scores the conversation where the records have one', async () => {
    const chat = ANSWER.replace('text: response', 'text: response, messages: messages');
    const step = await stepOf(pipeline(...READ, chat, '  - { id: s, reward: {} }'), 'reward');
    assert.deepEqual(step.source, { messages: 'messages' });
  });

  it('needs a model where the endpoint is that of the pipeline', async () => {
    const text = after2('{ id: s, reward: {} }').replace('endpoint: sample', 'endpoint: local');
    assert.deepEqual(await fixture.errors(text), [
      '6:14-20 missing-model: `reward` needs a `model`, or an `endpoint` of its own with one: the model of the pipeline writes answers',
    ]);
  });

  it('is not for services that have no reward models', async () => {
    const { context, file } = fixture;
    const profile = Object.assign(endpointProfileSchema.parse({ model: 'm' }), { kind: 'nemo-deploy' });
    const profiles = [{ name: 'triton', profile }];
    await assert.rejects(
      planPipeline(
        { file, text: after2('{ id: s, reward: { endpoint: triton, model: r } }') },
        { ...context, profiles },
      ),
      /6:34: the endpoint triton is of the kind nemo-deploy: NeMo Deploy has no reward models/u,
    );
  });

  it('tells of fields that are not there and of keys that do not go together', async () => {
    assert.deepEqual(await fixture.errors(after2('{ id: s, reward: { response: respond } }')), [
      '6:34-41 unknown-field: the records here have no field `respond` (did you mean `response`?); they have prompt, response',
    ]);
    assert.match(
      (await fixture.errors(after2('{ id: s, reward: { messages: prompt, response: response } }'))).join(),
      /6:42-50 conflicting-keys/u,
    );
  });
});

describe('judge', () => {
  it('has a rubric, a scale and a schema for its verdict; the template can be replaced', async () => {
    const step = await stepOf(after2('{ id: j, judge: { scale: { min: 0, max: 3 } } }'), 'judge');
    assert.equal(step.template.id, 'judge-helpfulness');
    assert.deepEqual(step.values, { scale_min: '0', scale_max: '3' });
    assert.deepEqual(step.bind, { prompt: 'prompt', response: 'response' });
    assert.deepEqual(step.schema, {
      type: 'object',
      properties: { reason: { type: 'string' }, score: { type: 'integer', minimum: 0, maximum: 3 } },
      required: ['reason', 'score'],
    });
    assert.deepEqual([step.into, step.attempts, step.onUnreadable, step.shown], ['judge', 2, 'discard', true]);
    const text = `${after2('{ id: j, judge: {} }')}prompts: { j: { text: "Judge {response}" } }\n`;
    const replaced = await stepOf(text, 'judge');
    assert.deepEqual([replaced.template.body, replaced.shown], ['Judge {response}', false]);
  });

  it('tells of a scale that leads nowhere or that the template does not pass on', async () => {
    assert.match(
      (await fixture.errors(after2('{ id: j, judge: { scale: { min: 5, max: 5 } } }'))).join(),
      /out-of-range/u,
    );
    assert.deepEqual(
      await fixture.warnings(after2('{ id: j, judge: { prompt: judge-quality, scale: { min: 1, max: 9 } } }')),
      [
        '6:46-51 unused-value: the template judge-quality does not tell the judge the scale: it has no {scale_min} and {scale_max}',
      ],
    );
  });
});

describe('embed', () => {
  it('has a model of its own, batches, and fields of the request', async () => {
    const step = await stepOf(after2('{ id: e, embed: { field: response, extra: { input_type: query } } }'), 'embed');
    assert.deepEqual(step.ask, { endpoint: 'sample', model: 'sample-embedding', generation: {} });
    assert.deepEqual([step.into, step.batchSize, step.extra], ['embedding', 32, { input_type: 'query' }]);
    const missing = after2('{ id: e, embed: { field: response } }').replace('endpoint: sample', 'endpoint: local');
    assert.match((await fixture.errors(missing)).join(), /6:14-19 missing-model: `embed` needs a `model`/u);
  });
});

describe('rank', () => {
  it('keeps the best or makes pairs', async () => {
    const best = await stepOf(after2('{ id: s, reward: {} }', '{ id: r, rank: { score: reward.x, keep: 2 } }'), 'rank');
    assert.deepEqual([best.score, best.result], ['reward.x', { kind: 'best', keep: 2 }]);
    const pairs = '{ id: r, rank: { score: reward.x, pairs: { chosen: good, rejected: bad } } }';
    const plan = await fixture.plan(
      after2('{ id: s, reward: {} }', pairs, '{ id: m, modify: { remove: [good, scores] } }'),
    );
    assert.equal(plan.steps.at(-1)?.kind, 'modify');
    assert.match(
      (
        await fixture.errors(after2('{ id: s, reward: {} }', pairs, '{ id: m, modify: { remove: [response] } }'))
      ).join(),
      /unknown-field: the records here have no field `response`; they have prompt, good, bad, scores/u,
    );
  });

  it('tells what is missing, too much, or not there', async () => {
    const errors = async (rank: string): Promise<string> =>
      (await fixture.errors(after2('{ id: s, reward: {} }', `{ id: r, rank: { ${rank} } }`))).join();
    assert.match(await errors('score: reward.x'), /7:14-18 missing-key: a rank step keeps the best/u);
    assert.match(await errors('score: reward.x, keep: 1, pairs: { chosen: a, rejected: b }'), /conflicting-keys/u);
    assert.match(await errors('score: reward.x, keep: 1, margin: 1'), /needless-key: `margin` has no effect without/u);
    assert.match(await errors('score: rewards.x, keep: 1'), /unknown-field: .*`rewards\.x`/u);
    assert.match(
      await errors('score: reward.x, pairs: { chosen: a, rejected: a }'),
      /`chosen` and `rejected` are the same/u,
    );
  });
});

describe('JSON', () => {
  const asking = (json: string, more = ''): string =>
    pipeline(...READ, `  - { id: data, generate: { prompt: answer, expect: { json: ${json}${more} } } }`);

  it('is asked for in the way that each service understands, which the profile may say', () => {
    const mode = (profile: object) => jsonModeOf(endpointProfileSchema.parse(profile));
    assert.equal(mode({ base_url: 'http://localhost:8000/v1' }), 'schema');
    assert.equal(mode({ base_url: 'https://api.deepseek.com/v1' }), 'object');
    assert.equal(mode({ base_url: 'https://api.deepseek.com/v1', json_mode: 'none' }), 'none');
    assert.equal(mode({ kind: 'sample' }), 'schema');
  });

  it('has a schema in place or in a file, whose members are the fields of what follows', async () => {
    const step = await fixture.generateStep(asking('person.json'), 'data');
    assert.deepEqual(step.expect, {
      kind: 'json',
      field: null,
      schema: { type: 'object', properties: { name: { type: 'string' } } },
      shown: false,
      attempts: 2,
      onUnreadable: 'discard',
    });
    assert.equal(step.ask.jsonMode, 'schema');
    const next = (field: string) => `${asking('person.json')}  - { id: f, filter: { field: ${field}, min: 1 } }\n`;
    assert.deepEqual(await fixture.errors(next('name')), []);
    assert.match((await fixture.errors(next('nam'))).join(), /did you mean `name`\?\); they have prompt, name/u);
  });

  it('tells of a schema that is wrong, with the place in it', async () => {
    assert.deepEqual(await fixture.errors(asking('{ type: objct }')), [
      '5:69-74 wrong-type: in the JSON Schema: `type`: expected one of object, array, string, number, integer, boolean, null or a list that is not empty, not the text "objct"',
    ]);
    assert.deepEqual(await fixture.errors(asking('broken.json')), [
      '3:15-17 out-of-range: in the JSON Schema: `minItems`: expected a whole number of at least 0, not -1',
      '2:34-46 bad-schema: in the JSON Schema: `$ref` leads to #/$defs/no, which is not in it',
    ]);
    assert.match((await fixture.errors(asking('list.json'))).join(), /bad-schema: a JSON Schema is an object/u);
    assert.deepEqual(await fixture.errors(asking('no.json')), [
      '5:61-68 missing-file: there is no JSON Schema no.json, or it cannot be read',
    ]);
  });

  it('warns of keywords that no validator knows', async () => {
    assert.match(
      (await fixture.warnings(asking('{ type: object, propertis: { a: {} } }'))).join(),
      /unknown-key: in the JSON Schema: `propertis` is not known here \(did you mean `properties`\?\)/u,
    );
  });

  it('is an object, or has a field for the whole', async () => {
    assert.match(
      (await fixture.errors(asking('{ type: array }'))).join(),
      /bad-schema: the members of the answer become fields/u,
    );
    assert.deepEqual(await fixture.errors(asking('{ type: array }', ', into: list')), []);
    assert.match(
      (
        await fixture.errors(
          pipeline(...READ, '  - { id: d, generate: { prompt: answer, expect: { text: a, into: b } } }'),
        )
      ).join(),
      /needless-key: `into` has no effect without `json`/u,
    );
  });
});
