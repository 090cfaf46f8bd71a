import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { workbenchUrl } from '../support/codeServer.ts';
import { checkAlone } from '../support/ownWindow.ts';
import type { Workbench } from '../support/workbench.ts';

/** Sense anywhere: nothing has to be there yet. */
const ANYWHERE = [
  ...['Add Endpoint', 'Create Example Workspace', 'Duplicate Template', 'Export Templates', 'Find Local Services'],
  ...['Import Templates', 'New Template', 'Preview Template', 'Show Log', 'Try Template'],
];
/** Sense as soon as there is a folder to write into. */
const IN_A_FOLDER = [
  ...['Browse Recipes', 'Curate Dataset', 'Insert Loading Code…', 'New Pipeline', 'Open Dataset', 'Show Statistics'],
];
/** The palette shows but the rows that there is room for. */
const HIGH = { width: 1280, height: 3600 };

checkAlone(
  'the palette offers what makes sense: in a window without a folder, in an empty one, in one with a pipeline',
  { size: HIGH },
  async ({ workbench, server, scratch }) => {
    const folder = join(scratch, 'empty');
    await mkdir(folder);
    await workbench.open(`${server.url}?ew=true`);
    await workbench.openView('Openline');
    await offers(workbench, (titles) => {
      assert.deepEqual(titles, ANYWHERE);
    });
    await workbench.open(workbenchUrl(server, { folder }));
    await workbench.openView('Openline');
    await workbench.sidebar.getByRole('button', { name: 'Browse Recipes' }).first().waitFor();
    await offers(workbench, (titles) => {
      assert.deepEqual(titles, [...ANYWHERE, ...IN_A_FOLDER].sort());
    });
    await writeFile(join(folder, 'first.openline.yaml'), 'openline: 1\nendpoint: sample\nrecipe: open-qa\n');
    await workbench.treeItem(/^first/u).waitFor();
    await offers(workbench, (titles) => {
      for (const label of ['Run', 'Preview', 'Estimate', 'Set Up Pipeline', 'Use Template in Pipeline']) {
        assert.ok(titles.includes(label), label);
      }
      for (const label of ['Resume', 'Pause', 'Cancel', 'Open Studio', 'Set Key', 'Delete Template', 'Apply Review']) {
        assert.ok(!titles.includes(label), label);
      }
    });
  },
);

/** Asks the palette until it offers that: what a window has to offer comes a little after it. */
async function offers(workbench: Workbench, expected: (offered: readonly string[]) => void): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    try {
      expected(await offered(workbench));
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

/** The titles of Openline's commands in the palette, sorted. */
async function offered({ page, quickInput, quickInputBox }: Workbench): Promise<readonly string[]> {
  await page.keyboard.press('F1');
  await quickInputBox.waitFor();
  await quickInputBox.fill('>Openline: ');
  const rows = quickInput.getByRole('option');
  await rows.filter({ hasText: 'Openline: ' }).first().waitFor();
  const labels = await rows.evaluateAll((all) => all.map((row) => row.getAttribute('aria-label') ?? ''));
  const size = Number(await rows.first().getAttribute('aria-setsize'));
  assert.equal(labels.length, size, 'the window is too low to show all rows at once');
  await page.keyboard.press('Escape');
  await quickInputBox.waitFor({ state: 'hidden' });
  const titles = labels.map((label) => /^Openline: (?<title>[^,]+)/u.exec(label)?.groups?.['title']);
  // VS Code has a command of its own for each view.
  return titles.filter((title) => title !== undefined && !title.startsWith('Focus on ')).sort() as string[];
}
