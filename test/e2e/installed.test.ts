/** The extension as a person gets it: installed from its packed file, nothing of the repository around it. */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installExtension, workbenchUrl } from '../support/codeServer.ts';
import { checkAlone } from '../support/ownWindow.ts';
import { packExtension } from '../support/packages.ts';
import { readStartup } from '../support/startup.ts';

const pipeline = (name: string) => `openline: 1
endpoint: sample
recipe: open-qa
with: { n_macro_topics: 1, n_subtopics: 1, n_openlines: 1, n_revisions: 1 }
output: data/${name}.jsonl
`;

const folders = ['first', 'second'];

async function prepare(scratch: string): Promise<void> {
  for (const name of folders) {
    await mkdir(join(scratch, name, '.openline'), { recursive: true });
    await writeFile(join(scratch, name, `${name}.openline.yaml`), pipeline(name));
  }
  await writeFile(join(scratch, 'both.code-workspace'), JSON.stringify({ folders: folders.map((path) => ({ path })) }));
}

async function install(extensionsFolder: string, scratch: string): Promise<void> {
  const packed = join(scratch, 'openline.vsix');
  await packExtension(packed);
  await installExtension(packed, extensionsFolder);
}

checkAlone(
  'installed from its file, in a workspace of two folders',
  { install, prepare },
  async ({ workbench, server, scratch, context }) => {
    await workbench.open(workbenchUrl(server, { folder: join(scratch, 'both.code-workspace') }));
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
  },
);
