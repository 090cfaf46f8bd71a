import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seriousFindings } from '../support/accessibility.ts';
import { startModelServer } from '../support/modelServer.ts';
import { check } from '../support/session.ts';
import { setUp, until } from '../support/setupForm.ts';

const pipeline = `openline: 1
endpoint: harbour
recipe: closed-qa
with: { files: [docs/tides.md, docs/berths.md], n_openlines: 2, attempts: 1 }
conversion: { mode: local }
output: data/anchor.jsonl
`;

check('model and templates are chosen in the form; a preview is stopped; a reload loses nothing', async (session) => {
  const { workbench, page, folder, picture } = session;
  const file = join(folder, 'anchor.openline.yaml');
  const copy = join(folder, '.openline', 'prompts', 'anchor-questions.prompt.md');
  // The second question is never answered.
  let questions = 0;
  const service = await startModelServer(() => ((questions += 1) > 1 ? { fault: 'hang' } : {}));
  try {
    await mkdir(join(folder, '.openline'), { recursive: true });
    await writeFile(
      join(folder, '.openline', 'endpoints.yaml'),
      `endpoints:\n  harbour: { base_url: "${service.url}", auth: none }\n`,
    );
    await writeFile(file, pipeline);
    const form = await setUp(session, 'anchor');
    const saved = async (isRight: (text: string) => boolean): Promise<void> => {
      await workbench.command('File: Save All Files');
      await until(async () => isRight(await readFile(file, 'utf8')), 'the file is saved as it is in the form');
    };

    // Without a model nothing can be run: the head leads to the field. The models are those of the service.
    await form.getByRole('button', { name: /^Show what is wrong: endpoint/u }).click();
    await form.locator('#field-endpoint:focus').waitFor();
    await form.getByRole('button', { name: 'Choose Model' }).click();
    await workbench.inputStep('Model of harbour');
    await workbench.pick(/^test-model/u);
    await until(
      async () => (await form.getByRole('textbox', { name: 'model' }).inputValue()) === 'test-model',
      'the model is in the form',
    );

    // A copy of the built-in template stands beside the form, and is used from then on.
    await form.getByRole('button', { name: /^questions, generate/u }).click();
    const head = form.locator('.template-head h4');
    await head.filter({ hasText: 'built-in' }).waitFor();
    await form.getByRole('button', { name: 'Duplicate to Workspace and Use the Copy' }).click();
    await workbench.inputStep('Duplicate closed-qa');
    await workbench.input('anchor-questions');
    await head.filter({ hasText: 'anchor-questions' }).filter({ hasText: 'of the workspace' }).waitFor();
    await workbench.editorTab('anchor-questions.prompt.md').waitFor();
    await picture('setup-template');
    await saved((text) => /^prompts:\s+questions: anchor-questions$/mu.test(text));
    assert.match(await readFile(copy, 'utf8'), /\{document\}/u);

    // One whose placeholders nothing fills says so at its place; the recipe's own is used again.
    await form.getByRole('button', { name: 'Use Another Template' }).click();
    await workbench.inputStep('Template of questions');
    await workbench.quickInputBox.fill('math-problem-general');
    await workbench.pick(/^math-problem-general/u);
    await head.filter({ hasText: 'math-problem-general' }).waitFor();
    await form.locator('.template .field-problem', { hasText: 'topic' }).waitFor();
    await form.getByRole('button', { name: 'Show what is wrong: questions' }).waitFor();
    await picture('setup-template-wrong');
    await form.getByRole('button', { name: 'Use the Recipe’s Own Template' }).click();
    await head.filter({ hasText: 'closed-qa' }).filter({ hasText: 'built-in' }).waitFor();
    await saved((text) => !text.includes('prompts'));

    // A preview that does not come to its end is stopped; what was answered is there.
    await form.getByRole('button', { name: 'Preview' }).click();
    await form.locator('.question .made').first().waitFor();
    await form.getByRole('button', { name: 'Stop' }).click();
    await form.locator('.preview-line', { hasText: 'was stopped; what was answered is kept' }).waitFor();
    await form.locator('.question .made').first().waitFor();
    assert.equal(await form.getByRole('button', { name: 'Preview' }).isEnabled(), true);
    await picture('setup-preview-stopped');
    assert.equal(await seriousFindings(form), '', 'stopped');
    await workbench.clearToasts();

    await form.getByText('Filter, score, change steps').click();
    await form.getByRole('button', { name: /^files, read/u }).press('Enter');
    await form.locator('.step h3', { hasText: 'files' }).waitFor();
    await workbench.reload();
    const again = await workbench.webview({ has: '#setup h1' });
    await again.getByRole('heading', { name: 'anchor', exact: true }).waitFor();
    await again.locator('.step h3', { hasText: 'files' }).waitFor();
    await again.getByRole('button', { name: 'Write Out Steps' }).waitFor();
    await again.locator('.preview-line', { hasText: 'was stopped; what was answered is kept' }).waitFor();
    assert.equal(await again.getByRole('textbox', { name: 'model' }).inputValue(), 'test-model');
    await page.keyboard.press('Escape');
  } finally {
    await service.close();
    await Promise.all([file, copy].map((path) => rm(path, { force: true })));
  }
  await workbench.closeEditors();
  await workbench.clearToasts();
});
