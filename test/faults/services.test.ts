/** Services that misbehave: transient faults leave no trace in the output, permanent ones cost only the records they hit. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { parseJson } from '../../src/core/record/json.ts';
import { startModelServer, type Reply, type Script } from '../support/modelServer.ts';
import { makeWorkspace } from './workspace.ts';

const FAST = { retries: 8, timeout_s: 1 };
let reference: string;

before(async () => {
  reference = (await runAgainst(() => ({}))).output;
  assert.ok(reference.split('\n').length > 100);
});

async function runAgainst(
  script: Script,
  options: { args?: readonly string[]; profile?: Record<string, number> } = {},
) {
  const server = await startModelServer(script);
  const workspace = makeWorkspace(server.url, { profile: { ...FAST, ...options.profile } });
  try {
    const finished = await workspace.run('run', 'p.openline.yaml', '--concurrency', '16', ...(options.args ?? []));
    const [run = ''] = workspace.runs();
    const rejects = existsSync(`${workspace.runFolder(run)}/rejects.jsonl`)
      ? workspace.read(`.openline/runs/${run}/rejects.jsonl`)
      : '';
    return {
      finished,
      output: existsSync(workspace.output) ? workspace.read('data/out.jsonl') : '',
      rejects: rejects
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => parseJson(line) as { reason: string; step: string; message: string }),
      server,
      workspace,
    };
  } finally {
    workspace.remove();
    await server.close();
  }
}

/** Every third question or so fails the first time it is asked. */
const sometimes =
  (fault: Reply): Script =>
  (request) =>
    request.repeated === 0 && Number.parseInt(request.hash.slice(0, 2), 16) % 3 === 0 ? fault : {};

describe('a passing fault leaves the same bytes', () => {
  const faults: Readonly<Record<string, Reply>> = {
    'a dropped connection': { fault: 'drop' },
    'half a body': { fault: 'half' },
    'a status 500': { status: 500, raw: '{"error":{"message":"overloaded"}}' },
    'a status 503 that says when to come back': { status: 503, raw: '', headers: { 'retry-after': '0' } },
    'a storm of status 429': {
      status: 429,
      raw: '{"error":{"message":"slow down"}}',
      headers: { 'retry-after-ms': '50' },
    },
    'a page of HTML with status 502': { status: 502, raw: '<html><body>Bad gateway</body></html>' },
    'HTML with status 200': { raw: '<html><body>Please log in</body></html>' },
    'an answer without choices': { raw: '{"choices":[],"usage":null}' },
    'an answer that never comes': { fault: 'hang' },
  };
  for (const [name, fault] of Object.entries(faults)) {
    test(name, async () => {
      const { finished, output } = await runAgainst(sometimes(fault));
      assert.equal(finished.status, 0, finished.stderr);
      assert.equal(output, reference);
      assert.ok(Number(finished.json?.['retries']) > 0, 'nothing was tried again: the fault did not happen');
    });
  }
});

test('questions that are refused for good are rejected with the reason, all others come out unchanged', async () => {
  const refused = (request: { hash: string; body: unknown }): boolean =>
    JSON.stringify(request.body).includes('revis') && Number.parseInt(request.hash.slice(0, 2), 16) % 4 === 0;
  const { finished, output, rejects } = await runAgainst((request) =>
    refused(request) ? { status: 422, raw: '{"error":{"message":"not this one"}}' } : {},
  );
  assert.equal(finished.status, 0, finished.stderr);
  const kept = output.split('\n');
  const all = reference.split('\n');
  assert.ok(kept.length < all.length);
  assert.deepEqual(
    kept,
    all.filter((line) => kept.includes(line)),
    'a record that was not refused has changed or moved',
  );
  assert.equal(rejects.length * 2, all.length - kept.length, 'two revisions are missing for each refused question');
  assert.deepEqual([...new Set(rejects.map((reject) => reject.reason))], ['rejected']);
  assert.match(rejects[0]?.message ?? '', /not this one/u);
});

