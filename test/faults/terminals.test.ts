/** What the terminal does to a run: pipes that are closed, a person who cannot wait. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { startModelServer, type Script } from '../support/modelServer.ts';
import { makeWorkspace, type Workspace } from './workspace.ts';

async function within(script: Script, work: (workspace: Workspace) => Promise<void>): Promise<void> {
  const server = await startModelServer(script);
  const workspace = makeWorkspace(server.url);
  try {
    await work(workspace);
  } finally {
    workspace.remove();
    await server.close();
  }
}

test('a closed standard error ends the messages, not the run', async () => {
  await within(
    () => ({ delayMs: 20 }),
    async (workspace) => {
      const running = workspace.start('run', 'p.openline.yaml');
      running.process.stderr?.destroy();
      const { status, json } = await running.finished;
      assert.equal(status, 0);
      assert.equal(json?.['state'], 'done');
      assert.ok(existsSync(workspace.output));
    },
  );
});
