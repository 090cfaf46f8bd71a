import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createHttpFetch } from '../endpoints/httpFetch.ts';
import { endpointProfileSchema } from '../endpoints/profile.ts';
import { pipeline, PlanFixture } from '../pipeline/planFixture.ts';
import type { RunSummary } from './events.ts';
import { startRun, type StartOptions } from './runPipeline.ts';

let fixture: PlanFixture;
const http = createHttpFetch();
before(async () => {
  fixture = await PlanFixture.create();
});
after(async () => {
  await fixture.dispose();
  await http.close();
});

/** Five questions, of which the one about storms is kept alone; its answer is made once more where that is wanted. */
async function run(options: Pick<StartOptions, 'askAgain'> = {}): Promise<RunSummary> {
  const text = pipeline(
    'steps:',
    '  - { id: topics, read: { values: [Tides, Clouds, Storms, Rivers], into: text } }',
    '  - id: questions',
    '    generate:',
    '      { prompt: closed-qa, bind: { document: text }, values: { n_openlines: 1 }, expect: { list: question } }',
    '  - { id: kept, filter: { when: "text == \'Storms\'" } }',
    'output: data/kept.jsonl',
  );
  return startRun({
    http,
    version: 'test',
    profiles: [{ name: 'sample', profile: endpointProfileSchema.parse({ kind: 'sample' }) }],
    text,
    root: fixture.root,
    plan: await fixture.plan(text),
    mode: 'run',
    force: true,
    ...options,
  });
}

test('what a run turned down is asked for once more, and nothing else', async () => {
  const first = await run();
  assert.deepEqual([first.requests, first.discarded, first.records], [4, 3, 1]);
  const again = await run({ askAgain: { run: first.run ?? '', step: 'kept', reason: 'when' } });
  assert.deepEqual([again.requests, again.reused], [3, 1]);
  // The answers of the first run may be taken again by a run that does not mind, those of the second as well.
  const third = await run();
  assert.deepEqual([third.requests, third.reused], [0, 4]);
  const fourth = await run({ askAgain: { run: third.run ?? '', step: 'kept', reason: 'another' } });
  assert.equal(fourth.requests, 0, 'nothing was turned down for that reason');
});
