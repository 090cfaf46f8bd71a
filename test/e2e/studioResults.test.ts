import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { isJsonObject, parseJson } from '../../src/core/record/json.ts';
import { check } from '../support/session.ts';

const rows = 100_000;

const pipeline = `openline: 1
endpoint: sample
recipe: open-qa
with: { n_macro_topics: 1, n_subtopics: 1, n_openlines: 1, n_revisions: 1 }
output: data/large.jsonl
`;

/** Makes the finished run of a pipeline look as if it had written many records, some of them with `needle`. */
async function enlarge(folder: string): Promise<void> {
  const lines = Array.from({ length: rows }, (_, index) => {
    const needle = index % 1000 === 999 ? ' needle' : '';
    return JSON.stringify({ id: String(index), prompt: `Question ${String(index)}${needle}\nSecond line`, n: index });
  });
  await writeFile(join(folder, 'data', 'large.jsonl'), `${lines.join('\n')}\n`);
}

/** The longest time the page's own thread was held up while something happened, in milliseconds. */
async function longestTask(frame: Frame, during: () => Promise<void>): Promise<number> {
  await frame.evaluate(`
    window.longest = 0;
    window.observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration);
    });
    window.observer.observe({ type: 'longtask' });`);
  await during();
  return frame.evaluate<number>('window.observer.disconnect(), window.longest');
}

check(
  'a hundred thousand results scroll, can be searched and looked at',
  async ({ workbench, page, folder, picture }) => {
    await mkdir(join(folder, 'data'), { recursive: true });
    await writeFile(join(folder, 'large.openline.yaml'), pipeline);
    await workbench.openPipeline('large');
    await workbench.command('Openline: Run');
    await workbench.toast('data/large.jsonl').waitFor();
    await workbench.clearToasts();
    await workbench.closeEditors();
    await enlarge(folder);

    await workbench.openView('Openline');
    await workbench.treeItem(/^large, done/u).click();
    const studio = await workbench.webview({ title: 'Studio: large' });
    await studio.locator('.tools .count', { hasText: /^100,000 records$/u }).waitFor();
    const cell = (row: number, column: number) =>
      studio.locator(`.grid tbody tr[data-index="${String(row)}"] td`).nth(column);
    await cell(0, 1).filter({ hasText: 'Question 0 Second line' }).waitFor();

    const held = await longestTask(studio, async () => {
      for (const row of [30_000, 70_000, 12, 99_000]) {
        await studio.evaluate(`document.querySelector('.grid-scroll').scrollTop = ${String(row * 22)}`);
        await cell(row + 3, 1)
          .filter({ hasText: `Question ${String(row + 3)}` })
          .waitFor();
      }
    });
    // Nothing here takes long of itself; a list drawn whole would hold the page up for seconds.
    assert.ok(held < 1000, `the page was held up for ${String(held)} ms`);
    assert.ok((await studio.locator('.grid tbody tr').count()) < 120, 'more rows are drawn than can be seen');

    // By the keyboard alone.
    await studio.locator('.grid').focus();
    await page.keyboard.press('End');
    await cell(rows - 1, 0)
      .filter({ hasText: '99999' })
      .waitFor();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await studio.locator('.detail dd', { hasText: 'Question 99998\nSecond line' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await studio.locator('.detail dd', { hasText: 'Question 99999 needle' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Escape');
    await studio.locator('.detail').waitFor({ state: 'hidden' });

    await studio.getByRole('textbox', { name: 'Search the records' }).fill('NEEDLE');
    await studio.locator('.tools .count', { hasText: /^100 of 100,000 records$/u }).waitFor();
    await cell(1, 0).filter({ hasText: '1999' }).waitFor();
    await picture('studio-search');

    // By a condition, sorted, one looked at and being put right: hidden, moved or reloaded, it is as it was left.
    await studio.getByRole('button', { name: 'Use Condition on Fields' }).click();
    await studio.getByRole('textbox', { name: 'Search the records' }).fill('n >= 50000');
    await studio.locator('.tools .count', { hasText: /^50,000 of 100,000 records$/u }).waitFor();
    for (const first of ['50000', '99999']) {
      await studio.locator('.grid thead').getByText('n', { exact: true }).click();
      await cell(0, 0).filter({ hasText: first }).waitFor();
    }
    await studio.locator('.grid tbody tr[data-index="1"]').click();
    await studio.locator('.detail dd', { hasText: 'Question 99998' }).waitFor();
    await studio.getByRole('button', { name: 'Repair', exact: true }).click();
    await studio.getByLabel('Instruction to a model').fill('Make it shorter.');
    const isAsLeft = async (frame: Frame): Promise<void> => {
      await frame.locator('.tools .count', { hasText: /^50,000 of 100,000 records$/u }).waitFor();
      await frame.locator('.grid tbody tr[data-index="0"] td', { hasText: '99999' }).first().waitFor();
      await frame.locator('.detail dd', { hasText: 'Question 99998' }).waitFor();
      const instruction = frame.getByLabel('Instruction to a model');
      await instruction.waitFor();
      assert.equal(await instruction.inputValue(), 'Make it shorter.');
    };
    await workbench.openPipeline('large');
    await workbench.editorTab('Studio: large').click();
    await isAsLeft(await workbench.webview({ title: 'Studio: large' }));
    await workbench.command('View: Move Editor into Right Group');
    await isAsLeft(await workbench.webview({ title: 'Studio: large' }));
    await workbench.reload();
    const again = await workbench.webview({ title: 'Studio: large' });
    await isAsLeft(again);

    await again.getByRole('button', { name: 'Open in File' }).click();
    await workbench.editorTab('large.jsonl').waitFor();
    await workbench.statusItem('Ln 99999,').waitFor();
    await workbench.closeEditors();
  },
);

check('a run of a terminal appears by itself', async ({ workbench, folder }) => {
  await workbench.openView('Openline');
  const runs = join(folder, '.openline', 'runs');
  const [name] = await readdir(runs);
  assert.ok(name !== undefined, 'there is no run to copy');
  const run = parseJson(await readFile(join(runs, name, 'run.json'), 'utf8'));
  assert.ok(isJsonObject(run));
  const id = '29990101T000000000-abcd';
  await mkdir(join(runs, id));
  await writeFile(
    join(runs, id, 'run.json'),
    JSON.stringify({
      ...run,
      run: id,
      pipeline: { file: join(folder, 'open-qa.openline.yaml'), name: 'from-elsewhere', recipe: null, text: '' },
    }),
  );
  await workbench.treeItem(/^from-elsewhere/u).waitFor();
});
