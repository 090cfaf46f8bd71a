/** A workspace and a model service for a run in parts, and what it has to come to: the bytes and requests of one process. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeWorkspace, type Finished, type Running, type Workspace } from '../../faults/workspace.ts';
import { startModelServer, type ModelServer, type Reply } from '../../support/modelServer.ts';

/** Requests under way at once, in all shards together. */
export const AT_ONCE = 4;

/** What a run in one process comes to. */
export interface Reference {
  readonly output: string;
  readonly requests: number;
}

export async function makeReference(): Promise<Reference> {
  const server = await startModelServer();
  const workspace = makeWorkspace(server.url);
  try {
    const done = await workspace.run('run', 'p.openline.yaml');
    assert.equal(done.status, 0, done.stderr);
    return { output: workspace.read('data/out.jsonl'), requests: server.received.length };
  } finally {
    workspace.remove();
    await server.close();
  }
}

export interface Scene {
  readonly workspace: Workspace;
  readonly server: ModelServer;
  /** How the service answers from now on. */
  reply: Reply;
  /** Waits until about half of all requests have come, or a command has ended. */
  halfway(running: Running): Promise<void>;
  /** A run is done, with the bytes of one process. @param askedAgain at the most, of what was in flight */
  assertWhole(finished: Finished, askedAgain: number): void;
}

/** Opens a scene for as long as `play` takes. */
export async function withScene(
  reference: Reference,
  options: { readonly reply?: Reply; readonly env?: Readonly<Record<string, string>> },
  play: (scene: Scene) => Promise<void>,
): Promise<void> {
  const state = { reply: options.reply ?? {} };
  const server = await startModelServer(() => state.reply);
  const { env = {} } = options;
  const workspace = makeWorkspace(server.url, { profile: { max_concurrency: AT_ONCE }, env });
  const scene: Scene = {
    workspace,
    server,
    get reply() {
      return state.reply;
    },
    set reply(reply) {
      state.reply = reply;
    },
    async halfway(running) {
      while (server.received.length < reference.requests / 2 && running.process.exitCode === null) await sleep(5);
    },
    assertWhole({ status, stderr, json }, askedAgain) {
      assert.equal(status, 0, stderr);
      assert.equal(json?.['state'], 'done');
      assert.equal(workspace.read('data/out.jsonl'), reference.output, 'the bytes are those of a run in one process');
      const again = server.received.length - reference.requests;
      assert.ok(again >= 0 && again <= askedAgain, `${again} asked again, of at most ${askedAgain} in flight`);
      assert.ok(server.mostAtOnce <= AT_ONCE, `${server.mostAtOnce} at once`);
    },
  };
  try {
    await play(scene);
  } finally {
    workspace.remove();
    await server.close();
  }
}
