import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seriousFindings } from '../support/accessibility.ts';
import { beyondNarrow } from '../support/narrow.ts';
import type { Frame } from 'playwright-core';
import { check, type Session } from '../support/session.ts';

/** Runs a pipeline of its own and shows its records. */
async function runAndShow({ workbench, folder }: Session, name: string): Promise<Frame> {
  const pipeline = `openline: 1
endpoint: sample
recipe: open-qa
with: { n_macro_topics: 2, n_subtopics: 2, n_openlines: 3, n_revisions: 2 }
output: data/${name}.jsonl
`;
  await writeFile(join(folder, `${name}.openline.yaml`), pipeline);
  await workbench.openPipeline(name);
  await workbench.command('Openline: Run');
  await workbench.toast(`data/${name}.jsonl`).waitFor();
  await workbench.clearToasts();
  const studio = await workbench.webview({ title: `Studio: ${name}` });
  await workbench.command('View: Close Primary Side Bar');
  await workbench.editorTab(`Studio: ${name}`).click();
  await counted(studio, /^\d+ records$/u);
  return studio;
}

async function closeAll({ workbench }: Session): Promise<void> {
  await workbench.clearToasts();
  await workbench.closeEditors();
  await workbench.command('View: Focus into Primary Side Bar');
}

async function linesOf(folder: string, name: string): Promise<readonly string[]> {
  return (await readFile(join(folder, 'data', name), 'utf8')).trimEnd().split('\n');
}

const rowOf = (studio: Frame, index: number) => studio.locator(`.grid tbody tr[data-index="${String(index)}"]`);
const counted = (studio: Frame, text: RegExp) => studio.locator('.tools .count', { hasText: text }).first().waitFor();
const searchOf = (studio: Frame) => studio.getByRole('textbox', { name: 'Search the records' });

check('records of a run are reviewed, selected, exported and repaired together', async (session) => {
  const { workbench, page, folder, picture } = session;
  const studio = await runAndShow(session, 'judged');
  await rowOf(studio, 0).click();
  await studio.locator('.detail .review').waitFor();

  // The same keys as in the viewer of datasets: accept, reject, rate, note, take back. Keys that come faster than the
  // records mean the next one each.
  await studio.locator('.grid').focus();
  for (const key of ['a', 'r', '4']) await page.keyboard.press(key);
  await studio.locator('.detail h2', { hasText: 'Line 3' }).waitFor();
  await studio.locator('.review .codicon-star-full').nth(3).waitFor();
  await page.keyboard.press('n');
  await page.keyboard.type('a good one');
  await page.keyboard.press('Enter');
  await studio.locator('.tally', { hasText: '1 accepted · 1 rejected' }).waitFor();
  assert.equal(await rowOf(studio, 0).getAttribute('data-verdict'), 'accept');
  assert.equal(await rowOf(studio, 1).getAttribute('data-verdict'), 'reject');
  await picture('studio-review');
  assert.equal(await seriousFindings(studio), '');
  await page.keyboard.press('?');
  await studio.locator('.popup .keys').waitFor();
  await page.keyboard.press('Escape');

  // A letter that is typed into the search is a letter.
  await searchOf(studio).fill('a');
  await searchOf(studio).press('r');
  // The search has to have been heard of, or its end would come later, and take the selection with it.
  await counted(studio, /^\d+ of \d+ records$/u);
  await studio.locator('.tally', { hasText: '1 accepted · 1 rejected' }).waitFor();
  // What a search shows is written on its own, once it has gone through everything.
  const found = (await linesOf(folder, 'judged.jsonl')).filter((line) => /grand/iu.test(line));
  await searchOf(studio).fill('grand');
  await counted(studio, new RegExp(`^${String(found.length)} of 36 records$`, 'u'));
  await studio.getByRole('button', { name: 'Export What Is Shown' }).click();
  await workbench.pick(/^jsonl/u);
  const exported = await workbench.acceptFile();
  await workbench.toast(`${String(found.length)} records in`).waitFor();
  await workbench.clearToasts();
  assert.deepEqual((await readFile(exported, 'utf8')).trimEnd().split('\n'), found);
  await rm(exported);
  await workbench.editorTab('Studio: judged').click();
  await searchOf(studio).fill('');
  await counted(studio, /^\d+ records$/u);

  // Several are selected, and decided about at once; one key takes one of them back.
  await rowOf(studio, 3).click();
  await rowOf(studio, 5).click({ modifiers: ['Shift'] });
  await rowOf(studio, 8).click({ modifiers: ['Control'] });
  await studio.getByText('4 selected').waitFor();
  await page.keyboard.press('r');
  await studio.locator('.tally', { hasText: '1 accepted · 5 rejected' }).waitFor();
  await picture('studio-selection');
  await page.keyboard.press('u');
  await studio.locator('.tally', { hasText: '1 accepted · 4 rejected' }).waitFor();

  // With Shift and the arrow keys, too; what is selected is exported alone.
  await rowOf(studio, 0).click();
  await studio.locator('.grid').focus();
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  await studio.getByText('3 selected').waitFor();
  await studio.getByRole('button', { name: 'Export What Is Selected' }).click();
  await workbench.pick(/^jsonl/u);
  await workbench.acceptFile();
  await workbench.toast('3 records in').waitFor();
  await workbench.clearToasts();
  const whole = await linesOf(folder, 'judged.jsonl');
  assert.deepEqual(await linesOf(folder, 'judged.selection.jsonl'), whole.slice(0, 3));

  // What is selected is put right together.
  await workbench.editorTab('Studio: judged').click();
  await studio.getByRole('button', { name: 'Repair What Is Selected' }).click();
  await studio.locator('#record-instruction').fill('Ask it in other words.');
  await studio.getByRole('button', { name: 'The Same for All 3 Selected…' }).waitFor();
  await page.keyboard.press('Escape');
  await studio.locator('.grid').focus();
  await page.keyboard.press('Escape');
  await studio.getByText('3 selected').waitFor({ state: 'hidden' });
  await closeAll(session);
});

