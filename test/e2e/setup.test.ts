import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Frame } from 'playwright-core';
import { seriousFindings } from '../support/accessibility.ts';
import { check } from '../support/session.ts';

const NAME = 'harbour';

check(
  'from the gallery to records: form and text are one, the preview shows every step, the run follows',
  async (session) => {
    const { workbench, page, folder, picture } = session;
    const file = join(folder, `${NAME}.openline.yaml`);
    const saved = () => readFile(file, 'utf8');
    const viewport = page.viewportSize() ?? assert.fail('the page has no size');
    try {
      await workbench.closeEditors();
      await workbench.command('Openline: Browse Recipes');
      const gallery = await workbench.webview({ title: 'Recipes' });
      await gallery.getByRole('textbox', { name: 'Search recipes' }).fill('about documents');
      await gallery.getByRole('heading', { name: 'Questions about documents' }).waitFor();
      await gallery.locator('.example', { hasText: 'lighthouse' }).first().waitFor();
      await gallery.locator('.step-graph tr', { hasText: 'questions' }).waitFor();
      await picture('gallery');
      assert.equal(await seriousFindings(gallery), '', 'gallery');
      await gallery.getByRole('textbox', { name: 'Name' }).fill('closed-qa');
      await gallery.getByRole('button', { name: 'Create Pipeline' }).click();
      await gallery.getByText('There is a pipeline of this name already.').waitFor();
      await gallery.getByRole('textbox', { name: 'Name' }).fill(NAME);
      await page.keyboard.press('Enter');

      const form = await workbench.webview({ has: '#setup h1' });
      await form.getByRole('heading', { name: 'Questions about documents' }).waitFor();
      const requests = form.locator('.figures div', { hasText: 'Requests' }).locator('dd');
      await requests.waitFor();
      const records = form.locator('.figures div', { hasText: 'Records' }).locator('dd');
      await picture('setup');
      assert.equal(await seriousFindings(form), '', 'form');

      // The text beside the form: what is changed here stands there at once, with its comment.
      await form.getByRole('button', { name: 'Open Text' }).click();
      await page.locator('.part.editor .view-lines', { hasText: 'n_openlines' }).waitFor();
      const count = form.getByRole('textbox', { name: 'n_openlines' });
      await count.fill('3');
      const lines = page.locator('.part.editor .view-lines .view-line');
      const line = lines.filter({ hasText: /n_openlines:\s3\s#\sQuestions/u });
      await line.waitFor();
      await records.filter({ hasText: '12' }).waitFor();
      await picture('setup-beside-text');

      // And the other way round: the caret stays where it is in the form.
      await line.click();
      await page.keyboard.press('Home');
      await page.keyboard.press('Shift+End');
      await page.keyboard.type('n_openlines: 4 # Questions about each document');
      await until(async () => (await count.inputValue()) === '4', 'the form shows what was written in the text');

      // What is no number is told in the form as in the text; nothing is lost.
      await count.fill('many');
      await form
        .locator('.field', { has: count })
        .locator('.field-problem', { hasText: /whole number/iu })
        .waitFor();
      assert.equal(await form.getByRole('textbox', { name: 'n_openlines' }).getAttribute('aria-invalid'), 'true');
      await form.getByText('No estimate while something is wrong.').waitFor();
      await picture('setup-problem');
      await count.fill('2');
      await form.locator('.field', { has: count }).locator('.field-problem').waitFor({ state: 'hidden' });

      // A parameter that stands as a comment is taken into use with it; a list is edited line by line.
      await form.getByRole('textbox', { name: 'files' }).fill('docs/tides.md\ndocs/berths.md');
      await form.getByText('How lists are read').click();
      await form.getByText('More parameters of the model').click();
      await form.getByRole('textbox', { name: 'temperature' }).fill('0.5');
      await form.getByRole('textbox', { name: 'temperature' }).press('Tab');

      await form.getByRole('button', { name: 'Preview' }).click();
      await form.locator('.preview-line', { hasText: 'Preview of just now' }).waitFor();
      await form.getByRole('button', { name: /^questions, generate/u }).click();
      await form.locator('.question .made').first().waitFor();
      assert.ok((await form.locator('.question .said').first().innerText()).includes('{') === false);
      const text = await saved();
      assert.match(text, /^ {2}n_openlines: 2 # Questions about each document$/mu);
      assert.match(text, /^generation:\n {2}temperature: 0\.5$/mu);
      assert.match(text, /^ {2}files: \[docs\/tides\.md, docs\/berths\.md\] # Files that are documents/mu);
      await workbench.clearToasts();
      await picture('setup-preview');
      assert.equal(await seriousFindings(form), '', 'preview');
      await looksEverywhere(session, form, viewport);

      // Steps written out can be added to; undo takes it back.
      await form.getByText('Filter, score, change steps').click();
      await form.getByRole('button', { name: 'Write Out Steps' }).click();
      await form.getByRole('combobox', { name: 'Step to add' }).selectOption('dedup step');
      await form.getByRole('button', { name: 'Add Step' }).click();
      await form.getByRole('button', { name: /^unique, dedup/u }).click();
      await form.getByRole('combobox', { name: 'method' }).selectOption('fuzzy');
      await lines.filter({ hasText: /method:\sfuzzy/u }).waitFor();
      await picture('setup-steps');
      assert.equal(await seriousFindings(form), '', 'steps');

      await form.getByRole('button', { name: 'Run', exact: true }).click();
      await workbench.toast(`records in data/${NAME}.jsonl`).waitFor();
      const made = (await readFile(join(folder, 'data', `${NAME}.jsonl`), 'utf8')).trimEnd().split('\n');
      assert.ok(made.length >= 2);
      assert.match(await saved(), /^# Questions about documents\./u);
    } finally {
      await page.setViewportSize(viewport);
      await rm(file, { force: true });
    }
    await workbench.closeEditors();
    await workbench.clearToasts();
  },
);

async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`It did not come about that ${what}.`);
    await delay(50);
  }
}

/** Other themes, and the width of a narrow column. */
async function looksEverywhere(
  { workbench, page, picture }: Parameters<Parameters<typeof check>[1]>[0],
  form: Frame,
  viewport: { readonly width: number; readonly height: number },
): Promise<void> {
  await workbench.setTheme('Dark High Contrast');
  await form.locator('body.vscode-high-contrast').waitFor();
  await picture('setup-high-contrast');
  assert.equal(await seriousFindings(form), '', 'high contrast');
  await workbench.setTheme('Light Modern');
  await form.locator('body.vscode-light').waitFor();
  assert.equal(await seriousFindings(form), '', 'light');
  await workbench.setTheme('Dark Modern');
  await page.setViewportSize({ width: 760, height: 900 });
  await picture('setup-narrow');
  assert.equal(await seriousFindings(form), '', 'narrow');
  await page.setViewportSize(viewport);
}
