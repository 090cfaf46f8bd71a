import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { check } from '../support/session.ts';

const pipeline = (endpoint: string, output: string): string => `openline: 1
endpoint: ${endpoint}
recipe: open-qa
with: { n_macro_topics: 1, n_subtopics: 1, n_openlines: 1, n_revisions: 1 }
output: ${output}
`;

check('a file that Openline did not write is overwritten only when the person says so', async (session) => {
  const { workbench, folder, picture } = session;
  const output = join(folder, 'data', 'precious.jsonl');
  await writeFile(output, '{"mine": true}\n');
  await writeFile(join(folder, 'precious.openline.yaml'), pipeline('sample', 'data/precious.jsonl'));
  await workbench.openPipeline('precious');
  await workbench.command('Openline: Run');
  await workbench.dialog.filter({ hasText: 'Overwrite data/precious.jsonl?' }).waitFor();
  await picture('overwrite');
  await workbench.dialog.getByRole('button', { name: 'Cancel' }).click();
  await workbench.dialog.waitFor({ state: 'detached' });
  assert.equal(await readFile(output, 'utf8'), '{"mine": true}\n');

  await workbench.command('Openline: Run');
  await workbench.dialog.getByRole('button', { name: 'Overwrite' }).click();
  await workbench.toast('records in data/precious.jsonl').waitFor();
  assert.match(await readFile(output, 'utf8'), /"prompt"/u);
  await workbench.closeEditors();
  await workbench.clearToasts();
});

check('an output outside the workspace is written only when the person says so', async ({ workbench, folder }) => {
  await writeFile(join(folder, 'away.openline.yaml'), pipeline('sample', '../away.jsonl'));
  await workbench.openPipeline('away');
  await workbench.command('Openline: Run');
  await workbench.dialog.filter({ hasText: 'outside the workspace' }).waitFor();
  await workbench.dialog.getByRole('button', { name: 'Write There' }).click();
  await workbench.toast('away.jsonl').waitFor();
  assert.match(await readFile(join(folder, '..', 'away.jsonl'), 'utf8'), /"prompt"/u);
  await workbench.closeEditors();
  await workbench.clearToasts();
});

check('a pipeline with a mistake says what is wrong and shows it', async ({ workbench, folder, picture }) => {
  await writeFile(join(folder, 'mistaken.openline.yaml'), pipeline('smaple', 'data/mistaken.jsonl'));
  await workbench.openFile('README.md');
  await workbench.openView('Openline');
  await workbench.reveal(workbench.treeItem(/^mistaken/u), 'Pipelines');
  await workbench.treeItem(/^mistaken/u).hover();
  await workbench
    .treeItem(/^mistaken/u)
    .getByRole('button', { name: 'Run' })
    .click();
  await workbench.toast(/mistaken.openline.yaml cannot be run/u).waitFor();
  await workbench.toastButton(/mistaken.openline.yaml cannot be run/u, 'Open File');
  await workbench.editorTab('mistaken.openline.yaml').waitFor();
  const problems = await workbench.problems();
  await problems
    .getByText(/smaple/u)
    .first()
    .waitFor();
  await picture('mistake');
  await workbench.command('View: Toggle Panel Visibility');
  await workbench.closeEditors();
  await workbench.clearToasts();
});
