import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import * as z from 'zod';
import { parseJson } from '../../src/core/record/json.ts';
import { seriousFindings } from '../support/accessibility.ts';
import { check } from '../support/session.ts';

const pipeline = `openline: 1
endpoint: sample
recipe: open-qa
with: { n_macro_topics: 2, n_subtopics: 2, n_openlines: 3, n_revisions: 2 }
output: data/origins.jsonl
`;

const rejectSchema = z.object({
  step: z.string(),
  reason: z.string(),
  fields: z.object({ macro_topic: z.string().optional() }),
});

check('a record tells how it was made: requests, templates, and what else came of its parents', async (session) => {
  const { workbench, folder, picture } = session;
  await writeFile(join(folder, 'origins.openline.yaml'), pipeline);
  await workbench.openPipeline('origins');
  await workbench.command('Openline: Run');
  await workbench.toast('data/origins.jsonl').waitFor();
  await workbench.clearToasts();
  const studio = await workbench.webview({ title: 'Studio: origins' });
  await workbench.command('View: Close Primary Side Bar');
  await workbench.editorTab('Studio: origins').click();
  await studio.locator('.grid tbody tr[data-index="1"]').click();
  const stages = studio.locator('.history .stages > li');
  await stages.filter({ hasText: 'macro_topics' }).first().waitFor();
  const last = stages.last();
  await last.filter({ hasText: 'revisions' }).waitFor();
  assert.match(await last.locator('.said').innerText(), /\S/u);
  await picture('studio-record');

  await stages.first().getByRole('button', { name: 'Made from It' }).click();
  await stages
    .first()
    .locator('.family', { hasText: /[1-9]\d* records/u })
    .waitFor();
  const third = stages.first().locator('.relatives button').nth(2);
  await third.click();
  await studio.locator('.detail h2', { hasText: 'Line 3' }).waitFor();
  await studio.locator('.grid tbody tr[data-index="2"][aria-selected="true"]').waitFor();
  assert.equal(await seriousFindings(studio), '');

  await stages.last().getByRole('button', { name: 'Request and Answer' }).click();
  await workbench.editorTab(/^revisions .*\.txt/u).waitFor();
  await workbench.editorLines.filter({ hasText: /Came\sabout\sby/u }).waitFor();
  await picture('request-and-answer');
  await workbench.closeEditor(/^revisions .*\.txt/u);
  await stages.first().getByRole('button', { name: 'Open Template' }).click();
  await workbench.editorTab(/\.prompt\.md/u).waitFor();
  await workbench.closeEditors();
  await workbench.command('View: Focus into Primary Side Bar');
});

