import assert from 'node:assert/strict';
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { seriousFindings } from '../support/accessibility.ts';
import { beyondNarrow } from '../support/narrow.ts';
import { check, type Session } from '../support/session.ts';

const records = 5_000;

/** A question with its answer, a score, and a topic; of every hundredth the answer is very long. */
function recordOf(index: number): Readonly<Record<string, unknown>> {
  const topics = ['tides', 'volcanoes', 'glaciers', 'deserts'];
  const answer = `Because of reason ${String(index)}. ${'It goes on and on. '.repeat(index % 100 === 99 ? 400 : 3)}`;
  return {
    id: String(index),
    messages: [
      { role: 'system', content: 'You explain the earth.' },
      { role: 'user', content: `Why does question ${String(index)} matter?` },
      { role: 'assistant', content: answer },
    ],
    topic: topics[index % topics.length],
    scores: { helpfulness: (index % 50) / 10, length: index % 7 },
  };
}

async function writeDataset(folder: string): Promise<string> {
  const path = join(folder, 'data', 'earth.jsonl');
  await mkdir(join(folder, 'data'), { recursive: true });
  const lines = Array.from({ length: records }, (_, index) => JSON.stringify(recordOf(index)));
  lines[7] = '{"id": "7", "messages": [';
  await writeFile(path, `${lines.join('\n')}\n`);
  return path;
}

async function openDataset({ workbench }: Session, path: string): Promise<Frame> {
  await workbench.closeEditors();
  await workbench.command('Openline: Open Dataset');
  await workbench.pick(path);
  return workbench.webview({ has: '#dataset .grid' });
}

const countOf = (viewer: Frame, text: string | RegExp) => viewer.locator('.count', { hasText: text }).waitFor();

async function decisionsOf(folder: string): Promise<readonly string[]> {
  const text = await readFile(join(folder, 'data', 'earth.review.jsonl'), 'utf8').catch(() => '');
  return text.trimEnd().split('\n');
}

check('a dataset is looked through, searched, sorted and measured', async (session) => {
  const { workbench, page, folder, picture } = session;
  const path = await writeDataset(folder);
  const viewer = await openDataset(session, 'data/earth.jsonl');
  await countOf(viewer, '5,000 lines');
  const cell = (row: number, column: number) =>
    viewer.locator(`.grid tbody tr[data-index="${String(row)}"] td`).nth(column);
  await cell(0, 1).filter({ hasText: /^0$/u }).waitFor();
  await viewer.locator('.grid th', { hasText: 'scores.helpfulness' }).waitFor();
  assert.match((await viewer.locator('.grid tbody tr[data-index="7"]').getAttribute('class')) ?? '', /broken/u);

  // By the keyboard alone: to the end, the record, the next one.
  await viewer.locator('.grid').focus();
  await page.keyboard.press('End');
  await cell(4999, 1).filter({ hasText: '4999' }).waitFor();
  await page.keyboard.press('Enter');
  await viewer.locator('.pane .from-user', { hasText: 'Why does question 4999 matter?' }).waitFor();
  await viewer.getByRole('button', { name: /^Show all [\d,]+ characters$/u }).waitFor();
  await page.keyboard.press('k');
  await viewer.locator('.pane .from-user', { hasText: 'Why does question 4998 matter?' }).waitFor();
  await picture('dataset-table');
  assert.equal(await seriousFindings(viewer), '');

  // The file grows while it is looked at.
  await appendFile(path, `${JSON.stringify(recordOf(5000))}\n`);
  await countOf(viewer, '5,001 lines');

  // A text, a pattern, a condition, a mistake.
  await page.keyboard.press('/');
  await page.keyboard.type('QUESTION 499');
  await countOf(viewer, '11 of 5,001 lines');
  await viewer.getByRole('button', { name: 'Use Regular Expression' }).click();
  await viewer.locator('.find input').fill('question 49[0-3]\\d ');
  await countOf(viewer, '40 of 5,001 lines');
  await viewer.locator('.find input').fill('question (');
  await viewer.locator('.find .problem', { hasText: 'missing' }).waitFor();
  await viewer.getByRole('button', { name: 'Use Condition on Fields' }).click();
  // Where it cannot be worked out for some, those are told of, and that is no mistake.
  await viewer.locator('.find input').fill('1 / scores.helpfulness > 9');
  await countOf(viewer, '100 of 5,001 lines');
  await viewer.locator('.left-out', { hasText: '101 records left out, the first in line 1: ' }).waitFor();
  assert.equal(await viewer.locator('.find .problem:visible').count(), 0);
  await picture('dataset-left-out');
  assert.equal(await seriousFindings(viewer), '', 'left out');
  await viewer.locator('.find input').fill('scores.helpfulness > 4.8 and topic == "deserts"');
  await countOf(viewer, '50 of 5,001 lines');
  await viewer.locator('.grid th', { hasText: 'topic' }).locator('button').click();
  await viewer.locator('.grid th[aria-sort="ascending"]', { hasText: 'topic' }).waitFor();
  await viewer.locator('.find input').fill('');
  await countOf(viewer, '5,001 lines');
  await cell(0, 3).filter({ hasText: 'deserts' }).waitFor();

  // Columns are hidden, and stay so over a reload, like everything else.
  await viewer.getByRole('button', { name: 'Columns' }).click();
  await viewer.getByRole('checkbox', { name: 'scores.length' }).uncheck();
  await viewer.locator('.grid th', { hasText: 'scores.length' }).waitFor({ state: 'detached' });
  await picture('dataset-columns');
  await page.keyboard.press('Escape');
  await workbench.reload();
  const again = await workbench.webview({ has: '#dataset .grid' });
  await again.locator('.grid th[aria-sort="ascending"]', { hasText: 'topic' }).waitFor();
  await again.locator('.pane .from-user', { hasText: 'Why does question 4998 matter?' }).waitFor();
  assert.equal(await again.locator('.grid th', { hasText: 'scores.length' }).count(), 0);

  await again.getByRole('button', { name: 'Cards' }).click();
  await again.locator('.card .from-user').first().waitFor();
  await picture('dataset-cards');
  assert.equal(await seriousFindings(again), '');
  await again.getByRole('button', { name: 'Statistics' }).click();
  await again.locator('.column-statistics h3', { hasText: 'scores.helpfulness' }).waitFor();
  await again.getByText('All 5,000 records · broken lines: 1').waitFor();
  await picture('dataset-statistics');
  assert.equal(await seriousFindings(again), '');
  await again.getByRole('button', { name: 'glaciers' }).click();
  await countOf(again, '1,250 of 5,001 lines');
  await workbench.closeEditors();
});