test('a refused key stops at once, names the endpoint, keeps what was answered, and resumes', async () => {
  let accept = false;
  let answered = 0;
  const server = await startModelServer(() => {
    if (accept || answered < 10) {
      answered += 1;
      return {};
    }
    return { status: 401, raw: '{"error":{"message":"bad key"}}' };
  });
  const workspace = makeWorkspace(server.url);
  try {
    const failed = await workspace.run('run', 'p.openline.yaml', '--concurrency', '4');
    assert.equal(failed.status, 1);
    assert.match(failed.stderr, /service/u);
    assert.match(failed.stderr, /openline resume/u);
    assert.ok(
      server.received.length <= 10 + 4,
      `${server.received.length} requests were sent to a service that refuses the key`,
    );
    assert.ok(!existsSync(workspace.output), 'a run that failed leaves no output');
    accept = true;
    const before = server.received.length;
    const resumed = await workspace.run('resume', 'latest');
    assert.equal(resumed.status, 0, resumed.stderr);
    assert.equal(workspace.read('data/out.jsonl'), reference);
    assert.equal(Number(resumed.json?.['replayed']), 10);
    assert.equal(Number(resumed.json?.['requests']), server.received.length - before);
  } finally {
    workspace.remove();
    await server.close();
  }
});

test('a service that is not there is told in plain words', async () => {
  const workspace = makeWorkspace('http://127.0.0.1:9/v1', { profile: { retries: 1 } });
  try {
    const failed = await workspace.run('run', 'p.openline.yaml');
    assert.equal(failed.status, 1);
    assert.match(failed.stderr, /service.*127\.0\.0\.1:9/su);
    assert.equal(failed.json?.['state'], 'failed');
  } finally {
    workspace.remove();
  }
});

test('answers that are garbage are rejected and counted, never taken for records', async () => {
  const { finished, rejects } = await runAgainst((request) =>
    JSON.stringify(request.body).includes('revis') && request.hash.startsWith('0')
      ? { text: 'I would rather talk about something else.' }
      : {},
  );
  assert.equal(finished.status, 0, finished.stderr);
  assert.ok(Number(finished.json?.['discarded']) === rejects.length);
});

test('the order of arrival does not show: concurrency 1, 7 and 64 give the same bytes', async () => {
  for (const concurrency of ['1', '7', '64']) {
    const { output } = await runAgainst(
      (request) => ({ delayMs: Number.parseInt(request.hash.slice(0, 2), 16) / 32 }),
      {
        args: ['--concurrency', concurrency],
      },
    );
    assert.equal(output, reference, `concurrency ${concurrency}`);
  }
});

test('one answer of a hundred megabytes costs its own record alone', async () => {
  const gigantic = 'x'.repeat(100 << 20);
  let poisoned = '';
  const { finished, output, rejects } = await runAgainst(
    (request) => {
      if (poisoned === '' && JSON.stringify(request.body).includes('revis')) poisoned = request.hash;
      return request.hash === poisoned ? { raw: gigantic } : {};
    },
    // Nothing here is about time: a busy machine may take longer than the second that the others have.
    { profile: { retries: 1, timeout_s: 60 } },
  );
  assert.equal(finished.status, 0, finished.stderr);
  assert.deepEqual(
    rejects.map(({ reason }) => reason),
    ['unreadable'],
  );
  const kept = output.split('\n');
  const all = reference.split('\n');
  assert.equal(kept.length, all.length - 2);
  assert.deepEqual(
    kept,
    all.filter((line) => kept.includes(line)),
  );
});

test('a clock that jumps changes nothing', async () => {
  const server = await startModelServer(sometimes({ status: 503, raw: '' }));
  const jumping = pathToFileURL(join(import.meta.dirname, 'jumpingClock.mjs')).href;
  const workspace = makeWorkspace(server.url, { env: { NODE_OPTIONS: `--import ${jumping}` } });
  try {
    const finished = await workspace.run('run', 'p.openline.yaml', '--concurrency', '8');
    assert.equal(finished.status, 0, finished.stderr);
    assert.equal(workspace.read('data/out.jsonl'), reference);
  } finally {
    workspace.remove();
    await server.close();
  }
});

test('a run of another format version is refused with a word on what to do', async () => {
  const server = await startModelServer(() => ({ status: 401, raw: '' }));
  const workspace = makeWorkspace(server.url);
  try {
    await workspace.run('run', 'p.openline.yaml');
    const [run = ''] = workspace.runs();
    const path = join(workspace.runFolder(run), 'run.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"format": 1', '"format": 99'));
    const refused = await workspace.run('resume', run);
    assert.equal(refused.status, 2);
    assert.match(refused.stderr, /format 99.*reads format 1/u);
  } finally {
    workspace.remove();
    await server.close();
  }
});
