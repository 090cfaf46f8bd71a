import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { inShort, PlanFixture } from './planFixture.ts';
import { planPipeline, validatePipeline, type PlanDefaults, type PlanOverrides } from './planPipeline.ts';

let fixture: PlanFixture;
before(async () => {
  fixture = await PlanFixture.create();
});
after(async () => {
  await fixture.dispose();
});

const RECIPE = ['recipe: answers', 'with: { prompts: [a] }', ''];
const text = (...head: readonly string[]): string => ['openline: 1', ...head, ...RECIPE].join('\n');

async function plan(source: string, defaults: PlanDefaults, overrides: PlanOverrides = {}) {
  return (await planPipeline({ file: fixture.file, text: source }, { ...fixture.context, defaults, overrides })).plan;
}

test('the default endpoint is asked where neither the pipeline nor the command line names one', async () => {
  const defaults = { endpoint: 'local' };
  assert.deepEqual((await plan(text(), defaults)).endpoints, ['local']);
  assert.deepEqual((await plan(text('endpoint: sample'), defaults)).endpoints, ['sample']);
  assert.deepEqual((await plan(text(), defaults, { endpoint: 'sample' })).endpoints, ['sample']);
});

test('without a default a pipeline must name an endpoint; a default that is not there is told as such', async () => {
  const problems = async (defaults: PlanDefaults): Promise<readonly string[]> =>
    (await validatePipeline({ file: fixture.file, text: text() }, { ...fixture.context, defaults })).map(inShort);
  assert.match((await problems({})).join(), /missing-endpoint: .*set a default endpoint/u);
  assert.match(
    (await problems({ endpoint: 'locla' })).join(),
    /unknown-endpoint: the default endpoint: .*locla.*local/u,
  );
});

test('limits of the settings hold where the pipeline has none of their kind; 0 there lifts them', async () => {
  const defaults = { budget: { requests: 10, cost: 2 } };
  const budget = async (...head: readonly string[]) => (await plan(text('endpoint: sample', ...head), defaults)).budget;
  assert.deepEqual(await budget(), { requests: 10, cost: 2 });
  assert.deepEqual(await budget('budget: { requests: 500, tokens: 9 }'), { requests: 500, cost: 2, tokens: 9 });
  assert.deepEqual(await budget('budget: { cost: 0 }'), { requests: 10 });
  const given = await plan(text('endpoint: sample', 'budget: { requests: 500 }'), defaults, {
    budget: { requests: 3 },
  });
  assert.deepEqual(given.budget, { requests: 3, cost: 2 });
});
