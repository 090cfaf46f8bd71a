import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJson } from '../../src/core/record/json.ts';
import { check } from '../support/session.ts';

const recordSchema = z.strictObject({
  id: z.string(),
  prompt: z.string().min(1),
  openline: z.string().min(1),
  topic: z.string().min(1),
});

check('a person makes a pipeline, runs it, sees the results and opens the data', async (session) => {
  const { workbench, folder, picture } = session;
  await workbench.openView('Openline');
  await workbench.treeItem('closed-qa').waitFor();
  await workbench.statusItem('Openline').waitFor();

  await workbench.command('Openline: New Pipeline');
  await workbench.option('Open questions').waitFor();
  await picture('new-pipeline');
  await workbench.pick('Open questions');
  await workbench.inputStep('(2/7)');
  await workbench.quickInputBox.fill('many');
  await workbench.inputMessage.filter({ hasText: 'n_macro_topics must be a whole number' }).waitFor();
  for (const [index, number] of ['2', '2', '3', '2'].entries()) {
    await workbench.inputStep(`(${String(index + 2)}/7)`);
    await workbench.input(number);
  }
  await workbench.inputStep('(6/7)');
  await workbench.pick('sample');
  await workbench.inputStep('(7/7)');
  await workbench.input('evening');
  await workbench.editorTab('evening.openline.yaml').waitFor();
  await workbench.treeItem('evening').first().waitFor();

  await workbench.command('Openline: Preview');
  const studio = await workbench.webview({ title: 'Studio: evening' });
  await studio.locator('.tools .count', { hasText: /^3 records$/u }).waitFor();
  // The progress of the preview says so, too, while it fades; the result is the one with the next step on it.
  const result = workbench.toast('Preview of evening.openline.yaml: 3 records');
  await result.filter({ has: session.page.getByRole('button', { name: 'Run', exact: true }) }).waitFor();
  await workbench.clearToasts();

  // The panel of the preview goes on with the run.
  await workbench.editorTab('evening.openline.yaml').click();
  await workbench.command('Openline: Run');
  // (2·2 subtopics + 2 macro topics) · 3 openlines · 2 revisions
  await studio.locator('.tools .count', { hasText: /^36 records$/u }).waitFor();
  await studio.locator('.grid tbody tr[data-index="0"] td').nth(1).filter({ hasText: /\S/u }).waitFor();
  await workbench.toast('36 records in data/evening.jsonl').waitFor();
  await picture('main-path');
  await workbench.toastButton('36 records in data/evening.jsonl', 'Open Output');
  await workbench.editorTab('evening.jsonl').waitFor();

  const lines = (await readFile(join(folder, 'data', 'evening.jsonl'), 'utf8')).trimEnd().split('\n');
  assert.equal(lines.length, 36);
  for (const line of lines) recordSchema.parse(parseJson(line));
  await workbench.treeItem(/^evening, done, 36 records/u).waitFor();

  await workbench.closeEditors();
  await workbench.clearToasts();
});
