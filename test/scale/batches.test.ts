/** Runs through a Batch API: the same bytes as at once, nothing asked twice, whatever happens to batches, service and process. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { before, describe, test } from 'node:test';
import type { JsonObject } from '../../src/core/record/json.ts';
import { makeWorkspace, PIPELINE, type Finished, type Workspace } from '../faults/workspace.ts';
import { startBatchServer, type BatchServer, type BatchServerOptions } from '../support/batchServer.ts';
import { startModelServer } from '../support/modelServer.ts';

const QUESTIONS = `openline: 1
endpoint: service
steps:
  - { id: numbers, read: { values: ${JSON.stringify(Array.from({ length: 40 }, (_, index) => `number ${index}`))}, into: number } }
  - { id: answers, generate: { prompt: { text: 'Say something about {number}.' }, expect: { text: answer } } }
output: data/out.jsonl
`;

const BATCH = { mode: 'batch', batch: { poll_s: 0.02 } };
let reference: { output: string; requests: number };

before(async () => {
  const server = await startModelServer();
  const workspace = makeWorkspace(server.url);
  const done = await workspace.run('run', 'p.openline.yaml');
  assert.equal(done.status, 0, done.stderr);
  reference = { output: workspace.read('data/out.jsonl'), requests: server.received.length };
  workspace.remove();
  await server.close();
});

interface Setting extends BatchServerOptions {
  readonly pipeline?: string;
  readonly profile?: JsonObject;
  readonly env?: Readonly<Record<string, string>>;
}

/** A service and a workspace that asks it in batches; both are gone when the test is. */
async function within(
  { pipeline = PIPELINE, profile = {}, env = {}, ...options }: Setting,
  act: (workspace: Workspace, server: BatchServer) => Promise<void>,
): Promise<void> {
  const server = await startBatchServer(options);
  const workspace = makeWorkspace(server.url, { pipeline, profile: { ...BATCH, ...profile }, env });
  try {
    await act(workspace, server);
  } finally {
    workspace.remove();
    await server.close();
  }
}

function assertDone({ status, stderr }: Finished): void {
  assert.equal(status, 0, stderr);
}

/** What every run has to keep to, however it went. */
function assertWhole(workspace: Workspace, server: BatchServer): void {
  assert.equal(workspace.read('data/out.jsonl'), reference.output, 'the bytes are those of a run that asks at once');
  assert.deepEqual(server.askedTwice, [], 'no request is in two batches that go on, or asked once it was answered');
  assert.equal(server.single.length, 0, 'nothing was asked at once');
}

test('a tree of topics goes through in a batch a level, and the bytes are the same', async () => {
  await within({}, async (workspace, server) => {
    const done = await workspace.run('run', 'p.openline.yaml');
    assertDone(done);
    assertWhole(workspace, server);
    const { requests: asked, replayed, batches } = done.json ?? {};
    assert.deepEqual({ asked, replayed, batches }, { asked: reference.requests, replayed: 0, batches: [] });
    // Topics, subtopics, questions, revisions: everything that is ready travels together.
    assert.deepEqual(
      server.batches.map(({ requests }) => requests.length),
      [1, 8, 28, 48],
    );
    const again = await workspace.run('run', 'p.openline.yaml');
    assert.equal(again.json?.['reused'], reference.requests, 'a second run takes everything over');
    assert.equal(server.batches.length, 4);
  });
});

test('parts keep to the limits of the service', async () => {
  const profile = { batch: { poll_s: 0.02, max_requests: 10, max_megabytes: 0.008 } };
  await within({ profile, maxRequests: 10, maxBytes: 9000 }, async (workspace, server) => {
    assertDone(await workspace.run('run', 'p.openline.yaml'));
    assertWhole(workspace, server);
    assert.ok(server.batches.every(({ requests }) => requests.length <= 10));
    assert.ok(server.batches.length > 9, `${server.batches.length} batches`);
  });
});

