import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { launchBrowser, viewport } from '../support/browser.ts';
import { startCodeServer, workbenchUrl } from '../support/codeServer.ts';
import { linkExtension, linkModelProvider } from '../support/linkExtension.ts';
import { root } from '../support/machine.ts';
import { Workbench } from '../support/workbench.ts';

test('@openline in the chat: the chosen model calls the tools, and what they say is in the answer', async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'openline-chat-'));
  const extensionsFolder = join(scratch, 'extensions');
  const folder = join(scratch, 'example');
  await cp(join(root, 'test', 'fixtures', 'example'), folder, { recursive: true });
  await linkExtension(extensionsFolder);
  await linkModelProvider(extensionsFolder);
  const server = await startCodeServer({ extensionsFolder, settings: { 'chat.disableAIFeatures': false } });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport });
    const workbench = new Workbench(page);
    await workbench.open(workbenchUrl(server, { folder }));
    await workbench.openView('Openline');
    await workbench
      .treeItem(/^open-qa/u)
      .first()
      .waitFor();
    await workbench.command('Chat: Open Chat');
    const chat = page.locator('.interactive-session');
    const answer = chat.getByText(/The tool said: .*"sample".*built in, no network/su).first();
    const unavailable = chat.getByText('Language model unavailable').last();
    const ask = async (): Promise<void> => {
      await chat.locator('.interactive-input-part .monaco-editor').first().click();
      await page.keyboard.type('@openline call openline_list_endpoints ', { delay: 20 });
      await page.keyboard.press('Enter');
      await answer.or(unavailable).first().waitFor();
    };
    // The extension with the model of the tests may come up only when it is asked.
    for (let asked = 0; asked < 5 && !(await answer.isVisible()); asked += 1) {
      await ask();
      await answer.waitFor({ timeout: 8000 }).catch(() => undefined);
    }
    await answer.waitFor();
    if (process.env['OPENLINE_SCREENSHOTS'] !== undefined) {
      await page.screenshot({ path: join(root, 'out', 'screenshots', 'surfaces', 'dark', 'chat.png') });
    }
  } finally {
    await browser.close();
    await server.stop();
    await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
});
