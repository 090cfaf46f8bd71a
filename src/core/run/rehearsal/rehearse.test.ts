import assert from 'node:assert/strict';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { createHttpFetch } from '../../endpoints/httpFetch.ts';
import { endpointProfileSchema, type NamedProfile } from '../../endpoints/profile.ts';
import { PlanFixture } from '../../pipeline/planFixture.ts';
import { planPipeline } from '../../pipeline/planPipeline.ts';
import type { RunSummary } from '../events.ts';
import { startRun, type StartOptions } from '../runPipeline.ts';
import { runsFolder } from '../runFolder.ts';
import { rehearse, type Rehearsal } from './rehearse.ts';

const profiles: readonly NamedProfile[] = [
  {
    name: 'priced',
    profile: endpointProfileSchema.parse({
      kind: 'sample',
      model: 'sample',
      prices: { prompt: 2000, completion: 6000 },
    }),
  },
];
const http = createHttpFetch();
const fixtures: PlanFixture[] = [];
let fixture: PlanFixture;
beforeEach(async () => {
  fixture = await PlanFixture.create();
  fixtures.push(fixture);
  await fixture.put('ask.prompt.md', 'Ask three questions about {text}.\n');
  await fixture.put('answer.prompt.md', 'Answer {question}\n');
});
after(async () => {
  for (const each of fixtures) await each.dispose();
  await http.close();
});

const pipeline = (...steps: readonly string[]): string =>
  `openline: 1\nendpoint: priced\nsteps:\n${steps.map((step) => `  - ${step}\n`).join('')}output: data/chat.jsonl\n`;
const TOPICS = '{ id: topics, read: { values: [Tides, Ferries, Buoys], into: text } }';
const QUESTIONS =
  '{ id: questions, generate: { prompt: ask.prompt.md, bind: { text: text }, expect: { list: question, length: 3 } } }';
const ANSWERS = '{ id: answers, generate: { prompt: answer.prompt.md, expect: { text: answer } } }';
const CHAT = pipeline(TOPICS, QUESTIONS, ANSWERS);

async function optionsOf(text: string): Promise<StartOptions> {
  const { plan } = await planPipeline({ file: fixture.file, text }, { ...fixture.context, profiles });
  return { http, version: 'test', profiles, plan, text, root: fixture.root, mode: 'run' };
}
const run = async (text: string): Promise<RunSummary> => startRun(await optionsOf(text));
async function rehearsal(text: string, former?: string | null): Promise<Rehearsal | null> {
  return rehearse({ ...(await optionsOf(text)), ...(former == null ? {} : { former }) });
}

test('of a pipeline that has not changed nothing is asked, and nothing is left behind', async () => {
  const { run: former } = await run(CHAT);
  const before = readdirSync(runsFolder(fixture.root));
  const told = await rehearsal(CHAT, former);
  assert.deepEqual([told?.requests, told?.isExact, told?.reused, told?.cost], [0, true, 12, 0]);
  assert.deepEqual(
    told?.outputs.map(({ records, anew }) => [records, anew]),
    [[9, 0]],
  );
  assert.deepEqual(readdirSync(runsFolder(fixture.root)), before);
});

test('after an edit of the last template exactly its requests are told, with their cost', async () => {
  const first = await run(CHAT);
  await fixture.put('answer.prompt.md', 'Answer in one sentence: {question}\n');
  const told = await rehearsal(CHAT, first.run);
  assert.deepEqual([told?.least, told?.requests, told?.isExact, told?.reused], [9, 9, true, 3]);
  assert.equal(told?.outputs[0]?.anew, 9);
  const second = await run(CHAT);
  assert.deepEqual([second.requests, second.reused], [9, 3]);
  const share = (told.cost ?? 0) / (second.cost ?? 1);
  assert.ok(share > 0.5 && share < 2, `${told.cost} was told, ${second.cost} it was`);
});

test('a record that is new is asked about alone, and an edit that was undone asks nothing', async () => {
  const { run: former } = await run(CHAT);
  const one = await rehearsal(pipeline(TOPICS.replace('Buoys', 'Beacons'), QUESTIONS), former);
  assert.deepEqual([one?.requests, one?.isExact, one?.reused], [1, true, 2]);
  await fixture.put('ask.prompt.md', 'Ask three hard questions about {text}.\n');
  const { run: latter } = await run(CHAT);
  await fixture.put('ask.prompt.md', 'Ask three questions about {text}.\n');
  assert.deepEqual((await rehearsal(CHAT, latter))?.requests, 0);
});

test('what follows from answers that are asked anew is told as far as the former run shows it', async () => {
  const { run: former } = await run(CHAT);
  await fixture.put('ask.prompt.md', 'Ask three hard questions about {text}.\n');
  const told = await rehearsal(CHAT, former);
  assert.deepEqual([told?.least, told?.requests, told?.isExact, told?.reused], [3, 12, false, 0]);
  assert.equal(told?.outputs[0]?.anew, 9);
  // Without the run the estimate says what follows: a list of three each.
  rmSync(join(runsFolder(fixture.root), former ?? ''), { recursive: true });
  const guessed = await rehearsal(CHAT, former);
  assert.deepEqual([guessed?.least, guessed?.requests, guessed?.isExact, guessed?.reused], [3, 12, false, 0]);
  assert.equal(guessed?.outputs[0]?.records, 0);
});

test('what runs programs is not rehearsed', async () => {
  const script = "{ id: own, script: [node, -e, 'process.exit(1)'] }";
  assert.equal(await rehearsal(pipeline(TOPICS, script)), null);
  assert.ok(!existsSync(runsFolder(fixture.root)));
});
