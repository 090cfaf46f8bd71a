import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startModelServer } from '../support/modelServer.ts';
import { check } from '../support/session.ts';

const template = (ask: string): string => `---
expects: json
sample: { place: Kelso }
---

${ask} In a {tone} manner, say when the harbour of {place} was built, as {{"year": 1900}}.
`;

/** Two of them use the same template, with values and a schema of their own. */
const pipeline = (tone: string, type: string, endpoint: string): string => `openline: 1
endpoint: ${endpoint}
steps:
  - id: places
    read: { values: [Kelso], into: place }
  - id: facts
    generate:
      prompt: quay/facts.prompt.md
      bind: { place: place }
      values: { tone: ${tone} }
      expect: { json: { type: object, properties: { year: { type: ${type} } }, required: [year] } }
output: data/${tone}.jsonl
`;

check('the preview takes the values, the schema and the models of what surrounds the template', async (session) => {
  const { workbench, page, folder, picture } = session;
  const service = await startModelServer(() => ({ text: 'It is {"year": 1871,}' }));
  const quay = join(folder, 'quay');
  try {
    await mkdir(join(folder, '.openline'), { recursive: true });
    await writeFile(
      join(folder, '.openline', 'endpoints.yaml'),
      `endpoints:\n  quayside: { base_url: "${service.url}", model: usual-model, auth: none }\n`,
    );
    await mkdir(quay);
    const file = join(quay, 'facts.prompt.md');
    await writeFile(file, template('Be right.'));
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: quay });
    git('init', '--quiet');
    git('add', '.');
    git('commit', '--quiet', '--message', 'facts');
    await writeFile(file, template('Be quick.'));
    await writeFile(join(folder, 'quay-a.openline.yaml'), pipeline('terse', 'integer', 'quayside'));
    await writeFile(join(folder, 'quay-b.openline.yaml'), pipeline('florid', 'string', 'quayside'));
    await workbench.openFile('facts.prompt.md');
    await page.locator('.codelens-decoration').getByText('used by 2 pipelines').waitFor();
    await workbench.command('Openline: Preview Template');
    const preview = await workbench.webview({ title: 'Preview: facts' });
    const message = (text: string) => preview.locator('.message', { hasText: text });
    await message('Be quick. In a terse manner').waitFor();

    await preview.getByRole('button', { name: 'Try', exact: true }).click();
    await preview.locator('.reading[data-form="json"]', { hasText: '"year": 1871' }).waitFor();
    assert.equal(service.received.at(-1)?.body['model'], 'usual-model');

    // Another pipeline: other words, another schema.
    await preview.getByLabel('Values of the pipeline').click();
    await preview.getByRole('option', { name: 'quay-b, step facts' }).click();
    await message('Be quick. In a florid manner').waitFor();
    await preview.getByRole('button', { name: 'Choose Model' }).click();
    await workbench.inputStep('Model of quayside');
    await workbench.option('test-model').click();
    await preview.getByRole('button', { name: 'Try', exact: true }).click();
    await preview
      .locator('.reading[data-form="problem"]', { hasText: /JSON Schema asks: #\/year breaks the schema/u })
      .waitFor();
    assert.equal(service.received.at(-1)?.body['model'], 'test-model');

    await preview.getByRole('button', { name: 'Compare' }).click();
    const second = preview.locator('.column').nth(1);
    await second.getByLabel('Version').click();
    await second.getByRole('option', { name: 'Committed' }).click();
    await second.locator('.message', { hasText: 'Be right. In a florid manner' }).waitFor();
    await picture('template-preview-committed');

    await workbench.reload();
    const again = await workbench.webview({ title: 'Preview: facts' });
    await again.locator('.message', { hasText: 'Be right. In a florid manner' }).waitFor();
  } finally {
    await service.close();
    for (const name of ['quay-a.openline.yaml', 'quay-b.openline.yaml', 'quay']) {
      await rm(join(folder, name), { recursive: true, force: true });
    }
  }
  await workbench.closeEditors();
  await workbench.clearToasts();
});

check(
  'a file of templates is dropped on the view; a template that is used is deleted only after a question',
  async (session) => {
    const { workbench, page, folder, picture } = session;
    await writeFile(
      join(folder, 'aprompts.py'),
      'DEFAULT_SUBTOPICS_PROMPT_TEMPLATE = """Name {n_subtopics} parts of {macro_topic}, from a file of mine."""\n',
    );
    await writeFile(
      join(folder, 'aaa.openline.yaml'),
      'openline: 1\nendpoint: sample\nrecipe: open-qa\nprompts: { subtopics: curator-subtopics }\noutput: data/aaa.jsonl\n',
    );
    const imported = join(folder, '.openline', 'prompts', 'curator-subtopics.prompt.md');
    try {
      await workbench.openView('Openline');
      const target = workbench.treeItem(/^Questions and answers/u).first();
      await workbench.reveal(target, 'Prompts');
      await workbench.openFile('aprompts.py');
      await workbench.editorTab('aprompts.py').dragTo(target);
      await workbench.toast('1 template was imported from aprompts.py').waitFor();
      assert.match(await readFile(imported, 'utf8'), /from a file of mine/u);
      await picture('templates-dropped');

      await workbench.openFile('curator-subtopics.prompt.md');
      await page.locator('.codelens-decoration').getByText('used by 1 pipeline').waitFor();
      await workbench.command('Openline: Delete Template');
      await workbench.dialog.getByText('Delete the template curator-subtopics?').waitFor();
      await workbench.dialog.getByText('These pipelines use it and cannot be run without it: aaa.').waitFor();
      await picture('template-delete');
      await workbench.dialog.getByRole('button', { name: 'Cancel' }).click();
      assert.ok(existsSync(imported));
      await workbench.command('Openline: Delete Template');
      await workbench.dialog.getByRole('button', { name: 'Delete', exact: true }).click();
      await workbench.dialog.waitFor({ state: 'hidden' });
      await workbench.treeItem(/^curator-subtopics/u).waitFor({ state: 'detached' });
      assert.ok(!existsSync(imported));
    } finally {
      for (const name of ['aprompts.py', 'aaa.openline.yaml']) await rm(join(folder, name), { force: true });
      await rm(imported, { force: true });
    }
    await workbench.closeEditors();
    await workbench.clearToasts();
  },
);