/** Half of the texts twice, so that a semantic de-duplication has something to drop. */
const EMBEDDED = `openline: 1
endpoint: service
steps:
  - { id: texts, read: { values: ${JSON.stringify(Array.from({ length: 40 }, (_, index) => `text ${index % 20}`))}, into: text } }
  - { id: vectors, embed: { field: text, model: vectors-model, into: vector, batch_size: 8 } }
  - { id: unique, dedup: { method: semantic, embedding: vector, threshold: 0.99 } }
  - { id: bare, modify: { remove: [vector] } }
output: data/out.jsonl
`;

test('embeddings travel in batches of their own path', async () => {
  await within({ pipeline: EMBEDDED }, async (workspace, server) => {
    assertDone(await workspace.run('run', 'p.openline.yaml'));
    assert.equal(workspace.read('data/out.jsonl').trimEnd().split('\n').length, 20);
    assert.deepEqual(
      server.batches.map(({ endpoint, requests }) => [endpoint, requests.length]),
      [['/v1/embeddings', 40]],
    );
    assert.equal(server.single.length, 0, 'nothing was asked at once');
  });
});

test('what a batch refuses goes to the fallback, each request once to either', async () => {
  const refused = /[05]$/u;
  const reply: BatchServerOptions['reply'] = ({ customId, body }) =>
    body['model'] === 'test-model' && refused.test(customId) ? { status: 400, message: 'flagged by moderation' } : {};
  const pipeline = QUESTIONS.replace('steps:', 'fallback: [{ endpoint: service, model: second-model }]\nsteps:');
  await within({ reply, pipeline }, async (workspace, server) => {
    const done = await workspace.run('run', 'p.openline.yaml');
    assertDone(done);
    const [first, second] = server.batches;
    const gone = first?.requests.filter(({ customId }) => refused.test(customId)).length ?? 0;
    assert.ok(gone > 0 && gone < 40, `${gone} refused`);
    assert.deepEqual(
      [
        done.json?.['records'],
        second?.requests.length,
        second?.requests.every(({ body }) => body['model'] === 'second-model'),
      ],
      [40, gone, true],
    );
    assert.deepEqual(server.askedTwice, []);
  });
});

test('a step that says something else in each pass stops the run, instead of paying for batch after batch', async () => {
  const program = `require('readline').createInterface({ input: process.stdin }).on('line', (line) => console.log(JSON.stringify({ ...JSON.parse(line), number: Math.random() })))`;
  const script = `  - { id: dice, script: ${JSON.stringify([process.execPath, '-e', program])} }\n  - { id: answers`;
  await within({ pipeline: QUESTIONS.replace('  - { id: answers', script) }, async (workspace, server) => {
    const done = await workspace.run('run', 'p.openline.yaml', '--allow-scripts');
    assert.equal(done.status, 1, done.stderr);
    assert.match(done.stderr, /Step answers, record \d+: it asks something else each time/u);
    assert.ok(server.batches.length <= 4, `${server.batches.length} batches`);
  });
});