check(
  'records of a run are sorted, filtered by decision, shown as cards, and the review is applied',
  async (session) => {
    const { workbench, page, folder, picture } = session;
    const studio = await runAndShow(session, 'carded');
    await rowOf(studio, 2).click();
    await rowOf(studio, 5).click({ modifiers: ['Shift'] });
    await page.keyboard.press('r');
    await studio.locator('.tally', { hasText: '0 accepted · 4 rejected' }).waitFor();

    // Sorted by a field, filtered by what was decided, and by a condition.
    await studio.locator('.grid th', { hasText: 'topic' }).locator('button').click();
    await studio.locator('.grid th[aria-sort="ascending"]', { hasText: 'topic' }).waitFor();
    await studio.getByRole('button', { name: 'Use Condition on Fields' }).click();
    await searchOf(studio).fill('len(prompt) > 0 and topic != ""');
    await counted(studio, /^\d+ of \d+ records$/u);
    await searchOf(studio).fill('');
    await studio.getByRole('combobox', { name: 'Which records' }).click();
    await studio.getByRole('option', { name: 'Rejected', exact: true }).click();
    await counted(studio, /^4 of \d+ records$/u);

    // As cards, which stay over a reload of the window, and with them what was filtered.
    await studio.getByRole('button', { name: 'Cards' }).click();
    const cards = studio.locator('.cards .card[data-verdict="reject"]');
    await cards.nth(3).waitFor();
    await cards.nth(1).click();
    await studio.locator('.cards .card.chosen').waitFor();
    await picture('studio-cards');
    assert.equal(await seriousFindings(studio), '');
    assert.equal(await beyondNarrow(page, studio), '', 'cards');
    await workbench.reload();
    const again = await workbench.webview({ title: 'Studio: carded' });
    await again.locator('.cards .card').nth(3).waitFor();
    await counted(again, /^4 of \d+ records$/u);
    await again.locator('.tally', { hasText: '0 accepted · 4 rejected' }).waitFor();

    // Applied, as from the viewer of datasets. What is asked stays when the page has the focus, and can be gone back to.
    await again.getByRole('button', { name: 'Apply…' }).click();
    await workbench.option(/^All but the rejected/u).waitFor();
    await again.locator('.cards .card').first().click();
    await again.locator('.cards .card.chosen').waitFor();
    await workbench.pick(/^All but the rejected/u);
    await workbench.option(/^Write a New File/u).waitFor();
    await picture('apply-review');
    await workbench.quickInput.getByRole('button', { name: 'Back' }).click();
    await workbench.pick(/^All but the rejected/u);
    await workbench.pick(/^Write a New File/u);
    await workbench.acceptFile();
    await workbench.toast('4 left out').waitFor();
    const whole = await linesOf(folder, 'carded.jsonl');
    assert.equal((await linesOf(folder, 'carded.reviewed.jsonl')).length, whole.length - 4);
    await closeAll(session);
  },
);
