import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { launchBrowser, viewport } from '../support/browser.ts';
import { startCodeServer, workbenchUrl } from '../support/codeServer.ts';
import { linkExtension } from '../support/linkExtension.ts';
import { Workbench } from '../support/workbench.ts';

/** Sense anywhere: nothing has to be there yet. */
const ANYWHERE = [
  ...['Add Endpoint', 'Create Example Workspace', 'Duplicate Template', 'Export Templates', 'Find Local Services'],
  ...['Import Templates', 'New Template', 'Preview Template', 'Show Log', 'Try Template'],
];
/** Sense as soon as there is a folder to write into. */
const IN_A_FOLDER = [
  ...['Browse Recipes', 'Curate Dataset', 'Insert Loading Code…', 'New Pipeline', 'Open Dataset', 'Show Statistics'],
];

test('the palette offers what makes sense: in a window without a folder, in an empty one, in one with a pipeline', async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'openline-palette-'));
  const folder = join(scratch, 'empty');
  await mkdir(folder);
  await linkExtension(join(scratch, 'extensions'));
  const server = await startCodeServer({ extensionsFolder: join(scratch, 'extensions') });
  const browser = await launchBrowser();
  try {
    const workbench = new Workbench(await browser.newPage({ viewport }));
    await workbench.open(`${server.url}?ew=true`);
    await workbench.openView('Openline');
    assert.deepEqual(await offered(workbench), ANYWHERE);
    await workbench.open(workbenchUrl(server, { folder }));
    await workbench.openView('Openline');
    await workbench.sidebar.getByRole('button', { name: 'Browse Recipes' }).first().waitFor();
    assert.deepEqual(await offered(workbench), [...ANYWHERE, ...IN_A_FOLDER].sort());
    await writeFile(join(folder, 'first.openline.yaml'), 'openline: 1\nendpoint: sample\nrecipe: open-qa\n');
    await workbench.treeItem(/^first/u).waitFor();
    const now = await offered(workbench);
    for (const label of ['Run', 'Preview', 'Estimate', 'Set Up Pipeline', 'Use Template in Pipeline']) {
      assert.ok(now.includes(label), label);
    }
    for (const label of ['Resume', 'Cancel', 'Open Studio', 'Set Key', 'Delete Template', 'Apply Review']) {
      assert.ok(!now.includes(label), label);
    }
  } finally {
    await browser.close();
    await server.stop();
    await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
});

/** The titles of Openline's commands in the palette, sorted. */
async function offered({ page, quickInput, quickInputBox }: Workbench): Promise<readonly string[]> {
  await page.keyboard.press('F1');
  await quickInputBox.waitFor();
  await quickInputBox.fill('>Openline: ');
  const found = new Set<string>();
  const rows = quickInput.getByRole('option');
  await rows.first().waitFor();
  // Only the rows in sight are there, and more may come while they are read.
  let length = 1;
  for (let step = 0; step < length; step += 1) {
    length = Number(await rows.first().getAttribute('aria-setsize'));
    for (const label of await rows.evaluateAll((all) => all.map((row) => row.getAttribute('aria-label') ?? ''))) {
      const title = /^Openline: (?<title>[^,]+)/u.exec(label)?.groups?.['title'];
      // VS Code's own, one for each view.
      if (title !== undefined && !title.startsWith('Focus on ')) found.add(title);
    }
    if (step >= length - 1) continue;
    await page.keyboard.press('ArrowDown');
    // A slow window draws what comes into sight after the next key.
    await quickInput.locator(`[aria-posinset="${String(step + 2)}"]`).waitFor();
  }
  await page.keyboard.press('Escape');
  return [...found].sort();
}
