import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { check } from '../support/session.ts';

const pipeline = `openline: 1
endpoint: sample
steps:
  - { id: topics, read: { values: [Lighthouses, Ferries], into: text } }
  - id: questions
    generate: { prompt: closed-qa, bind: { document: text }, values: { n_openlines: 2 }, expect: { list: question } }
  - id: kept # only the long ones
    filter: { text: question, checks: [{ word_count: { min: 500 } }] }
outputs:
  - { from: questions, path: data/harbour.jsonl }
  - { from: kept, path: data/harbour-long.jsonl }
`;

check(
  'what a run turned down is a problem of its step and is loosened by a quick fix; training code tells of the dataset',
  async (session) => {
    const { workbench, page, folder, picture } = session;
    await writeFile(join(folder, 'harbour.openline.yaml'), pipeline);
    await writeFile(
      join(folder, 'harbour.py'),
      'from datasets import load_dataset\n\ntrain = load_dataset("json", data_files="data/harbour.jsonl", split="train")\n',
    );
    await workbench.openPipeline('harbour');
    await workbench.command('Openline: Run');
    await workbench.toast(/harbour\.openline\.yaml: \d+ records/u).waitFor();
    await workbench.clearToasts();
    await workbench.editorTab('harbour.openline.yaml').click();
    const problems = await workbench.problems();
    const problem = problems.locator('.monaco-list-row', { hasText: /kept rejected .*: word-count/u }).first();
    await problem.waitFor();
    await picture('problems-of-a-run');
    await problem.dblclick();
    await workbench.command('Quick Fix...');
    const fixes = page.locator('.action-widget');
    await fixes.getByText('Open request and answer of record').waitFor();
    await fixes.getByText(/^Loosen kept: set word_count min to/u).click();
    await workbench.command('File: Save');
    await page.locator('.view-lines', { hasText: /word_count:\s\{\smin:\s\d{1,2}\s\}/u }).waitFor();
    assert.match(await readFile(join(folder, 'harbour.openline.yaml'), 'utf8'), /- id: kept # only the long ones\n/u);
    await workbench.command('Openline: Run');
    await workbench.toast(/harbour\.openline\.yaml: \d+ records/u).waitFor();
    await workbench.clearToasts();

    await workbench.openFile('harbour.py');
    const lens = page.locator('.codelens-decoration', { hasText: /records · just now · fresh/u });
    await lens.first().waitFor();
    await picture('beside-training-code');
    await page.locator('.codelens-decoration').getByText('Open', { exact: true }).first().click();
    await workbench.editorTab('harbour.jsonl').waitFor();
    await workbench.closeEditors();
  },
);
