/**
 * Kills a run in batches at the instants that matter (before a call is carried out, and after, when its answer is lost), and
 * at any time between; resumes it, and compares. `OPENLINE_KILLS` says how many cases, `OPENLINE_SEED` with which to begin.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { before, test } from 'node:test';
import type { ChildProcess } from 'node:child_process';
import { makeWorkspace, seeded, type Workspace } from '../faults/workspace.ts';
import { startBatchServer, type BatchServer, type Call } from '../support/batchServer.ts';

const CASES = Number(process.env['OPENLINE_KILLS'] ?? 12);
const FIRST_SEED = Number(process.env['OPENLINE_SEED'] ?? 1);
const MOST_KILLS = 3;
const PROFILE = { mode: 'batch', batch: { poll_s: 0.02, max_requests: 20 } };

let reference: { output: string; calls: number };

before(async () => {
  const server = await startBatchServer();
  const workspace = makeWorkspace(server.url, { profile: PROFILE });
  const done = await workspace.run('run', 'p.openline.yaml');
  assert.equal(done.status, 0, done.stderr);
  reference = { output: workspace.read('data/out.jsonl'), calls: server.calls.length };
  workspace.remove();
  await server.close();
});

/** Runs and resumes until it is through; each process is killed at the call that `doom` chooses. */
async function runThrough(
  workspace: Workspace,
  doom: (kills: number) => number | null,
  victim: { process: ChildProcess | undefined; at: number | null },
): Promise<void> {
  for (let kills = 0; ; kills += 1) {
    const run = workspace.runs().find((id) => existsSync(`${workspace.runFolder(id)}/run.json`));
    victim.at = kills < MOST_KILLS ? doom(kills) : null;
    const running = run === undefined ? workspace.start('run', 'p.openline.yaml') : workspace.start('resume', run);
    victim.process = running.process;
    const { signal, status, stderr } = await running.finished;
    if (signal !== null) continue;
    assert.ok(status === 0 || stderr.includes('is complete'), stderr);
    return;
  }
}

function assertWhole(workspace: Workspace, server: BatchServer): void {
  assert.equal(workspace.read('data/out.jsonl'), reference.output);
  assert.deepEqual(server.askedTwice, [], 'a request is in two batches');
  const [run = ''] = workspace.runs();
  const lines = workspace.journal(run);
  assert.equal(new Set(lines.map(({ at }) => at)).size, lines.length, 'an answer is in the journal twice');
}

for (let seed = FIRST_SEED; seed < FIRST_SEED + CASES; seed += 1) {
  test(`killed around a call and resumed, case ${seed}: same bytes, no request in two batches`, async () => {
    const random = seeded(seed);
    const victim: { process: ChildProcess | undefined; at: number | null } = { process: undefined, at: null };
    const isAfter = random() < 0.5;
    const kill = ({ number }: Call): 'drop' | undefined => {
      if (victim.at === null || number < victim.at) return undefined;
      victim.at = null;
      victim.process?.kill('SIGKILL');
      return 'drop';
    };
    const server = await startBatchServer(isAfter ? { onAnswer: kill } : { onCall: kill });
    const workspace = makeWorkspace(server.url, { profile: PROFILE });
    try {
      await runThrough(workspace, () => server.calls.length + Math.floor((random() * reference.calls) / 2), victim);
      assertWhole(workspace, server);
    } finally {
      workspace.remove();
      await server.close();
    }
  });
}

for (const [name, path] of [
  ['before the id of a file is noted', '/files'],
  ['before the id of a batch is noted', '/batches'],
] as const) {
  test(`killed ${name}: resume finds what is there`, async () => {
    let process: ChildProcess | undefined;
    let kills = 0;
    const server = await startBatchServer({
      onAnswer: (call) => {
        if (call.method !== 'POST' || call.path !== path || kills >= 2) return undefined;
        kills += 1;
        process?.kill('SIGKILL');
        return 'drop';
      },
    });
    const workspace = makeWorkspace(server.url, { profile: PROFILE });
    const victim = {
      at: null,
      get process() {
        return process;
      },
      set process(value: ChildProcess | undefined) {
        process = value;
      },
    };
    try {
      await runThrough(workspace, () => null, victim);
      assert.equal(kills, 2);
      assertWhole(workspace, server);
      assert.equal(
        server.batches.length,
        new Set(server.batches.map(({ metadata }) => metadata['openline_part'])).size,
      );
    } finally {
      workspace.remove();
      await server.close();
    }
  });
}

test('a service without a list: nobody knows whether a batch was submitted, so nothing is asked twice', async () => {
  let process: ChildProcess | undefined;
  const server = await startBatchServer({
    hasNoList: true,
    onAnswer: ({ method, path }) => {
      if (method !== 'POST' || path !== '/batches' || server.batches.length > 1) return undefined;
      process?.kill('SIGKILL');
      return 'drop';
    },
  });
  const workspace = makeWorkspace(server.url, { profile: PROFILE });
  try {
    const running = workspace.start('run', 'p.openline.yaml');
    ({ process } = running);
    await running.finished;
    const unsure = await workspace.run('resume', 'latest');
    assert.equal(unsure.status, 1);
    assert.match(unsure.stderr, /nobody can tell whether part 1 of this run .* was submitted/u);
    assert.equal(server.batches.length, 1);
  } finally {
    workspace.remove();
    await server.close();
  }
});
