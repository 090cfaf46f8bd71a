import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startModelServer } from '../support/modelServer.ts';
import { check } from '../support/session.ts';

const pipeline = (output: string): string => `openline: 1
endpoint: house
recipe: open-qa
with: { n_macro_topics: 1, n_subtopics: 1, n_openlines: 1, n_revisions: 1 }
output: data/${output}.jsonl
`;

check('a service is added, tested and used; its key stays with its host', async ({ workbench, folder, picture }) => {
  const own = await startModelServer(({ headers }) =>
    headers.authorization === 'Bearer right' ? {} : { status: 401, raw: '{"error":{"message":"bad key"}}' },
  );
  const other = await startModelServer();
  try {
    await workbench.openView('Openline');
    await workbench.command('Openline: Add Endpoint');
    await workbench.pick('Another service');
    await workbench.inputStep('(2/6)');
    await workbench.quickInputBox.fill('localhost:8000');
    await workbench.inputMessage.filter({ hasText: 'starts with http://' }).waitFor();
    await workbench.input(own.url);
    await workbench.inputStep('(3/6)');
    await workbench.input('house');
    await workbench.inputStep('(4/6)');
    await picture('add-endpoint-key');
    await workbench.input('wrong');
    await workbench.inputStep('(5/6)');
    await workbench.option('test-model').waitFor();
    await workbench.quickInputBox.fill('house-model');
    await workbench.option('house-model').click();
    await workbench.pick('This workspace');
    await workbench.toastButton('The endpoint house was added', 'Test Connection');
    await workbench.toastButton('refused the key', 'Set Key');
    await workbench.inputStep('Key of house');
    await workbench.input('right');
    // Not by the button of the next message: the editor holds messages back that follow each other faster than a person.
    await workbench.command('Openline: Test Connection');
    await workbench.pick('house');
    await workbench.toast(/house: .*answer/isu).waitFor();
    await picture('endpoint-tested');
    await workbench.clearToasts();

    const file = join(folder, '.openline', 'endpoints.yaml');
    const profiles = await readFile(file, 'utf8');
    assert.match(profiles, /house/u);
    assert.doesNotMatch(profiles, /right|wrong/u);
    await workbench.treeItem(/^house/u).waitFor();

    await writeFile(join(folder, 'house.openline.yaml'), pipeline('house'));
    await workbench.openPipeline('house');
    await workbench.command('Openline: Run');
    await workbench.toast('data/house.jsonl').waitFor();
    assert.ok(own.received.length > 0);
    await workbench.clearToasts();

    // The workspace now says that the service is elsewhere.
    await writeFile(file, profiles.replace(own.url, other.url));
    await workbench.treeItem(new RegExp(`^house.*${new URL(other.url).host}`, 'u')).waitFor();
    await writeFile(join(folder, 'redirected.openline.yaml'), pipeline('redirected'));
    await workbench.openPipeline('redirected');
    await workbench.command('Openline: Run');
    await workbench.toast(/redirected/u).waitFor();
    await workbench.toast(/redirected.*(?:records in|failed)/u).waitFor();
    assert.deepEqual(
      other.received.filter(({ headers }) => /right|wrong/u.test(JSON.stringify(headers))),
      [],
    );
  } finally {
    await own.close();
    await other.close();
  }
  await workbench.closeEditors();
  await workbench.clearToasts();
});
