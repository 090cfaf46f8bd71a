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

test('a second Ctrl+C ends the command at once, and its last line is JSON all the same', async () => {
  const asked = Promise.withResolvers<undefined>();
  const script: Script = () => {
    asked.resolve(undefined);
    return { fault: 'hang' };
  };
  await within(script, async (workspace) => {
    const { process: command, finished } = workspace.start('run', 'p.openline.yaml');
    await asked.promise;
    command.kill('SIGINT');
    await new Promise((told) => command.stderr?.once('data', told));
    command.kill('SIGINT');
    const { status, json } = await finished;
    assert.equal(status, 130);
    assert.equal(json?.['state'], 'interrupted');
    // The lock of a process that is gone does not keep the run from going on.
    assert.equal((await workspace.run('resume', 'latest', '--budget-minutes', '0.0001')).status, 3);
  });
});