check('records are reviewed by the keyboard alone, and the review is applied', async (session) => {
  const { workbench, page, folder, picture } = session;
  const path = await writeDataset(folder);
  const viewer = await openDataset(session, 'data/earth.jsonl');
  await countOf(viewer, '5,000 lines');
  await viewer.locator('.grid').focus();
  await page.keyboard.press('Home');
  const question = (index: number) =>
    viewer.locator('.pane .from-user', { hasText: `Why does question ${String(index)} matter?` }).waitFor();
  await page.keyboard.press('Enter');
  await question(0);
  // Faster than the records come: each key means the one that the key before has gone on to.
  for (const key of ['a', 'r', '4']) await page.keyboard.press(key);
  await question(2);
  await viewer.locator('.review .codicon-star-full').nth(3).waitFor();
  await page.keyboard.press('n');
  await page.keyboard.type('short and good');
  await page.keyboard.press('Enter');
  await page.keyboard.press('e');
  await viewer.locator('.edit-form textarea').nth(2).fill('Because I say so.');
  await page.keyboard.press('Control+Enter');
  await viewer.locator('.pane .from-assistant', { hasText: 'Because I say so.' }).waitFor();
  await viewer.locator('.tally', { hasText: '1 accepted · 1 rejected · 1 edited' }).waitFor();
  await picture('dataset-review');
  assert.equal(await seriousFindings(viewer), '');
  const lines = await decisionsOf(folder);
  assert.match(lines.at(-1) ?? '', /"id":"2".*"rating":4.*"note":"short and good"/u);

  // Undone and done again; the file has every step.
  await page.keyboard.press('Control+z');
  await viewer.locator('.tally', { hasText: /^1 accepted · 1 rejected$/u }).waitFor();
  await page.keyboard.press('Control+y');
  await viewer.locator('.tally', { hasText: '1 edited' }).waitFor();
  assert.equal((await decisionsOf(folder)).length, lines.length + 2);

  // Every theme, and narrow.
  await page.keyboard.press('?');
  await viewer.locator('.keys', { hasText: 'Accept and go on' }).waitFor();
  await picture('dataset-help');
  await page.keyboard.press('Escape');
  for (const [theme, mark] of [
    ['Dark High Contrast', 'vscode-high-contrast'],
    ['Light High Contrast', 'vscode-high-contrast-light'],
    ['Dark Modern', 'vscode-dark'],
  ] as const) {
    await workbench.setTheme(theme);
    await viewer.locator(`body.${mark}`).waitFor();
    await picture('dataset-review');
    const rejected = viewer.locator('.grid tbody tr[data-verdict="reject"] td').first();
    assert.notEqual(await rejected.evaluate((cell) => getComputedStyle(cell).boxShadow), 'none', theme);
    assert.equal(await seriousFindings(viewer), '', theme);
  }
  const viewport = page.viewportSize() ?? assert.fail('the page has no size');
  await workbench.command('View: Close Primary Side Bar');
  await page.setViewportSize({ width: 390, height: 800 });
  await picture('dataset-narrow');
  assert.equal(await seriousFindings(viewer), '', 'narrow');
  assert.equal(await beyondNarrow(page, viewer), '', 'very narrow');
  // What there is no room for is in a menu, which the keys alone reach.
  await viewer.getByRole('button', { name: 'More Actions…' }).press('Enter');
  await viewer.getByRole('menuitem', { name: 'Columns' }).press('ArrowDown');
  await viewer.locator('[role="menuitem"]:focus', { hasText: 'Keys' }).press('ArrowUp');
  await picture('dataset-narrow-menu');
  await page.keyboard.press('Enter');
  await viewer.getByRole('checkbox', { name: 'scores.length' }).waitFor();
  assert.equal(await seriousFindings(viewer), '', 'the columns, narrow');
  await page.keyboard.press('Escape');
  await viewer.locator('button.more:focus').waitFor();
  await page.setViewportSize(viewport);
  await workbench.command('View: Focus into Primary Side Bar');

  await workbench.editorTab('earth.jsonl').click();
  await workbench.command('Openline: Apply Review');
  await workbench.pick('All but the rejected');
  await picture('dataset-apply');
  await workbench.pick('Rewrite earth.jsonl');
  await workbench.dialog.getByRole('button', { name: 'Rewrite' }).click();
  await workbench.toast('4,998 records in earth.jsonl; 2 left out.').waitFor();
  const written = (await readFile(path, 'utf8')).trimEnd().split('\n');
  assert.equal(written.length, 4998);
  assert.deepEqual(
    written.slice(0, 2).map((line) => /"id":"(\d+)"/u.exec(line)?.[1]),
    ['0', '2'],
  );
  assert.match(written[1] ?? '', /Because I say so\./u);
  await countOf(viewer, '4,998 lines');
  await workbench.clearToasts();
  await workbench.closeEditors();
});

