import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { check } from '../support/session.ts';

const pipeline = (prompt: string): string => `openline: 1
endpoint: sample
steps:
  - { id: words, read: { values: [ebb, flood, neap tide], into: word } }
  - { id: answers, generate: { prompt: { text: '${prompt} {word}' }, expect: { text: answer } } }
output: data/twice.jsonl
`;

check('two runs that are selected stand side by side: pipeline, settings, figures, records', async (session) => {
  const { workbench, page, folder, picture } = session;
  const file = join(folder, 'twice.openline.yaml');
  await writeFile(file, pipeline('Tell about'));
  await workbench.openPipeline('twice');
  await workbench.command('Openline: Run');
  await workbench.toast(/3 records in data\/twice.jsonl/u).waitFor();
  await workbench.clearToasts();
  await writeFile(file, pipeline('Ask about'));
  await page.getByText('Ask about').first().waitFor();
  await workbench.command('Openline: Run');
  await workbench.toast(/3 records in data\/twice.jsonl/u).waitFor();
  await workbench.clearToasts();

  const runs = workbench.treeItem(/^twice, done, 3 records/u);
  await runs.nth(1).waitFor();
  // By the keyboard alone.
  await workbench.command('Openline: Focus on Runs View');
  await page.keyboard.press('Home');
  // Adds the row to the selection, as everywhere in the editor.
  await page.keyboard.press('Control+Shift+Enter');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+F10');
  const item = page.getByRole('menuitem', { name: 'Compare Runs' });
  await item.waitFor();
  for (let step = 0; step < 20; step += 1) {
    if (await page.locator('.action-item.focused', { hasText: 'Compare Runs' }).isVisible()) break;
    await page.keyboard.press('ArrowDown');
  }
  await page.keyboard.press('Enter');
  await workbench.editorTab(/twice.* ↔ twice/u).waitFor();
  // The names stand there once: the same document on both sides, none that was renamed.
  await page.locator('.multiDiffEntry').filter({ hasText: 'Pipeline as it was run' }).first().waitFor();
  await page.locator('.multiDiffEntry').filter({ hasText: 'Settings of the steps' }).first().waitFor();
  await picture('compare-runs');
  await workbench.closeEditors();

  // The earlier one shows its own records still, which the later one's have replaced.
  await runs.nth(1).click();
  const studio = await workbench.webview({ title: 'Studio: twice' });
  await studio.locator('.tools .count', { hasText: /^3 records$/u }).waitFor();
  await rm(file);
  await workbench.closeEditors();
  await workbench.clearToasts();
});
