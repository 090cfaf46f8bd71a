import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, beforeEach, test } from 'node:test';
import { asError } from '../endpoints/abortReason.ts';
import type { Endpoint } from '../endpoints/endpoint.ts';
import { createHttpFetch } from '../endpoints/httpFetch.ts';
import { endpointProfileSchema } from '../endpoints/profile.ts';
import { InvalidInputError } from '../errors.ts';
import { readReview } from '../curate/review/readReview.ts';
import { runPipeline } from '../index.ts';
import { isJsonObject, parseJson, type JsonObject } from '../record/json.ts';
import { connect } from '../transport/connect.ts';
import { createScriptedEndpoint, type AskedRequest } from '../transport/scriptedEndpoint.ts';
import { amendAnswers } from './amend.ts';
import { countCorrections } from './corrections.ts';
import { explain } from './explain.ts';
import { exportRecords } from './exportRecords.ts';
import { fileSource } from './exportSource.ts';
import { keepEdits } from './keepEdits.ts';
import { repair, type RepairOrder, type RepairReport } from './repair.ts';
import type { RepairTargets } from './repairTargets.ts';
import { resumeRun } from './runPipeline.ts';
import { readRunFile, runPaths, runsFolder } from './runFolder.ts';
import { STOP_GRACE_MS } from './stopping.ts';

const http = createHttpFetch();
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'openline-repair-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});
after(() => http.close());

/** Runs a pipeline (JSON is YAML). @returns the run's folder */
async function run(pipeline: JsonObject): Promise<string> {
  const file = join(root, 'demo.openline.yaml');
  writeFileSync(file, JSON.stringify({ openline: 1, endpoint: 'sample', output: 'out.jsonl', ...pipeline }));
  const summary = await runPipeline(file);
  assert.equal(summary.state, 'done');
  return join(runsFolder(root), summary.run ?? '');
}

function lines(path: string): readonly JsonObject[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const value = parseJson(line);
      return isJsonObject(value) ? [value] : [];
    });
}

async function outputOf(folder: string): Promise<string> {
  return (await readRunFile(runPaths(folder))).outputs[0]?.name ?? assert.fail('there is no output');
}

/** Two topics, about each of which a question is missing. */
async function runWithReject(): Promise<{ folder: string; at: string }> {
  const folder = await run({
    steps: [
      { id: 'topics', read: { values: ['tides', 'radio'] } },
      {
        id: 'questions',
        generate: {
          prompt: { text: 'Write a numbered list of 2 questions about {text}.' },
          expect: { list: 'question', length: 3, on_mismatch: 'discard' },
        },
      },
      { id: 'long', filter: { text: 'question', checks: [{ word_count: { min: 1 } }] } },
    ],
    conversion: { mode: 'local' },
  });
  const [reject] = lines(runPaths(folder).rejects);
  const at = reject?.['at'];
  assert.ok(typeof at === 'string', 'nothing was rejected');
  return { folder, at };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : assert.fail('it is no text');
}

/** Asks a model that a test plays. */
async function ask(
  folder: string,
  targets: RepairTargets,
  instruction: string,
  answer: (asked: AskedRequest) => void,
): Promise<{ report: RepairReport; asked: readonly AskedRequest[] }> {
  const endpoint = createScriptedEndpoint(answer);
  const connection = connect(endpoint, { maxConcurrency: 4, retries: 0 });
  const order: RepairOrder = { folder, targets, instruction, endpoint: 'scripted', model: 'm' };
  const report = await repair(order, connection, new AbortController().signal, () => undefined);
  return { report, asked: endpoint.asked };
}

test('an answer that could not be used is corrected, and comes into the output by working the run through again', async () => {
  const { folder, at } = await runWithReject();
  const before = lines(join(root, 'out.jsonl'));
  const instruction = 'Give a numbered list of three questions.';
  const [first] = lines(runPaths(folder).rejects);
  const cause = { kind: 'cause', step: 'questions', reason: textOf(first?.['reason']) } as const;
  const list = '1. What is it?\n2. How is it?\n3. Why is it?';
  const { report, asked } = await ask(folder, cause, instruction, (one) => one.answer(list));
  const [request] = asked;
  assert.match(request?.request.messages.at(-1)?.content ?? '', /cannot be used[\s\S]*numbered list/u);
  const proposal = report.proposals.find((one) => one.at === at);
  assert.equal(proposal?.after, list);
  // Whoever asks the same again is not asked to pay for it again.
  const again = await ask(folder, cause, instruction, () => assert.fail('it was asked again'));
  assert.deepEqual([again.report.requests, again.report.reused], [0, report.proposals.length]);

  const amendment = { at, text: list, instruction, by: 'scripted m' };
  const paths = runPaths(folder);
  assert.equal(await countCorrections(paths), 0);
  await amendAnswers(folder, [amendment]);
  await amendAnswers(folder, [amendment]);
  // It waits, whoever looks at it and when, until the run has been worked through.
  assert.equal(await countCorrections(paths), 1);
  const settings = { http, version: 'test', profiles: [{ name: 'sample', profile: sample }] };
  const summary = await resumeRun({ ...settings, folder, again: true });
  assert.deepEqual([summary.state, summary.requests], ['done', 0]);
  assert.equal(await countCorrections(paths), 0);
  const after = lines(join(root, 'out.jsonl'));
  assert.equal(after.length, before.length + 3);
  const questions = after.map(({ question }) => question);
  assert.ok(questions.includes('Why is it?'));
  const { steps } = await explain(folder, { of: 'question', at });
  assert.ok(isJsonObject(steps[0]?.amended ?? null));
  assert.equal((steps[0]?.amended as JsonObject)['instruction'], instruction);
  // A run that is complete is worked through again for a reason alone.
  await assert.rejects(resumeRun({ ...settings, folder }), InvalidInputError);
});