check(
  'a large file that changes: its search is stopped, a huge line is shown in part, what was cut is gone',
  async (session) => {
    const { workbench, page, folder } = session;
    const path = join(folder, 'data', 'vast.jsonl');
    await mkdir(join(folder, 'data'), { recursive: true });
    const many = 1_000_000;
    const huge = JSON.stringify({ id: 'huge', text: 'x'.repeat(6_000_000) });
    const lines = Array.from(
      { length: many },
      (_, index) => `{"id":"${String(index)}","text":"number ${String(index)}"}`,
    );
    await writeFile(path, `${huge}\n${lines.join('\n')}\n`);
    const viewer = await openDataset(session, 'data/vast.jsonl');
    await countOf(viewer, '1,000,001 lines');

    // By the keyboard alone: a search over all of it, which is stopped while it goes on.
    await viewer.locator('.grid').focus();
    await page.keyboard.press('/');
    await viewer.getByRole('button', { name: 'Use Condition on Fields' }).click();
    await viewer.locator('.find input').fill('len(text) > 100 and not (text == id)');
    const stop = viewer.getByRole('button', { name: 'Stop' });
    await stop.focus();
    await page.keyboard.press('Enter');
    await stop.waitFor({ state: 'hidden' });
    await viewer.locator('.find input').fill('');
    await countOf(viewer, '1,000,001 lines');

    // A line of six megabytes is a row like others; its text is cut where it is shown.
    await viewer.locator('.grid').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await viewer.getByRole('button', { name: /^Show all [\d,]+ characters$/u }).waitFor();
    await page.keyboard.press('Escape');

    // Somebody else replaces the file by a shorter one.
    await writeFile(path, `${lines.slice(0, 20).join('\n')}\n`);
    await countOf(viewer, '20 lines');
    await viewer.locator('.grid tbody tr[data-index="0"] td', { hasText: 'number 0' }).waitFor();
    await workbench.closeEditors();
  },
);
