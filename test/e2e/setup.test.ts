import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seriousFindings } from '../support/accessibility.ts';
import { beyondNarrow } from '../support/narrow.ts';
import { check } from '../support/session.ts';
import { setUp, until } from '../support/setupForm.ts';

const pipeline = `# Questions about the harbour.
openline: 1
endpoint: sample # no network
recipe: closed-qa
with:
  files: [docs/tides.md, docs/berths.md] # what is read
  n_openlines: 2
output: data/quay.jsonl
`;

check('from the gallery to a form that is one with its text', async (session) => {
  const { workbench, page, folder, picture } = session;
  const file = join(folder, 'quay.openline.yaml');
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
    assert.equal(await beyondNarrow(page, gallery), '', 'gallery');
    await gallery.getByRole('textbox', { name: 'Name' }).fill('closed-qa');
    await gallery.getByRole('button', { name: 'Create Pipeline' }).click();
    await gallery.getByText('There is a pipeline of this name already.').waitFor();
    await gallery.getByRole('textbox', { name: 'Name' }).fill('quay');
    await page.keyboard.press('Enter');

    const form = await workbench.webview({ has: '#setup h1' });
    await form.getByRole('heading', { name: 'Questions about documents' }).waitFor();
    const records = form.locator('.figures div', { hasText: 'Records' }).locator('dd');
    await records.waitFor();
    await picture('setup');
    assert.equal(await seriousFindings(form), '', 'form');

    // The text beside the form: what is changed here stands there at once, with its comment.
    await form.getByRole('button', { name: 'Open Text' }).click();
    await page.locator('.part.editor .view-lines', { hasText: 'n_openlines' }).waitFor();
    const count = form.getByRole('textbox', { name: 'n_openlines' });
    await count.fill('3');
    const line = page
      .locator('.part.editor .view-lines .view-line')
      .filter({ hasText: /n_openlines:\s3\s#\sQuestions/u });
    await line.waitFor();
    await records.filter({ hasText: '12' }).waitFor();
    await picture('setup-beside-text');

    // And the other way round.
    await line.click();
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+End');
    await page.keyboard.type('n_openlines: 4 # Questions about each document');
    await until(async () => (await count.inputValue()) === '4', 'the form shows what was written in the text');

    // What is no number is told in the form as in the text; nothing is lost.
    await count.fill('many');
    const problem = form.locator('.field', { has: count }).locator('.field-problem');
    await problem.filter({ hasText: /whole number/iu }).waitFor();
    assert.equal(await count.getAttribute('aria-invalid'), 'true');
    await form.getByText('No estimate while something is wrong.').waitFor();
    await picture('setup-problem');
    await count.fill('2');
    await problem.waitFor({ state: 'hidden' });
    await form.getByRole('textbox', { name: 'files' }).fill('docs/tides.md\ndocs/berths.md');
    await form.getByText('More parameters of the model').click();
    await form.getByRole('textbox', { name: 'seed' }).fill('7');
    await records.filter({ hasText: '4' }).waitFor();
    await workbench.command('File: Save All Files');
    const lines = ['  n_openlines: 2 # Questions about each document', 'generation:', '  seed: 7'];
    const written = async (): Promise<readonly string[]> => (await readFile(file, 'utf8')).split('\n');
    await until(async () => (await written()).includes('  seed: 7'), 'the file is saved');
    for (const wanted of lines) assert.ok((await written()).includes(wanted), wanted);
    assert.ok((await written()).some((one) => one.startsWith('  files: [docs/tides.md, docs/berths.md] # Files')));
  } finally {
    await rm(file, { force: true });
  }
  await workbench.closeEditors();
});

check('a preview shows in the form what every step asked and made', async (session) => {
  const { workbench, page, folder, picture } = session;
  const file = join(folder, 'berths.openline.yaml');
  const viewport = page.viewportSize() ?? assert.fail('the page has no size');
  await writeFile(file, pipeline);
  try {
    const form = await setUp(session, 'berths');
    await form.getByRole('button', { name: 'Preview' }).click();
    await form.locator('.preview-line', { hasText: 'Preview of just now' }).waitFor();
    await form.locator('.question .made').first().waitFor();
    assert.match(await form.locator('.question .said').first().innerText(), /tide|berth/iu);
    await form.locator('.step-graph tr', { hasText: 'files' }).getByRole('button').click();
    await form.locator('.made', { hasText: 'docs/tides.md' }).first().waitFor();
    await form.getByRole('button', { name: /^questions, generate/u }).press('Enter');
    await form.locator('.question').first().waitFor();
    await picture('setup-preview');
    assert.equal(await seriousFindings(form), '', 'preview');
    await workbench.setTheme('Dark High Contrast');
    await form.locator('body.vscode-high-contrast').waitFor();
    await picture('setup-high-contrast');
    assert.equal(await seriousFindings(form), '', 'high contrast');
    await workbench.setTheme('Dark Modern');
    await page.setViewportSize({ width: 740, height: 900 });
    await picture('setup-narrow');
    assert.equal(await seriousFindings(form), '', 'narrow');
    assert.equal(await beyondNarrow(page, form), '', 'very narrow');
  } finally {
    await page.setViewportSize(viewport);
    await rm(file, { force: true });
  }
  await workbench.closeEditors();
});

check('the steps of a recipe are written out, added to, and run from the form', async (session) => {
  const { workbench, folder, picture } = session;
  const file = join(folder, 'quay.openline.yaml');
  await writeFile(file, pipeline.replace('harbour.jsonl', 'quay.jsonl'));
  try {
    const form = await setUp(session, 'quay');
    await form.getByText('Filter, score, change steps').click();
    await form.getByRole('button', { name: 'Write Out Steps' }).click();
    await form.getByRole('combobox', { name: 'Step to add' }).selectOption('dedup step');
    await form.getByRole('button', { name: 'Add Step' }).click();
    await form.getByRole('button', { name: /^unique, dedup/u }).click();
    await form.getByRole('combobox', { name: 'method' }).selectOption('fuzzy');
    await form.locator('#field-steps-2-dedup-threshold').waitFor({ state: 'attached' });
    await picture('setup-steps');
    assert.equal(await seriousFindings(form), '', 'steps');

    // By the keyboard the step goes up, where its field is not known yet, and down again; the focus goes with it.
    const unique = form.getByRole('button', { name: /^unique, dedup/u });
    await unique.press('Alt+ArrowUp');
    await form
      .locator('.problems .error, .field-problem', { hasText: /prompt/u })
      .first()
      .waitFor();
    await form.locator('.step-graph tr[data-step="unique"] + tr[data-step="questions"]').waitFor();
    await form.locator('.step-graph tr[data-step="unique"] button:focus').waitFor();
    assert.equal(await form.getByRole('button', { name: 'Run', exact: true }).isEnabled(), false);
    await form.getByRole('button', { name: 'Move Down' }).click();
    await form.locator('.step-graph tr[data-step="questions"] + tr[data-step="unique"]').waitFor();

    // Another form of the file, and its ending with it.
    await form.getByRole('combobox', { name: 'format' }).selectOption('csv');
    await until(
      async () => (await form.getByRole('textbox', { name: 'path' }).inputValue()) === 'data/quay.csv',
      'the path has the ending of the format',
    );
    await picture('setup-format');
    await form.getByRole('button', { name: 'Run', exact: true }).click();
    await workbench.toast('records in data/quay.csv').waitFor();
    assert.match(await readFile(join(folder, 'data', 'quay.csv'), 'utf8'), /^id,prompt,/u);
    const text = await readFile(file, 'utf8');
    assert.match(text, /^# Questions about the harbour\.$/mu);
    assert.match(text, /^endpoint: sample # no network$/mu);
    assert.match(text, /dedup:\s\{ fields: \[prompt\], method: fuzzy \}/u);
  } finally {
    await rm(file, { force: true });
  }
  await workbench.closeEditors();
  await workbench.clearToasts();
});
