import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seriousFindings } from '../support/accessibility.ts';
import { check } from '../support/session.ts';

const pipeline = `openline: 1
endpoint: sample
recipe: open-qa
with: { n_macro_topics: 2, n_subtopics: 2, n_openlines: 3, n_revisions: 2 }
output: data/origins.jsonl
`;

check('a record tells how it was made: requests, templates, and what else came of its parents', async (session) => {
  const { workbench, page, folder, picture } = session;
  await writeFile(join(folder, 'origins.openline.yaml'), pipeline);
  await workbench.openPipeline('origins');
  await workbench.command('Openline: Run');
  await workbench.toast('data/origins.jsonl').waitFor();
  await workbench.clearToasts();
  const studio = await workbench.webview({ title: 'Studio: origins' });
  await workbench.command('View: Close Primary Side Bar');
  await workbench.editorTab('Studio: origins').click();
  await studio.locator('.grid tbody tr[data-index="1"]').click();
  const stages = studio.locator('.history .stages > li');
  await stages.filter({ hasText: 'macro_topics' }).first().waitFor();
  const last = stages.last();
  await last.filter({ hasText: 'revisions' }).waitFor();
  assert.match(await last.locator('.said').innerText(), /\S/u);
  await picture('studio-record');

  await stages.first().getByRole('button', { name: 'Made from It' }).click();
  await stages
    .first()
    .locator('.family', { hasText: /[1-9]\d* records/u })
    .waitFor();
  const third = stages.first().locator('.relatives button').nth(2);
  await third.click();
  await studio.locator('.detail h2', { hasText: 'Line 3' }).waitFor();
  assert.equal(await seriousFindings(studio), '');

  await stages.last().getByRole('button', { name: 'Request and Answer' }).click();
  await workbench.editorTab(/^revisions .*\.txt/u).waitFor();
  await workbench.editorLines.filter({ hasText: /Came\sabout\sby/u }).waitFor();
  await picture('request-and-answer');
  await page.keyboard.press('Control+w');
  await stages.first().getByRole('button', { name: 'Open Template' }).click();
  await workbench.editorTab(/\.prompt\.md/u).waitFor();
  await workbench.closeEditors();
  await workbench.command('View: Focus into Primary Side Bar');
});