check(
  'what was rejected tells how it came about, and every place it stands at is reached by keyboard',
  async (session) => {
    const { workbench, page, folder, picture } = session;
    await mkdir(join(folder, '.openline'), { recursive: true });
    const garbled = { kind: 'sample', model: 'sample', sample: { garbage_rate: 0.4 } };
    await writeFile(join(folder, '.openline', 'endpoints.yaml'), JSON.stringify({ endpoints: { garbled } }));
    const rejecting = pipeline
      .replace('endpoint: sample', 'endpoint: garbled')
      .replace('n_macro_topics: 2, n_subtopics: 2', 'n_macro_topics: 3, n_subtopics: 3, attempts: 1')
      .replace('origins.jsonl', 'refused.jsonl');
    await writeFile(join(folder, 'refused.openline.yaml'), `${rejecting}conversion: { mode: local }\n`);
    await workbench.openPipeline('refused');
    await workbench.command('Openline: Run');
    await workbench.toast('data/refused.jsonl').waitFor();
    await workbench.clearToasts();
    const studio = await workbench.webview({ title: 'Studio: refused' });
    await workbench.command('View: Close Primary Side Bar');
    await workbench.editorTab('Studio: refused').click();
    await studio.getByRole('tab', { name: 'Rejected' }).click();
    const rejected = studio.getByRole('tabpanel', { name: 'Rejected' });
    await rejected.getByRole('combobox', { name: 'Step' }).click();
    await rejected.getByRole('option', { name: /^revisions/u }).click();

    // Found by the words that are shown, and by the names of the columns.
    const runs = join(folder, '.openline', 'runs');
    const newest = (await readdir(runs)).toSorted().at(-1) ?? '';
    const lines = (await readFile(join(runs, newest, 'rejects.jsonl'), 'utf8')).trimEnd().split('\n');
    const all = lines.map((line) => rejectSchema.parse(parseJson(line)));
    const here = all.filter(({ step }) => step === 'revisions');
    const counted = (shown: readonly unknown[]) =>
      rejected.locator('.tools .count', { hasText: `${String(shown.length)} of ${String(all.length)} records` });
    const search = rejected.getByRole('textbox', { name: 'Search what was rejected' });
    await counted(here).waitFor();
    const topic = here.flatMap(({ fields }) => fields.macro_topic ?? []).at(0) ?? assert.fail('no reject has a topic');
    await search.fill('List in the answer');
    await counted(here.filter(({ reason }) => ['no-list', 'ambiguous'].includes(reason))).waitFor();
    await rejected.getByRole('button', { name: 'Use Condition on Fields' }).click();
    await search.fill(`macro_topic == ${JSON.stringify(topic)}`);
    await counted(here.filter(({ fields }) => fields.macro_topic === topic)).waitFor();
    await picture('studio-reject-condition');
    await rejected.getByRole('button', { name: 'Use Condition on Fields' }).click();
    await search.fill('');
    await counted(here).waitFor();
    await rejected.locator('.grid tbody tr[data-index="0"]').click();
    const heads = await rejected.getByRole('columnheader').allInnerTexts();
    assert.deepEqual(heads.slice(0, 4), ['id', 'step', 'reason', 'message']);
    assert.ok(heads.includes('macro_topic') && !heads.includes('steps'), heads.join(', '));
    const stages = rejected.locator('.history .stages > li');
    const press = async (button: Locator): Promise<void> => {
      await button.focus();
      await page.keyboard.press('Enter');
    };
    // Its parents stand above the step that could not use it.
    await stages.first().filter({ hasText: 'macro_topics' }).waitFor();
    await stages.last().filter({ hasText: 'revisions' }).waitFor();
    assert.equal(await stages.count(), 4);
    await picture('studio-reject');

    await press(stages.last().getByRole('button', { name: 'Request and Answer' }));
    await workbench.editorTab(/^revisions .*\.txt/u).waitFor();
    await workbench.editorLines.filter({ hasText: /Came\sabout\sby/u }).waitFor();
    await workbench.closeEditor(/^revisions .*\.txt/u);
    await press(stages.last().getByRole('button', { name: 'Open Template' }));
    await workbench.closeEditor(/\.prompt\.md/u);
    const title = rejected.locator('.detail h2');
    await press(rejected.getByRole('button', { name: 'Open in File' }));
    await workbench.editorTab('rejects.jsonl').waitFor();
    await workbench.editorLines
      .filter({ hasText: /"step":"revisions"/u })
      .first()
      .waitFor();
    await workbench.closeEditor('rejects.jsonl');

    // What else came of a parent: another that was rejected, and a record, which stands in the other tab.
    await press(stages.first().getByRole('button', { name: 'Made from It' }));
    const relatives = stages.first().locator('.relatives button');
    await relatives.first().waitFor();
    const before = await title.innerText();
    const siblings = await rejected.locator('.relatives button.bad').allInnerTexts();
    assert.ok(siblings.length > 1, 'a macro topic of which only one was rejected');
    await press(rejected.locator('.relatives button.bad').last());
    await rejected.locator('.detail h2').filter({ hasNotText: before }).waitFor();
    // The link is gone; the keyboard goes on at the record that it has led to.
    await rejected.locator('.detail-body:focus').waitFor();
    assert.equal(await seriousFindings(studio), '');
    await rejected.locator('.history .stages:not([inert])').waitFor();
    await press(stages.first().getByRole('button', { name: 'Made from It' }));
    await press(stages.first().locator('.relatives button:not(.bad)').first());
    await studio
      .getByRole('tabpanel', { name: 'Records' })
      .locator('.detail h2', { hasText: /Line \d/u })
      .waitFor();
    await workbench.closeEditors();
    await workbench.command('View: Focus into Primary Side Bar');
  },
);