describe('what has no answer is asked again, and nothing else', () => {
  test('a batch that expires half-way', async () => {
    await within({ fate: (number) => ({ expires: number === 1 || number === 3 }) }, async (workspace, server) => {
      const done = await workspace.run('run', 'p.openline.yaml');
      assertDone(done);
      assertWhole(workspace, server);
      assert.match(done.stderr, /batch_1_\w+: 4 requests without an answer: .*expired/u);
    });
  });

  test('requests that fail for a passing reason, and some that are left out', async () => {
    const reply: BatchServerOptions['reply'] = ({ customId, repeated }) => {
      if (repeated > 0) return {};
      if (customId.endsWith('3') || customId.endsWith('8')) return { status: 500 };
      return customId.endsWith('c') ? { isLeft: true } : {};
    };
    await within({ reply }, async (workspace, server) => {
      assertDone(await workspace.run('run', 'p.openline.yaml'));
      assertWhole(workspace, server);
    });
  });

  test('a request that fails in every batch is given up after some, and told', async () => {
    const reply: BatchServerOptions['reply'] = ({ body }) =>
      JSON.stringify(body).includes('revis') && JSON.stringify(body).length % 2 === 0 ? { status: 503 } : {};
    await within({ reply, profile: { batch: { poll_s: 0.02, attempts: 2 } } }, async (workspace, server) => {
      const done = await workspace.run('run', 'p.openline.yaml');
      assertDone(done);
      const [run = ''] = workspace.runs();
      const failures = workspace.journal(run).filter(({ kind }) => kind === 'failure');
      assert.ok(failures.length > 0);
      assert.equal(done.json?.['discarded'], failures.length);
      assert.match(JSON.stringify(failures[0]), /in 2 batches in a row/u);
      const { length } = workspace.read(`.openline/runs/${run}/rejects.jsonl`).trimEnd().split('\n');
      assert.equal(length, failures.length, 'each is in the rejects');
      assert.equal(server.batches.length, 5);
    });
  });

  test('a request that is refused is a reject; resume --retry-failed asks it, and only it, again', async () => {
    let refuses = true;
    const reply: BatchServerOptions['reply'] = ({ customId }) =>
      refuses && /[05]$/u.test(customId) ? { status: 400, message: 'flagged by moderation' } : {};
    await within({ reply, pipeline: QUESTIONS }, async (workspace, server) => {
      const done = await workspace.run('run', 'p.openline.yaml');
      assertDone(done);
      const [run = ''] = workspace.runs();
      const failed = workspace.journal(run).filter(({ kind }) => kind === 'failure').length;
      assert.ok(failed > 0 && failed < 40, `${failed} failed`);
      assert.match(workspace.read(`.openline/runs/${run}/rejects.jsonl`), /flagged by moderation/u);
      refuses = false;
      const again = await workspace.run('resume', run, '--retry-failed');
      assertDone(again);
      const { requests, records } = again.json ?? {};
      assert.deepEqual({ requests, records }, { requests: failed, records: 40 });
      assert.equal(server.batches.at(-1)?.requests.length, failed);
      assert.deepEqual(server.askedTwice, []);
    });
  });
});

test('a batch that is refused as a whole stops the run in plain words; resume submits it anew', async () => {
  const refuse = { code: 'invalid_json_line', message: 'This line is not parseable.', line: 3 };
  await within({ fate: (number) => (number === 1 ? { refuse } : {}) }, async (workspace, server) => {
    const failed = await workspace.run('run', 'p.openline.yaml');
    assert.equal(failed.status, 1);
    assert.match(failed.stderr, /refused the batch batch_1_\w+ as a whole: request subtopics\/\S+ \(line 3\)/u);
    assertDone(await workspace.run('resume', 'latest'));
    assertWhole(workspace, server);
  });
});

test('too much in the queue of the service is submitted later', async () => {
  const refuse = { code: 'token_limit_exceeded', message: 'Enqueued token limit reached.' };
  await within({ fate: (number) => (number === 2 ? { refuse } : {}) }, async (workspace, server) => {
    assertDone(await workspace.run('run', 'p.openline.yaml'));
    assertWhole(workspace, server);
  });
});

test('a service that is away for a while, or busy, is waited for', async () => {
  const dropped = new Set([1, 5, 6, 9]);
  const onCall: BatchServerOptions['onCall'] = ({ number }) => (dropped.has(number) ? 'drop' : undefined);
  await within({ onCall }, async (workspace, server) => {
    const done = await workspace.run('run', 'p.openline.yaml');
    assertDone(done);
    assertWhole(workspace, server);
  });
});

