import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { check } from '../support/session.ts';

check('a new pipeline asks for the field where files hold records, and runs as it is offered', async (session) => {
  const { workbench, folder, picture } = session;
  const made = ['acsv', 'apairs'];
  try {
    await mkdir(join(folder, 'notes'), { recursive: true });
    await writeFile(join(folder, 'notes', 'tides.csv'), 'title,body\nTides,The sea rises and falls twice a day.\n');

    await workbench.command('Openline: New Pipeline');
    await workbench.quickInputBox.fill('closed-qa');
    await workbench.pick('Questions about documents');
    await workbench.pick(/^files/u);
    await workbench.input('notes/*.csv');
    // Only now there is a field to ask for.
    await workbench.inputStep('(4/7)');
    await workbench.input('body');
    await workbench.inputStep('(5/7)');
    await workbench.input('2');
    await workbench.pick('sample');
    await workbench.inputStep('(7/7)');
    await workbench.input('acsv');
    await workbench.editorTab('acsv.openline.yaml').waitFor();
    await workbench.command('Openline: Run');
    await workbench.toast('2 records in data/acsv.jsonl').waitFor();
    await picture('new-pipeline-csv');
    const [line = ''] = (await readFile(join(folder, 'data', 'acsv.jsonl'), 'utf8')).split('\n');
    assert.match(line, /"source":"notes\/tides.csv:2"/u);
    await workbench.clearToasts();

    await workbench.command('Openline: New Pipeline');
    await workbench.quickInputBox.fill('instructions');
    await workbench.pick('Instructions with responses');
    await workbench.pick(/^files/u);
    await workbench.inputStep('(3/6)');
    await workbench.input('docs/**/*.md');
    await workbench.inputStep('(4/6)');
    await workbench.input('2');
    await workbench.pick('sample');
    await workbench.inputStep('(6/6)');
    await workbench.input('apairs');
    await workbench.editorTab('apairs.openline.yaml').waitFor();
    await workbench.command('Openline: Run');
    await workbench.toast(/records in data\/apairs.jsonl/u).waitFor();
  } finally {
    await rm(join(folder, 'notes'), { recursive: true, force: true });
    for (const name of made) await rm(join(folder, `${name}.openline.yaml`), { force: true });
  }
  await workbench.closeEditors();
  await workbench.clearToasts();
});
