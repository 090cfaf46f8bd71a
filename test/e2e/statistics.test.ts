import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { seriousFindings } from '../support/accessibility.ts';
import { beyondNarrow } from '../support/narrow.ts';
import { viewport } from '../support/browser.ts';
import { check } from '../support/session.ts';

const topics = ['Tides', 'Reefs', 'Currents'];
const topicOf = (at: number) => topics[at % 7 === 0 ? 1 : at % 2 === 0 ? 0 : 2];
const scored = Array.from({ length: 60 }, (_, at) => ({
  topic: topicOf(at),
  question: `What do ${String(at)} ${'people '.repeat(at % 9)}know of the sea?`,
  reward: { helpfulness: (at % 20) / 5 },
  // Three clusters, one a topic.
  vector: Array.from(
    { length: 16 },
    (_, part) => (topics[part % 3] === topicOf(at) ? 1 : 0) + ((at * (part + 3)) % 7) / 50,
  ),
}));

const pipeline = `openline: 1
steps:
  - id: all
    read: { files: scored.jsonl }
  - id: good
    filter: { field: reward.helpfulness, min: 1.5 }
output: good.jsonl
`;

check('what a dataset is like, as a page; scores of rejects beside those of records', async (session) => {
  const { workbench, page, folder, picture } = session;
  const lines = scored.map((record) => JSON.stringify(record));
  await writeFile(join(folder, 'scored.jsonl'), `${lines.join('\n')}\n{"broken\n`);
  await writeFile(join(folder, 'scores.csv'), 'name,score\nA,1\nB,2\nC,4\n');
  await writeFile(join(folder, 'measured.openline.yaml'), pipeline);

  await workbench.openFile('scored.jsonl');
  await workbench.command('Openline: Show Statistics');
  const statistics = await workbench.webview({ title: 'Statistics: scored.jsonl' });
  await statistics.getByText('60 records · 3 fields · 1 line is no record').waitFor();
  const chart = (title: string) =>
    statistics.locator('.chart').filter({ has: statistics.getByRole('heading', { name: title, exact: true }) });
  await chart('reward.helpfulness').locator('g.mark').first().waitFor();
  await chart('Length of question').locator('g.mark').first().waitFor();
  await chart('Topics').locator('g.mark').first().waitFor();
  assert.equal(await chart('Values of topic').count(), 0, 'the topics tell the same');
  const fields = statistics.getByRole('table', { name: 'Fields', exact: true });
  assert.match(await fields.getByRole('row', { name: /^question/u }).innerText(), /^question\s+60\s+100%/u);
  assert.equal(await seriousFindings(statistics), '');
  await picture('statistics');
  const map = chart('Similarity by vector');
  await map.locator('.mark').nth(59).waitFor();
  await map.locator('.mark[tabindex="0"]').focus();
  await page.keyboard.press('End');
  await picture('statistics-map');
  await map.getByRole('button', { name: 'Show as Table' }).click();
  await map.getByRole('row').nth(60).waitFor();
  assert.equal(await seriousFindings(statistics), '', 'the map as a table');
  await picture('statistics-map-table');
  await map.getByRole('button', { name: 'Show as Picture' }).click();
  await statistics.getByRole('heading', { level: 1 }).scrollIntoViewIfNeeded();
  await workbench.setTheme('Dark High Contrast');
  await statistics.locator('body.vscode-high-contrast').waitFor();
  await picture('statistics');
  assert.equal(await seriousFindings(statistics), '');
  await workbench.setTheme('Dark Modern');
  await statistics.locator('body.vscode-dark').waitFor();
  await page.setViewportSize({ width: 580, height: 800 });
  await picture('statistics-narrow');
  assert.equal(await beyondNarrow(page, statistics), '');
  await page.setViewportSize(viewport);
  await chart('Topics').getByRole('button', { name: 'Save as SVG' }).click();
  const path = await workbench.acceptFile();
  await workbench.toast(basename(path)).waitFor();
  await workbench.clearToasts();
  assert.match(await readFile(path, 'utf8'), /^<svg /u);
  // Whoever saves a chart of this name is not asked about it.
  await rm(path);

  await workbench.openFile('scores.csv');
  await workbench.command('Openline: Show Statistics');
  const ofTable = await workbench.webview({ title: 'Statistics: scores.csv' });
  await ofTable.getByText('3 records · 2 fields').waitFor();
  await workbench.closeEditors();

  await workbench.openPipeline('measured');
  await workbench.command('Openline: Run');
  await workbench.toast('good.jsonl').waitFor();
  await workbench.clearToasts();
  await workbench.closeEditors();
  await workbench.openView('Openline');
  await workbench.treeItem(/^measured, done/u).click();
  const studio = await workbench.webview({ title: 'Studio: measured' });
  await studio.getByRole('tab', { name: 'Charts' }).click();
  const scores = studio
    .locator('.chart')
    .filter({ has: studio.getByRole('heading', { name: 'reward.helpfulness', exact: true }) });
  await scores.getByText(/Rejected: 0 to 1\.4, median /u).waitFor();
  assert.deepEqual(await scores.locator('svg > text').allTextContents(), ['3 records', '0', '3.8', 'Kept', 'Rejected']);
  await scores.locator('g.mark[tabindex="0"]').focus();
  await page.keyboard.press('Home');
  const sentence = await studio.evaluate<string>('document.activeElement.getAttribute("aria-label")');
  assert.match(sentence, /: 0 records, 3 rejected$/u);
  await picture('studio-charts-rejected-scores');
  assert.equal(await seriousFindings(studio), '');

  await workbench.treeItem(/^measured, done/u).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Show Statistics' }).hover();
  await page.keyboard.press('Enter');
  const ofRun = await workbench.webview({ title: 'Statistics: good.jsonl' });
  await ofRun.getByText(/^\d+ records · 4 fields$/u).waitFor();
  await ofRun.getByText(/Rejected: 0 to 1\.4, median /u).waitFor();
  await workbench.reload();
  const again = await workbench.webview({ title: 'Statistics: good.jsonl' });
  await again.getByText(/^\d+ records · 4 fields$/u).waitFor();
  await again.getByRole('button', { name: 'Show Records' }).click();
  await workbench.webview({ has: '#dataset .grid' });
  await workbench.closeEditors();
});
