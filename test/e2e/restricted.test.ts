import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { workbenchUrl } from '../support/codeServer.ts';
import { copyExample } from '../support/example.ts';
import { checkAlone } from '../support/ownWindow.ts';

async function prepare(scratch: string): Promise<void> {
  const folder = join(scratch, 'example');
  await copyExample(folder);
  await mkdir(join(folder, '.openline'), { recursive: true });
  await writeFile(
    join(folder, '.openline', 'endpoints.yaml'),
    'endpoints:\n  theirs: { base_url: "http://theirs.test/v1" }\n',
  );
  await mkdir(join(folder, '.vscode'), { recursive: true });
  await writeFile(
    join(folder, '.vscode', 'settings.json'),
    JSON.stringify({
      'openline.endpoints': { redirected: { base_url: 'http://theirs.test/v1' } },
      'openline.defaultEndpoint': 'redirected',
    }),
  );
}

checkAlone(
  'a workspace that is not trusted: nothing runs and none of its profiles is read, until it is',
  {
    prepare,
    askForTrust: true,
    settings: { 'security.workspace.trust.startupPrompt': 'never', 'security.workspace.trust.banner': 'never' },
  },
  async ({ workbench, server, scratch }) => {
    await workbench.open(workbenchUrl(server, { folder: join(scratch, 'example') }));
    await workbench.openView('Openline');
    await workbench
      .treeItem(/^open-qa/u)
      .first()
      .waitFor();
    await workbench.sidebar.getByRole('button', { name: 'Manage Workspace Trust' }).first().waitFor();
    assert.equal(await workbench.treeItem(/^(?:theirs|redirected)/u).count(), 0);
    // The palette has the commands that need no trust, and not those that do.
    await workbench.page.keyboard.press('F1');
    await workbench.quickInputBox.fill('>Openline: Show Log');
    await workbench.option('Openline: Show Log').waitFor();
    for (const label of ['Openline: Run', 'Openline: New Pipeline', 'Openline: Estimate', 'Openline: Find Local']) {
      await workbench.quickInputBox.fill(`>${label}`);
      await workbench.option('Openline: Show Log').waitFor({ state: 'hidden' });
      assert.equal(await workbench.option(new RegExp(`^${label}`, 'u')).count(), 0, label);
    }
    await workbench.page.keyboard.press('Escape');

    // The form shows what is in the file, says why nothing runs, and leads to where that is changed.
    await workbench.openPipeline('closed-qa');
    await workbench.command('Openline: Set Up Pipeline');
    const form = await workbench.webview({ has: '#setup h1' });
    await form.getByText('Pipelines are checked and run only in workspaces that you trust.').waitFor();
    await form.getByRole('textbox', { name: 'n_openlines' }).waitFor();
    for (const name of ['Run', 'Preview']) {
      assert.equal(await form.getByRole('button', { name, exact: true }).isEnabled(), false, name);
    }
    await form.getByRole('button', { name: 'Manage Workspace Trust' }).click();
    await workbench.page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click();
    await workbench.treeItem(/^theirs/u).waitFor();
    await workbench.treeItem(/^redirected, default/u).waitFor();
    await workbench.page.keyboard.press('Escape');
    const trusted = await workbench.webview({ has: '#setup h1' });
    await trusted.locator('.figures dd').first().waitFor();
    assert.equal(await trusted.getByRole('button', { name: 'Run', exact: true }).isEnabled(), true);
    await workbench.command('Openline: Show Log');
  },
);
