/** The extension as a person gets it: installed from its packed file, nothing of the repository around it. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { launchBrowser, viewport } from '../support/browser.ts';
import { installExtension, startCodeServer, workbenchUrl } from '../support/codeServer.ts';
import { packExtension } from '../support/packages.ts';
import { readStartup } from '../support/startup.ts';
import { Workbench } from '../support/workbench.ts';

const pipeline = (name: string) => `openline: 1
endpoint: sample
recipe: open-qa
with: { n_macro_topics: 1, n_subtopics: 1, n_openlines: 1, n_revisions: 1 }
output: data/${name}.jsonl
`;

test('installed from its file, in a workspace of two folders', { timeout: 180_000 }, async (context) => {
  const scratch = await mkdtemp(join(tmpdir(), 'openline-installed-'));
  const folders = ['first', 'second'];
  for (const name of folders) {
    await mkdir(join(scratch, name, '.openline'), { recursive: true });
    await writeFile(join(scratch, name, `${name}.openline.yaml`), pipeline(name));
  }
  const workspace = join(scratch, 'both.code-workspace');
  await writeFile(workspace, JSON.stringify({ folders: folders.map((path) => ({ path })) }));
  const packed = join(scratch, 'openline.vsix');
  await packExtension(packed);
  await installExtension(packed, join(scratch, 'extensions'));
  const server = await startCodeServer({ extensionsFolder: join(scratch, 'extensions') });
  const browser = await launchBrowser();
  try {
    const workbench = new Workbench(await browser.newPage({ viewport }));
    await workbench.open(workbenchUrl(server, { folder: workspace }));
    await workbench.openView('Openline');
    for (const name of folders) {
      await workbench
        .treeItem(new RegExp(`^${name}\\b`, 'u'))
        .first()
        .click();
      await workbench.editorTab(`${name}.openline.yaml`).waitFor();
      await workbench.command('Openline: Run');
      await workbench.toast(`data/${name}.jsonl`).waitFor();
      await workbench.clearToasts();
      // Output and run lie in the folder of the pipeline, whichever folder that is.
      const output = await readFile(join(scratch, name, 'data', `${name}.jsonl`), 'utf8');
      assert.equal(output.trimEnd().split('\n').length, 2);
    }
    const { loadMs, activateMs } = await readStartup(workbench);
    context.diagnostic(`activation: ${String(loadMs)} ms to load, ${String(activateMs)} ms to activate`);
  } finally {
    await browser.close();
    await server.stop();
    await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
});