test('who stops does not wait for a service that stays silent; what was answered is kept', async (context) => {
  const { folder } = await runWithReject();
  const [first] = lines(runPaths(folder).rejects);
  const cause = { kind: 'cause', step: 'questions', reason: textOf(first?.['reason']) } as const;
  const scripted = createScriptedEndpoint((one, index) => {
    if (index === 0) one.answer('1. One?\n2. Two?\n3. Three?');
  });
  let silent: AbortSignal | undefined;
  const endpoint: Endpoint = {
    ...scripted,
    chat: (request, options) =>
      Promise.race([
        scripted.chat(request, options),
        new Promise<never>((_resolve, reject) => {
          const signal = options?.signal;
          silent = signal;
          signal?.addEventListener('abort', () => reject(asError(signal.reason)), { once: true });
        }),
      ]),
  };
  const order: RepairOrder = { folder, targets: cause, instruction: 'Three.', endpoint: 'scripted', model: 'm' };
  const stop = new AbortController();
  const report = await repair(order, connect(endpoint, { maxConcurrency: 2, retries: 0 }), stop.signal, () => {
    context.mock.timers.enable({ apis: ['setTimeout'] });
    stop.abort();
    context.mock.timers.tick(STOP_GRACE_MS - 1);
    assert.equal(silent?.aborted, false, 'an answer that is paid for may still arrive');
    context.mock.timers.tick(1);
    context.mock.timers.reset();
  });
  assert.deepEqual([scripted.asked.length, report.proposals.length, report.isStopped], [2, 1, true]);
  // Only the one that was not answered is asked the next time.
  const again = await ask(folder, cause, 'Three.', (one) => one.answer('1. Four?\n2. Five?\n3. Six?'));
  assert.deepEqual([again.report.requests, again.report.reused], [1, 1]);
});

const sample = endpointProfileSchema.parse({ kind: 'sample' });

test('a model changes the fields that it is told to; the change is a decision, and the data stays as it is', async () => {
  const folder = await run({ steps: [{ id: 'in', read: { values: ['one', 'two', 'three'] } }] });
  const output = join(root, 'out.jsonl');
  const original = readFileSync(output, 'utf8');
  const targets = {
    kind: 'records',
    output: lines(runPaths(folder).lineage)[0]?.['output'] as string,
    lines: [0, 2],
  } as const;
  const { report } = await ask(folder, targets, 'In capitals.', (one) => {
    const given = one.request.messages.at(-1)?.content ?? '';
    if (given.includes('three')) one.answer('I would rather not.');
    else one.answer('```json\n{"text":"ONE","id":"mine"}\n```');
  });
  const [changed, refused] = report.proposals;
  assert.deepEqual([changed?.after, refused?.after], [{ id: '0', text: 'ONE' }, null]);
  assert.match(refused?.problem ?? '', /no JSON object: I would rather not/u);
  const after = changed?.after;
  assert.ok(typeof after === 'object' && after !== null);
  const review = await keepEdits(folder, targets.output, [{ kind: 'change', line: 0, after }]);
  assert.equal(readFileSync(output, 'utf8'), original);
  const { decisions } = await readReview(review, 'out.review.jsonl');
  assert.deepEqual(decisions.get('0')?.edit, { text: 'ONE' });
});

test('a record that was turned down comes back as an addition of the review, once', async () => {
  const folder = await run({
    steps: [
      { id: 'in', read: { values: ['a', 'long enough'] } },
      { id: 'kept', filter: { text: 'text', checks: [{ word_count: { min: 2 } }] } },
    ],
  });
  const output = join(root, 'out.jsonl');
  const name = await outputOf(folder);
  const { report } = await ask(folder, { kind: 'rejects', lines: [0] }, 'Longer.', (one) =>
    one.answer('{"text":"a word"}'),
  );
  const [proposal] = report.proposals;
  assert.equal(proposal?.id, 'kept/0');
  const after = proposal.after;
  assert.ok(typeof after === 'object' && after !== null);
  const path = await keepEdits(folder, name, [{ kind: 'add', id: proposal.id, after, note: 'Longer.' }]);
  const exported = async (): Promise<readonly JsonObject[]> => {
    const { decisions } = await readReview(path, 'review');
    const review = { file: 'review', decisions, policy: { undecided: 'keep', changed: 'keep' } } as const;
    const source = await fileSource(output, 'out.jsonl');
    const to = join(root, 'reviewed.jsonl');
    const { review: told } = await exportRecords({
      source,
      format: 'jsonl',
      output: to,
      root,
      review,
      version: 'test',
    });
    assert.equal(told?.unused, 0);
    return lines(to);
  };
  const first = await exported();
  assert.deepEqual(first.at(-1), { id: 'kept/0', text: 'a word' });
  assert.equal(first.length, 2);
  writeFileSync(output, `${first.map((record) => JSON.stringify(record)).join('\n')}\n`);
  assert.deepEqual(await exported(), first, 'it was added twice');
});