test('Ctrl+C leaves batches where they are; resume takes their answers', async () => {
  let held = true;
  const reply: BatchServerOptions['reply'] = () => ({ isStuck: held });
  await within({ reply, pipeline: QUESTIONS }, async (workspace, server) => {
    const running = workspace.start('run', 'p.openline.yaml');
    await until(() => server.batches[0]?.status === 'in_progress');
    running.process.kill('SIGINT');
    const stopped = await running.finished;
    assert.equal(stopped.status, 130, stopped.stderr);
    assert.match(
      stopped.stderr,
      /The service goes on answering \(batch (?:validating|in progress) 0\/40\).*openline batch cancel/su,
    );
    assert.equal(server.batches[0]?.status, 'in_progress');
    const { stdout } = await workspace.run('runs');
    assert.match(stdout, /"batches":\[\{"part":1,"endpoint":"service","batch":"batch_0_/u);
    held = false;
    await until(() => server.batches[0]?.status === 'completed');
    const done = await workspace.run('resume', 'latest');
    assertDone(done);
    assert.equal(done.json?.['requests'], 40);
    assert.equal(server.batches.length, 1);
    assert.deepEqual(server.askedTwice, []);
  });
});

test('batch cancel gives batches up, after taking what they have; resume asks the rest', async () => {
  let held = true;
  const reply: BatchServerOptions['reply'] = ({ customId }) => ({ isStuck: held && /[0-7]$/u.test(customId) });
  await within({ reply, pipeline: QUESTIONS }, async (workspace, server) => {
    const running = workspace.start('run', 'p.openline.yaml');
    await until(() => server.batches[0]?.status === 'in_progress');
    running.process.kill('SIGKILL');
    await running.finished;
    const cancelled = await workspace.run('batch', 'cancel', 'latest');
    assertDone(cancelled);
    assert.equal(server.batches[0]?.status, 'cancelled');
    const [run = ''] = workspace.runs();
    const kept = workspace.journal(run).filter(({ kind }) => kind === 'answer').length;
    assert.ok(kept > 0 && kept < 40, `${kept} answers`);
    held = false;
    const done = await workspace.run('resume', run);
    assertDone(done);
    const { requests, replayed } = done.json ?? {};
    assert.deepEqual({ requests, replayed }, { requests: 40 - kept, replayed: kept });
    assert.deepEqual(server.askedTwice, []);
  });
});

test('a budget is kept to: so many requests are submitted, then the run pauses', async () => {
  await within({ pipeline: QUESTIONS }, async (workspace, server) => {
    const paused = await workspace.run('run', 'p.openline.yaml', '--budget-requests', '25');
    assert.equal(paused.status, 3, paused.stderr);
    assert.deepEqual(
      server.batches.map(({ requests }) => requests.length),
      [25],
    );
    assert.equal(paused.json?.['requests'], 25);
    const done = await workspace.run('resume', 'latest', '--budget-requests', '100');
    assertDone(done);
    assert.deepEqual(
      server.batches.map(({ requests }) => requests.length),
      [25, 15],
    );
  });
});

test('half the price where the profile says so, in the estimate and in what it cost', async () => {
  const prices = { prompt: 1000, completion: 1000, batch_discount: 0.5 };
  await within({ pipeline: QUESTIONS, profile: { prices } }, async (workspace) => {
    const batch = await workspace.run('run', 'p.openline.yaml');
    const tokens = batch.json?.['tokens'] as { prompt: number; completion: number };
    assert.equal(batch.json?.['cost'], ((tokens.prompt + tokens.completion) * 500) / 1e6);
    const preview = await workspace.run('preview', 'p.openline.yaml', '--fresh');
    const few = preview.json?.['tokens'] as { prompt: number; completion: number };
    assert.equal(preview.json?.['cost'], ((few.prompt + few.completion) * 1000) / 1e6, 'a preview asks at once');
  });
});

test('keys go to the service and into no file; a redirect is not followed', async () => {
  const key = 'sk-batch-0123456789abcdef';
  const other = await startBatchServer();
  const redirect: BatchServerOptions['redirect'] = () => `${other.url}/files`;
  await within({ redirect, profile: { auth: 'bearer' } }, async (workspace) => {
    const failed = await workspace.run('run', 'p.openline.yaml');
    assert.equal(failed.status, 1);
    assert.match(failed.stderr, /redirects to .* which is not followed/u);
    assert.equal(other.calls.length, 0);
  });
  await other.close();
  const env = { BATCH_KEY: key };
  await within({ key, pipeline: QUESTIONS, profile: { auth: 'bearer' }, env }, async (workspace) => {
    assertDone(await workspace.run('run', 'p.openline.yaml', '--endpoint', 'service', '--api-key-env', 'BATCH_KEY'));
    assert.throws(
      () => execFileSync('grep', ['-rl', key, '.'], { cwd: workspace.folder }),
      'grep finds the key nowhere',
    );
  });
});

/** Waits for a condition. */
async function until(holds: () => boolean): Promise<void> {
  for (let looks = 0; !holds(); looks += 1) {
    assert.ok(looks < 2000, 'it took too long');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
