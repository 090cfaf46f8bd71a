import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seriousFindings } from '../support/accessibility.ts';
import { startModelServer } from '../support/modelServer.ts';
import { check } from '../support/session.ts';

const pipeline = (endpoint: string, output: string, more = ''): string => `openline: 1
endpoint: ${endpoint}
model: ${output}
recipe: open-qa
with: { n_macro_topics: 2, n_subtopics: 1, n_openlines: 2, n_revisions: 1 }
${more}output: data/${output}.jsonl
`;

check(
  'a run that costs something shows its estimate first; nothing is sent before the person agrees',
  async (session) => {
    const { workbench, page, folder, picture } = session;
    const service = await startModelServer();
    const asked = (): number => service.received.length;
    try {
      await mkdir(join(folder, '.openline'), { recursive: true });
      await writeFile(
        join(folder, '.openline', 'endpoints.yaml'),
        `endpoints:\n  dear: { base_url: "${service.url}", auth: none, prices: { prompt: 40, completion: 160 } }\n`,
      );
      await writeFile(join(folder, 'dear.openline.yaml'), pipeline('dear', 'dear'));
      await workbench.openPipeline('dear');
      await workbench.command('Openline: Run');
      await workbench.inputStep('Run dear.openline.yaml');
      await workbench.option(/Run, .*requests · about .* tokens · cost /u).waitFor();
      await picture('confirm-run');
      await page.keyboard.press('Escape');
      await workbench.quickInput.waitFor({ state: 'hidden' });
      assert.equal(asked(), 0);

      await workbench.command('Openline: Estimate');
      await workbench.editorTab(/dear\.estimate\.md/u).waitFor();
      const estimate = await workbench.webview({ has: 'h1:has-text("Estimate of dear")' });
      await estimate.locator('td', { hasText: 'macro_topics' }).waitFor();
      await picture('estimate');
      assert.equal(asked(), 0);
      await workbench.editorTab('dear.openline.yaml').first().click();

      await workbench.command('Openline: Run');
      await workbench.option(/Preview First/u).click();
      await workbench.toastButton(/Preview of dear.openline.yaml: \d+ records/u, 'Run');
      await workbench.inputStep('Run dear.openline.yaml');
      await workbench.option(/Run, .*requests/u).click();
      await workbench.toast(/records in data\/dear.jsonl.*Cost: /u).waitFor();
      assert.ok(asked() > 0);
    } finally {
      await service.close();
    }
    await rm(join(folder, 'dear.openline.yaml'));
    await workbench.closeEditors();
    await workbench.clearToasts();
  },
);

check('a run whose budget is used up is paused, and goes on with a larger one', async (session) => {
  const { workbench, folder, picture } = session;
  await writeFile(join(folder, 'thrifty.openline.yaml'), pipeline('sample', 'thrifty', 'budget: { requests: 3 }\n'));
  await workbench.openPipeline('thrifty');
  await workbench.command('Openline: Run');
  await workbench.toast('thrifty.openline.yaml is paused. The budget of 3 requests is used up.').waitFor();
  await workbench.treeItem(/^thrifty, paused/u).waitFor();
  const studio = await workbench.webview({ title: 'Studio: thrifty' });
  await studio.locator('.notice', { hasText: 'The budget of 3 requests is used up.' }).waitFor();
  await picture('studio-budget');
  assert.equal(await seriousFindings(studio), '');
  await workbench.toastButton('is paused', 'Resume with Larger Budget');
  await workbench.inputStep('Resume thrifty with a Larger Budget');
  await picture('larger-budget');
  await workbench.input('3');
  await workbench.inputMessage.filter({ hasText: 'More than what is used already: 3' }).waitFor();
  await workbench.input('0');
  await workbench.toast(/8 records in data\/thrifty.jsonl/u).waitFor();
  await workbench.treeItem(/^thrifty, done, 8 records/u).waitFor();
  await rm(join(folder, 'thrifty.openline.yaml'));
  await workbench.closeEditors();
  await workbench.clearToasts();
});

check('a run that is taken up says which of its inputs have changed since it began', async ({ workbench, folder }) => {
  const page = join(folder, 'docs', 'tides-of-today.md');
  await writeFile(page, 'The tide of this morning was low.\n');
  await writeFile(
    join(folder, 'reading.openline.yaml'),
    'openline: 1\nendpoint: sample\nrecipe: closed-qa\nwith: { files: [docs/*.md], n_openlines: 1 }\nbudget: { requests: 1 }\noutput: data/reading.jsonl\n',
  );
  await workbench.openPipeline('reading');
  await workbench.command('Openline: Run');
  await workbench.toast('reading.openline.yaml is paused.').waitFor();
  await writeFile(page, 'The tide of this evening was high.\n');
  await workbench.toastButton('is paused', 'Resume with Larger Budget');
  await workbench.inputStep('Resume reading with a Larger Budget');
  await workbench.input('0');
  await workbench.toast(/docs\/tides-of-today\.md changed since this run began/u).waitFor();
  await workbench.toast(/records in data\/reading\.jsonl/u).waitFor();
  await rm(join(folder, 'reading.openline.yaml'));
  await rm(page);
  await workbench.closeEditors();
  await workbench.clearToasts();
});
