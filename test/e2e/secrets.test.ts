import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { startModelServer } from '../support/modelServer.ts';
import { check } from '../support/session.ts';

const pipeline = `openline: 1
endpoint: secretive
recipe: open-qa
with: { n_macro_topics: 2, n_subtopics: 2, n_openlines: 2, n_revisions: 1, attempts: 1 }
conversion: { mode: local }
output: data/secretive.jsonl
`;

/** The steps that ask in ways of their own: for scores, for JSON, for vectors. */
const scoring = `openline: 1
endpoint: secretive
steps:
  - id: asked
    read: { files: asked.jsonl }
  - id: scored
    reward: { model: a-reward-model, prompt: question, response: answer }
  - id: judged
    judge: { prompt: judge-helpfulness, model: m, bind: { prompt: question, response: answer } }
  - id: vectors
    embed: { model: e, field: question, into: vector }
output: data/scored.jsonl
`;

/** Every regular file below a folder. */
async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Keeps all that webviews are told from now on: whatever a page reads of a message. Listeners would not outlive its loading. */
async function listen(page: Page): Promise<() => Promise<string>> {
  await page.addInitScript(`
    window.heardMessages = [];
    const { get } = Object.getOwnPropertyDescriptor(MessageEvent.prototype, 'data');
    Object.defineProperty(MessageEvent.prototype, 'data', {
      get() {
        const data = get.call(this);
        try { window.heardMessages.push(JSON.stringify(data)); } catch { window.heardMessages.push('?'); }
        return data;
      },
    });`);
  return async () => {
    const frames = page.frames().filter((frame) => frame.url().includes('/fake.html?id='));
    const heard = await Promise.all(frames.map((frame) => frame.evaluate('(window.heardMessages ?? []).join("\\n")')));
    return heard.join('\n');
  };
}

check('a key is in no file, no log, no message to a person and none to a webview', async (session) => {
  const { workbench, page, server, folder } = session;
  const key = `sk-${randomBytes(12).toString('hex')}`;
  const refused = { status: 401, raw: `{"error":{"message":"the key ${key} is not known"}}` };
  // It tells the key wherever it can: in errors, in answers, in headers.
  let isOpen = false;
  const asked = Array.from({ length: 6 }, (_, index) => ({ question: `What is ${index}?`, answer: `It is ${index}.` }));
  const service = await startModelServer(({ headers, repeated, hash }) => {
    const told = String(headers.authorization);
    if (!isOpen) return refused;
    if (hash.startsWith('0') || hash.startsWith('1') || hash.startsWith('2'))
      return repeated > 0 ? {} : { status: 500, raw: `{"error":{"message":"failed for ${told}"}}` };
    if (hash.startsWith('3') || hash.startsWith('4'))
      return { status: 422, raw: `{"error":{"message":"rejected with ${told}"}}`, headers: { 'x-key': told } };
    return hash < '8' ? { text: `1. What is ${told}?\n2. Is ${key} a key?\n` } : {};
  });
  const shown: string[] = [];
  page.on('console', (message) => shown.push(message.text()));
  const heard = await listen(page);
  try {
    await mkdir(join(folder, '.openline'), { recursive: true });
    await writeFile(
      join(folder, '.openline', 'endpoints.yaml'),
      `endpoints:\n  secretive: { base_url: "${service.url}", model: m, retries: 2 }\n`,
    );
    await writeFile(join(folder, 'secretive.openline.yaml'), pipeline);
    await workbench.openView('Openline');
    await workbench.treeItem(/^secretive.*No key is set/u).waitFor();
    await workbench.command('Openline: Set Key');
    await workbench.pick('secretive');
    await workbench.inputStep('Key of secretive');
    await workbench.input(key);
    await workbench.treeItem(/^secretive.*A key is set/u).waitFor();
    await workbench.clearToasts();
    const look = async (): Promise<void> => {
      shown.push(await page.locator('body').innerText());
      for (const frame of page.frames()) shown.push(await frame.content().catch(() => ''));
    };
    await workbench.command('Openline: Test Connection');
    await workbench.pick('secretive');
    await workbench.toast('refused the key').waitFor();
    await look();
    await workbench.clearToasts();

    isOpen = true;
    await workbench.openPipeline('secretive');
    await workbench.command('Openline: Run');
    const studio = await workbench.webview({ title: 'Studio: secretive' });
    await studio.locator('.state', { hasText: /Done|Failed/u }).waitFor();
    await workbench
      .toast(/secretive.openline.yaml/u)
      .first()
      .waitFor();
    await studio.locator('.grid tbody tr[data-index="0"]').click();
    await look();
    await workbench.command('Openline: Show Log');
    await look();

    await writeFile(join(folder, 'asked.jsonl'), `${asked.map((line) => JSON.stringify(line)).join('\n')}\n`);
    await writeFile(join(folder, 'scoring.openline.yaml'), scoring);
    await workbench.openPipeline('scoring');
    await workbench.command('Openline: Run');
    const scores = await workbench.webview({ title: 'Studio: scoring' });
    await scores.locator('.state', { hasText: /Done|Failed/u }).waitFor();
    await look();
    for (const part of ['a-reward-model', 'response_format', '"input"'])
      assert.ok(
        service.received.some(({ body }) => JSON.stringify(body).includes(part)),
        `${part} was never asked for`,
      );
    await workbench.clearToasts();

    // The preview of a template asks from a process of its own.
    await mkdir(join(folder, '.openline', 'prompts'), { recursive: true });
    await writeFile(join(folder, '.openline', 'prompts', 'secretive.prompt.md'), 'Name one thing.\n');
    await workbench.openFile('secretive.prompt.md');
    await workbench.command('Openline: Preview Template');
    const preview = await workbench.webview({ title: 'Preview: secretive' });
    await preview.getByLabel('Endpoint').click();
    await preview.getByRole('option', { name: 'secretive' }).click();
    for (const open of [true, false]) {
      isOpen = open;
      await preview.getByRole('button', { name: 'Try', exact: true }).click();
      await preview.locator(`.answer[data-state="${open ? 'done' : 'failed'}"]`).waitFor();
      await look();
    }
    assert.ok(
      service.received.some(({ headers }) => headers.authorization === `Bearer ${key}`),
      'the key was never used: the test shows nothing',
    );
    const messages = await heard();
    assert.match(messages, /secretive/u, 'no message to the Studio was heard: the test shows nothing');

    const forms = [key, Buffer.from(key).toString('base64').replaceAll('=', ''), encodeURIComponent(`Bearer ${key}`)];
    const holds = (text: string): boolean => forms.some((form) => text.includes(form));
    assert.equal(holds(messages), false, 'a message to a webview holds the key');
    assert.deepEqual(shown.filter(holds), [], 'the window shows the key');
    const files = [...(await filesBelow(folder)), ...(await filesBelow(dirname(server.logFile)))];
    assert.ok(files.some((path) => path.endsWith('journal.jsonl')) && files.some((path) => path.endsWith('.log')));
    const leaking: string[] = [];
    for (const path of files) {
      const bytes = await readFile(path).catch(() => Buffer.alloc(0));
      if (forms.some((form) => bytes.includes(form))) leaking.push(path);
    }
    assert.deepEqual(leaking, []);
  } finally {
    await service.close();
  }
  for (const name of ['secretive.openline.yaml', 'scoring.openline.yaml', '.openline/prompts/secretive.prompt.md'])
    await rm(join(folder, name));
  await workbench.command('View: Toggle Panel Visibility');
  await workbench.closeEditors();
  await workbench.clearToasts();
});
