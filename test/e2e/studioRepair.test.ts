import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isJsonObject, parseJson } from '../../src/core/record/json.ts';
import { seriousFindings } from '../support/accessibility.ts';
import { check } from '../support/session.ts';

const endpoints = `endpoints:
  garbled:
    kind: sample
    model: sample
    sample: { garbage_rate: 0.4 }
`;

const pipeline = `openline: 1
endpoint: garbled
recipe: open-qa
with: { n_macro_topics: 3, n_subtopics: 3, n_openlines: 3, n_revisions: 2, attempts: 1 }
conversion: { mode: local }
output: data/repaired.jsonl
`;

async function records(path: string): Promise<readonly string[]> {
  return (await readFile(path, 'utf8')).trimEnd().split('\n');
}

check('what was rejected is corrected by hand or by a model, and comes into the output', async (session) => {
  const { workbench, page, folder, picture } = session;
  await mkdir(join(folder, '.openline'), { recursive: true });
  await writeFile(join(folder, '.openline', 'endpoints.yaml'), endpoints);
  await writeFile(join(folder, 'repaired.openline.yaml'), pipeline);
  await workbench.openPipeline('repaired');
  await workbench.command('Openline: Run');
  const output = join(folder, 'data', 'repaired.jsonl');
  await workbench.toast('data/repaired.jsonl').waitFor();
  await workbench.clearToasts();
  const before = (await records(output)).length;
  const studio = await workbench.webview({ title: 'Studio: repaired' });
  await workbench.command('View: Close Primary Side Bar');
  await workbench.editorTab('Studio: repaired').click();
  await workbench.command('View: Toggle Maximize Editor Group');

  // One by hand.
  await studio.getByRole('tab', { name: 'Rejected' }).click();
  const rejected = studio.getByRole('tabpanel', { name: 'Rejected' });
  await rejected.getByRole('combobox', { name: 'Step' }).click();
  await rejected.getByRole('option', { name: /^revisions/u }).click();
  await rejected.locator('.grid tbody tr[data-index="0"]').click();
  await rejected.getByRole('button', { name: 'Repair', exact: true }).click();
  await rejected.getByLabel('Corrected answer').fill('1. Corrected by hand?\n2. Corrected too?');
  await rejected.locator('.difference ins', { hasText: 'Corrected by hand?' }).waitFor();
  await picture('studio-repair');
  assert.equal(await seriousFindings(studio), '');
  for (const [theme, mark] of [
    ['Dark High Contrast', 'vscode-high-contrast'],
    ['Light High Contrast', 'vscode-high-contrast-light'],
  ] as const) {
    await workbench.setTheme(theme);
    await studio.locator(`body.${mark}`).waitFor();
    await rejected.locator('.difference').scrollIntoViewIfNeeded();
    await picture('studio-repair');
    // What goes and what comes are told apart without backgrounds, which these themes do not have.
    const outline = (tag: string) =>
      rejected
        .locator(`.difference ${tag}:not(:empty)`)
        .first()
        .evaluate((change) => getComputedStyle(change).outlineColor);
    assert.notEqual(await outline('del'), await outline('ins'), theme);
    assert.equal(await seriousFindings(studio), '', theme);
  }
  await workbench.setTheme('Dark Modern');
  await rejected.getByRole('button', { name: 'Keep', exact: true }).click();
  await rejected.locator('.told', { hasText: '1 corrected.' }).waitFor();

  // The same instruction for all of them: first what it takes, then the proposals.
  await rejected.getByLabel('Instruction to a model').fill('Give a numbered list.');
  await rejected.getByText(/^1 request, about/u).waitFor();
  await rejected.getByRole('button', { name: /^The Same for All \d+ Rejected/u }).click();
  await rejected.getByText(/^This would take \d+ requests/u).waitFor();
  await rejected.locator('.repair-many').getByRole('button', { name: 'Ask' }).click();
  await rejected.getByText(/^\d+ proposals/u).waitFor();
  await picture('studio-repair-many');
  await rejected.getByRole('button', { name: 'Discard' }).click();

  await rejected.getByRole('button', { name: 'Work Through Again' }).click();
  await workbench.toast('data/repaired.jsonl').waitFor();
  await workbench.clearToasts();
  const after = await records(output);
  assert.equal(after.length, before + 2);
  assert.ok(after.some((line) => line.includes('Corrected by hand?')));

  // A record of the output: the change is a decision beside it, and nothing is written into the data.
  await studio.getByRole('tab', { name: 'Records' }).click();
  const made = studio.getByRole('tabpanel', { name: 'Records' });
  await made.locator('.grid tbody tr[data-index="0"]').click();
  await made.getByRole('button', { name: 'Repair', exact: true }).click();
  const box = made.getByLabel('Corrected record (JSON)');
  const record = parseJson(await box.inputValue());
  assert.ok(isJsonObject(record));
  await box.fill('{');
  await made.locator('.repair .error', { hasText: 'not a JSON object' }).waitFor();
  await box.fill(JSON.stringify({ ...record, prompt: 'Written anew' }));
  await made.locator('.difference ins', { hasText: 'Written anew' }).waitFor();
  await made.getByRole('button', { name: 'Keep', exact: true }).click();
  await made.locator('.told', { hasText: 'data/repaired.review.jsonl' }).waitFor();
  const review = await readFile(join(folder, 'data', 'repaired.review.jsonl'), 'utf8');
  assert.match(review, /"edit":\{"prompt":"Written anew"\}/u);
  assert.deepEqual(await records(output), after);

  await made.getByRole('button', { name: 'Compare in Editor' }).click();
  await page.locator('.monaco-diff-editor').waitFor();
  await workbench.closeEditors();
  await workbench.command('View: Focus into Primary Side Bar');
});
