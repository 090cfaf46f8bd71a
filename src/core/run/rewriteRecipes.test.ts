import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createHttpFetch } from '../endpoints/httpFetch.ts';
import { endpointProfileSchema, type NamedProfile } from '../endpoints/profile.ts';
import { pipeline, PlanFixture } from '../pipeline/planFixture.ts';
import { isJsonObject, parseJson, type JsonObject } from '../record/json.ts';
import { estimateRun } from './estimate.ts';
import type { RunSummary } from './events.ts';
import { explainRecord } from './explain.ts';
import { runsFolder } from './runFolder.ts';
import { startRun, type StartOptions } from './runPipeline.ts';

const PARAGRAPH = [
  'Tides are the rise and fall of sea level caused by the pull of the Moon and the Sun on a turning Earth.',
  'Most coasts see two high tides a day, about twelve hours and twenty-five minutes apart.',
  'When Moon, Sun and Earth stand in one line, the tides are strongest and are called spring tides.',
  'When they stand at right angles, the tides are weakest and are called neap tides.',
].join(' ');
/** Long enough for several segments of the smallest input. */
const LONG = Array.from({ length: 9 }, (_, index) => `${index + 1}. ${PARAGRAPH}`).join('\n\n');

const http = createHttpFetch();
let fixture: PlanFixture;
before(async () => {
  fixture = await PlanFixture.create();
  await fixture.put('docs/a.md', PARAGRAPH);
  await fixture.put('docs/b.md', LONG);
  await fixture.put('docs/c.md', 'Hi.');
});
after(async () => {
  await fixture.dispose();
  await http.close();
});

const sample: NamedProfile = {
  name: 'sample',
  profile: endpointProfileSchema.parse({ kind: 'sample', sample: { latency_ms: 3 } }),
};

async function run(recipe: string, options: Partial<StartOptions> = {}): Promise<RunSummary> {
  const text = pipeline(`recipe: ${recipe}`, 'with: { files: docs/*.md }', `output: ${recipe}.jsonl`);
  const plan = await fixture.plan(text);
  const { root } = fixture;
  return startRun({ http, version: 'test', profiles: [sample], text, root, mode: 'run', plan, ...options });
}

const output = (recipe: string): string => readFileSync(join(fixture.root, 'work', `${recipe}.jsonl`), 'utf8');
const records = (recipe: string): JsonObject[] =>
  output(recipe)
    .trimEnd()
    .split('\n')
    .map((line) => {
      const value = parseJson(line);
      assert.ok(isJsonObject(value));
      return value;
    });

describe('on the sample endpoint', () => {
  for (const recipe of ['wikipedia', 'diverse-qa', 'distill', 'extract-knowledge', 'knowledge-list']) {
    it(`${recipe} makes records of files, the same bytes at any concurrency`, async () => {
      const summary = await run(recipe, { concurrency: 5 });
      assert.deepEqual([summary.state, summary.discarded], ['done', 1]);
      const first = output(recipe);
      const sources = records(recipe).map(({ source, document }) => [source, document]);
      assert.deepEqual(sources, sources.toSorted());
      assert.deepEqual(new Set(sources.map(([source]) => source)), new Set(['docs/a.md', 'docs/b.md']));
      assert.deepEqual(Object.keys(records(recipe)[0] ?? {}), ['id', 'text', 'document', 'source']);
      const fresh = await run(recipe, { concurrency: 1, fresh: true });
      assert.equal(fresh.requests, summary.requests);
      assert.equal(output(recipe), first);
      const again = await run(recipe);
      assert.deepEqual([again.requests, again.reused], [0, summary.requests]);
      assert.equal(output(recipe), first);
    });
  }

  it('joined segments are one record, of which every answer is told', async () => {
    const summary = await run('wikipedia');
    assert.deepEqual(
      records('wikipedia').map(({ id }) => id),
      ['0', '1'],
    );
    const history = await explainRecord(join(runsFolder(fixture.root), summary.run ?? ''), '1');
    const [source, ...answers] = history.map(({ step, at }) => [step, at]);
    assert.deepEqual(source, ['files', null]);
    assert.ok(answers.length > 1);
    assert.deepEqual(
      answers,
      answers.map((_, index) => ['rewrite', `rewrite/1.${index}/0`]),
    );
    assert.ok(history.slice(1).every(({ request, answer }) => isJsonObject(request) && isJsonObject(answer)));
  });

  it('segments that are not joined are records with keys of their own', async () => {
    await run('diverse-qa');
    assert.deepEqual(
      records('diverse-qa').map(({ id }) => id),
      ['0.0', '1.0', '1.1'],
    );
  });
});

it('an estimate counts the segments of the documents, and their records where they are joined', async () => {
  const expected = async (recipe: string): Promise<[number | null, number, number]> => {
    const plan = await fixture.plan(pipeline(`recipe: ${recipe}`, 'with: { files: docs/b.md }'));
    const { records: out, requests } = estimateRun(plan, [sample]);
    return [out, requests.low, requests.high];
  };
  const asked = (await run('wikipedia')).reused - 1;
  const [out, low, high] = await expected('wikipedia');
  assert.equal(out, 1);
  assert.ok(low <= asked && asked <= high && low > 1, `${asked} is within ${low} and ${high}`);
  assert.deepEqual((await expected('distill')).slice(0, 2), [null, 1]);
});
