import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ENDPOINT_PRESETS } from '../../src/core/endpoints/presets.ts';
import { startModelServer, type ModelServer } from '../support/modelServer.ts';
import { check, environmentKey } from '../support/session.ts';

/** A service at one of the usual ports, whichever is free on this machine. */
async function startAtUsualPort(): Promise<{ server: ModelServer; id: string; baseUrl: string }> {
  const local = ENDPOINT_PRESETS.filter(({ isLocal, kind }) => isLocal && kind === 'openai');
  for (const { id, baseUrl } of local.toReversed()) {
    const first = local.find((preset) => preset.baseUrl === baseUrl);
    try {
      const server = await startModelServer(() => ({}), Number(new URL(baseUrl).port));
      return { server, id: first?.id ?? id, baseUrl };
    } catch {
      // Somebody else has this port.
    }
  }
  throw new Error('All the usual ports of model services are taken on this machine.');
}

check('services on this machine are found and added; the view orders, copies and removes them', async (session) => {
  const { workbench, page, folder, picture } = session;
  const file = join(folder, '.openline', 'endpoints.yaml');
  const { server, id, baseUrl } = await startAtUsualPort();
  await mkdir(join(folder, '.openline'), { recursive: true });
  try {
    await workbench.openView('Openline');
    await workbench.command('Openline: Find Local Services');
    await workbench.inputStep('Local Services');
    await workbench.quickInput.getByText(baseUrl).first().waitFor();
    await workbench.quickInput.getByText('test-model').first().waitFor();
    await picture('find-local-services');
    await page.keyboard.press('Enter');
    await workbench.toast(new RegExp(`endpoints? .*${id}`, 'u')).waitFor();
    await workbench.treeItem(new RegExp(`^${id}, test-model`, 'u')).waitFor();
    await workbench.clearToasts();
    await workbench.command('Openline: Test Connection');
    await workbench.pick(new RegExp(`^${id}\\b`, 'u'));
    await workbench.toast(new RegExp(`${id}: test-model answered in`, 'u')).waitFor();
    await workbench.clearToasts();
  } finally {
    await server.close();
  }

  await writeFile(
    file,
    'endpoints:\n  # the fast one\n  swift: { base_url: "http://swift.test/v1", auth: none }\n  wise: { base_url: "http://wise.test/v1", model: large }\n',
  );
  await workbench.treeItem(/^wise/u).waitFor();
  await workbench.command('Openline: Set as Default Endpoint');
  await workbench.pick('wise');
  await workbench.treeItem(/^wise, default · large/u).waitFor();
  assert.match(await readFile(file, 'utf8'), /^default: wise$/mu);

  // By keys alone: down, and away.
  await workbench.treeItem(/^swift/u).click();
  await page.keyboard.press('Alt+ArrowDown');
  await workbench.sidebar
    .locator('[role="treeitem"][aria-label^="wise"] ~ [role="treeitem"][aria-label^="swift"]')
    .waitFor();
  assert.match(await readFile(file, 'utf8'), /wise:.*\n {2}# the fast one\n {2}swift:/su);
  // Faster than the list is fetched again: each key counts.
  for (const key of ['Alt+ArrowUp', 'Alt+ArrowDown', 'Alt+ArrowUp', 'Alt+ArrowDown', 'Alt+ArrowUp'])
    await page.keyboard.press(key);
  await workbench.sidebar
    .locator('[role="treeitem"][aria-label^="swift"] ~ [role="treeitem"][aria-label^="wise"]')
    .waitFor();
  await page.keyboard.press('Alt+ArrowDown');
  await workbench.sidebar
    .locator('[role="treeitem"][aria-label^="wise"] ~ [role="treeitem"][aria-label^="swift"]')
    .waitFor();
  await workbench.command('Openline: Duplicate Endpoint');
  await workbench.pick('wise');
  await workbench.inputStep('Duplicate wise');
  await workbench.input('wise');
  await workbench.inputMessage.filter({ hasText: 'There is an endpoint of this name already' }).waitFor();
  await workbench.input('wiser');
  await workbench.treeItem(/^wiser, large/u).click({ button: 'right' });
  await page.locator('.monaco-menu, .context-view').getByText('Set as Default Endpoint').first().waitFor();
  await picture('endpoints-view');
  await page.keyboard.press('Escape');
  await workbench.treeItem(/^wiser/u).click();
  await page.keyboard.press('Delete');
  await workbench.dialog.filter({ hasText: 'Remove the endpoint wiser?' }).waitFor();
  await picture('remove-endpoint');
  await workbench.dialog.getByRole('button', { name: 'Remove', exact: true }).click();
  await workbench.treeItem(/^wiser/u).waitFor({ state: 'detached' });
  const left = await readFile(file, 'utf8');
  assert.doesNotMatch(left, /wiser/u);
  assert.match(left, /# the fast one/u);
});

check('an endpoint whose key is entered goes with its key, when the person wants it', async (session) => {
  const { workbench, page, folder } = session;
  const file = join(folder, '.openline', 'endpoints.yaml');
  await writeFile(file, 'endpoints:\n  guarded: { base_url: "http://guarded.test/v1", model: m }\n');
  await workbench.openView('Openline');
  await workbench.treeItem(/^guarded.*No key is set/u).waitFor();
  await workbench.command('Openline: Set Key');
  await workbench.pick('guarded');
  await workbench.inputStep('Key of guarded');
  await workbench.input('sk-guarded');
  await workbench.treeItem(/^guarded.*A key is set/u).click();
  await workbench.clearToasts();
  await workbench.treeItem(/^guarded/u).click();
  await page.keyboard.press('Delete');
  await workbench.dialog.getByRole('button', { name: 'Remove with Its Key' }).click();
  await workbench.treeItem(/^guarded/u).waitFor({ state: 'detached' });
  await writeFile(file, 'endpoints:\n  guarded: { base_url: "http://guarded.test/v1", model: m }\n');
  await workbench.treeItem(/^guarded.*No key is set/u).waitFor();
});

check('the model of a profile is one of the service’s own list, or one that is typed', async (session) => {
  const { workbench, folder } = session;
  const file = join(folder, '.openline', 'endpoints.yaml');
  const server = await startModelServer();
  try {
    await writeFile(file, `endpoints:\n  listed: { base_url: "${server.url}", auth: none } # here\n`);
    await workbench.openView('Openline');
    await workbench.treeItem(/^listed/u).waitFor();
    await workbench.command('Openline: Choose Model');
    await workbench.pick('listed');
    await workbench.inputStep('Model of listed');
    await workbench.pick('test-model');
    await workbench.treeItem(/^listed, test-model/u).waitFor();
  } finally {
    await server.close();
  }
  await workbench.command('Openline: Choose Model');
  await workbench.pick('listed');
  await workbench.inputStep('Model of listed');
  await workbench.option(/No list of models: type a name/u).waitFor();
  await workbench.quickInputBox.fill('typed-by-hand');
  await workbench.pick('typed-by-hand');
  await workbench.treeItem(/^listed, typed-by-hand/u).waitFor();
  assert.match(await readFile(file, 'utf8'), /model: typed-by-hand \} # here/u);
});

check('models of VS Code itself are an endpoint like others, without a key', async (session) => {
  const { workbench, folder, picture } = session;
  await workbench.openView('Openline');
  await workbench.command('Openline: Add Endpoint');
  await workbench.pick('Models of VS Code');
  await workbench.inputStep('Add Endpoint (2/4)');
  await workbench.input('here');
  await workbench.inputStep('Add Endpoint (3/4)');
  await workbench.option('openline-tests/writer').waitFor();
  await picture('add-endpoint-vscode-models');
  await workbench.pick('openline-tests/writer');
  await workbench.pick('This workspace');
  await workbench.toastButton('The endpoint here was added', 'Test Connection');
  await workbench.toast(/here: openline-tests\/writer answered in/u).waitFor();
  await workbench.treeItem(/^here, openline-tests\/writer · a model of VS Code/u).waitFor();
  await workbench.clearToasts();
  assert.match(await readFile(join(folder, '.openline', 'endpoints.yaml'), 'utf8'), /kind: vscode-lm/u);
});

check('a variable that a workspace names is sent to its host only when the person allows it', async (session) => {
  const { workbench, folder, picture } = session;
  const service = await startModelServer(({ headers }) =>
    headers.authorization === `Bearer ${environmentKey}` ? {} : { status: 401, raw: '{"error":{"message":"no key"}}' },
  );
  try {
    await writeFile(
      join(folder, '.openline', 'endpoints.yaml'),
      `endpoints:\n  theirs: { base_url: "${service.url}", model: m, api_key_env: OPENLINE_TEST_KEY }\n`,
    );
    await workbench.openView('Openline');
    await workbench.treeItem(/^theirs/u).waitFor();
    await workbench.command('Openline: Test Connection');
    await workbench.pick('theirs');
    await workbench.toastButton('wants a key', 'Use OPENLINE_TEST_KEY');
    await workbench.dialog.filter({ hasText: `Send the environment variable OPENLINE_TEST_KEY to` }).waitFor();
    await picture('approve-variable');
    assert.ok(service.received.every(({ headers }) => headers.authorization === undefined));
    await workbench.dialog.getByRole('button', { name: 'Allow' }).click();
    await workbench.toast(/theirs: .* answered in/u).waitFor();
    await workbench.clearToasts();
  } finally {
    await service.close();
  }
});

check('a pool is made of endpoints that are there, and a template is tried on it', async (session) => {
  const { workbench, folder, picture } = session;
  const file = join(folder, '.openline', 'endpoints.yaml');
  const server = await startModelServer(() => ({ text: '1. one\n2. two' }));
  try {
    await mkdir(join(folder, '.openline'), { recursive: true });
    await writeFile(
      file,
      `endpoints:\n  left: { base_url: "${server.url}", model: m, auth: none }\n  right: { base_url: "http://127.0.0.1:1/v1", model: m, auth: none }\n`,
    );
    await workbench.openView('Openline');
    await workbench.treeItem(/^left/u).waitFor();
    await workbench.command('Openline: Add Endpoint');
    await workbench.pick('A pool of endpoints');
    await workbench.inputStep('Add Endpoint (2/4)');
    for (const name of ['left', 'right']) await workbench.quickInput.getByText(name, { exact: true }).click();
    await workbench.quickInput.getByText('2 Selected').waitFor();
    await picture('add-endpoint-pool');
    await workbench.page.keyboard.press('Enter');
    await workbench.inputStep('Add Endpoint (3/4)');
    await workbench.input('both');
    await workbench.pick('This workspace');
    await workbench.treeItem(/^both, shared by left, right/u).waitFor();
    await workbench.clearToasts();
    assert.match(await readFile(file, 'utf8'), /both:\n {4}kind: pool\n {4}replicas:\n {6}- left\n {6}- right/u);

    await mkdir(join(folder, '.openline', 'prompts'), { recursive: true });
    await writeFile(join(folder, '.openline', 'prompts', 'pooled.prompt.md'), '---\nexpects: list\n---\n\nName two.\n');
    await workbench.openFile('pooled.prompt.md');
    await workbench.command('Openline: Preview Template');
    const preview = await workbench.webview({ title: 'Preview: pooled' });
    await preview.getByLabel('Endpoint').click();
    await preview.getByRole('option', { name: 'both' }).click();
    await preview.getByRole('button', { name: 'Try', exact: true }).click();
    await preview.locator('.reading', { hasText: 'Read as a list: 2 items' }).waitFor();
    assert.equal(server.received[0]?.body['model'], 'm');
    await picture('template-preview-pool');
  } finally {
    await server.close();
    await rm(join(folder, '.openline', 'prompts', 'pooled.prompt.md'), { force: true });
  }
  await workbench.closeEditors();
  await workbench.clearToasts();
});

check('a service for raw text is added with its formatter; Edit opens the profile at its place', async (session) => {
  const { workbench, page, folder, picture } = session;
  const file = join(folder, '.openline', 'endpoints.yaml');
  await mkdir(join(folder, '.openline'), { recursive: true });
  await writeFile(file, 'endpoints: {}\n');
  await workbench.openView('Openline');
  await workbench.command('Openline: Add Endpoint');
  await workbench.pick('A service for raw text');
  await workbench.inputStep('(2/7)');
  await workbench.input('http://127.0.0.1:1/v1');
  await workbench.inputStep('(3/7)');
  await workbench.input('raw');
  await workbench.inputStep('(4/7)');
  await workbench.input('');
  await workbench.inputStep('(5/7)');
  await picture('add-endpoint-formatter');
  await workbench.pick('Strings of your own');
  await workbench.inputStep('(6/7)');
  await workbench.pick('No default model');
  await workbench.pick('This workspace');
  await workbench.toastButton('The endpoint raw was added', 'Edit Endpoint');
  await workbench.editorTab('endpoints.yaml').waitFor();
  await workbench.editorLines.getByText('openai-completions').first().waitFor();
  assert.match(await readFile(file, 'utf8'), /kind: openai-completions\n.*formatter:\n {6}user:\n/su);
  await page
    .locator('.part.statusbar')
    .getByText(/^Ln 2,/u)
    .first()
    .waitFor();
  await workbench.closeEditors();
  await workbench.clearToasts();
});
