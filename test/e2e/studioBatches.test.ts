import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seriousFindings } from '../support/accessibility.ts';
import { startBatchServer } from '../support/batchServer.ts';
import { check, type Session } from '../support/session.ts';

const numbers = Array.from({ length: 12 }, (_, index) => `number ${String(index)}`);

const pipelineOf = (name: string) => `openline: 1
endpoint: batched
steps:
  - { id: numbers, read: { values: ${JSON.stringify(numbers)}, into: number } }
  - { id: answers, generate: { prompt: { text: 'Say something about {number} (${name}).' }, expect: { text: answer } } }
output: data/${name}.jsonl
`;

/** Starts a run and waits until the service has its batch. */
async function start({ workbench, folder }: Session, name: string) {
  await writeFile(join(folder, `${name}.openline.yaml`), pipelineOf(name));
  await workbench.openPipeline(name);
  await workbench.command('Openline: Run');
  const studio = await workbench.webview({ title: `Studio: ${name}` });
  await studio.locator('.batches li', { hasText: 'batched, batch 1: in progress, 0 of 12 answered' }).waitFor();
  return studio;
}

check('batches of a run are shown, left running over a reload, or cancelled', async (session) => {
  const { workbench, folder, picture } = session;
  let isHeld = true;
  const server = await startBatchServer({ reply: () => (isHeld ? { isStuck: true } : {}) });
  try {
    await mkdir(join(folder, '.openline'), { recursive: true });
    const profile = { base_url: server.url, model: 'test-model', auth: 'none', mode: 'batch', batch: { poll_s: 0.2 } };
    await writeFile(join(folder, '.openline', 'endpoints.yaml'), JSON.stringify({ endpoints: { batched: profile } }));
    const studio = await start(session, 'overnight');
    await picture('studio-batches');
    assert.equal(await seriousFindings(studio), '');

    // Left with the service, it goes on there; the panel says so, after a reload of the window as well.
    await studio.getByRole('button', { name: 'Cancel' }).click();
    await workbench.dialog.filter({ hasText: 'Cancel the run and its batch too?' }).waitFor();
    await picture('studio-batches-question');
    await workbench.dialog.getByRole('button', { name: 'Cancel Run Only' }).click();
    await studio.locator('.state', { hasText: 'Stopped' }).waitFor();
    await workbench.reload();
    const again = await workbench.webview({ title: 'Studio: overnight' });
    await again.locator('.batches li', { hasText: 'batch 1' }).waitFor();
    isHeld = false;
    await again.getByRole('button', { name: 'Resume' }).click();
    await workbench.toast('in data/overnight.jsonl').waitFor();
    await again.locator('.state', { hasText: 'Done' }).waitFor();
    assert.equal(server.batches.length, 1, 'the batch that was left running was taken up');
    const lines = (await readFile(join(folder, 'data', 'overnight.jsonl'), 'utf8')).trimEnd().split('\n');
    assert.equal(lines.length, numbers.length);
    await workbench.clearToasts();
    await workbench.closeEditors();

    isHeld = true;
    const other = await start(session, 'given-up');
    await other.getByRole('button', { name: 'Cancel' }).click();
    await workbench.dialog.getByRole('button', { name: 'Cancel Run and Batch' }).click();
    await other.locator('.state', { hasText: 'Cancelled' }).waitFor();
    assert.equal(server.batches.at(-1)?.status, 'cancelled');
    await other.locator('.batches').waitFor({ state: 'hidden' });
  } finally {
    await server.close();
    await workbench.clearToasts();
    await workbench.closeEditors();
  }
});
