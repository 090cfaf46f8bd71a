import assert from 'node:assert/strict';
import { check } from '../support/session.ts';

check('the walkthrough shows its steps with pictures, and a step leads to what it speaks of', async (session) => {
  const { workbench, page, picture } = session;
  await workbench.command('Welcome: Open Walkthrough...');
  await workbench.quickInputBox.fill('Make training data');
  await workbench.pick('Make training data with Openline');
  const page1 = page.locator('.gettingStartedContainer');
  await page1.getByText('Get something to try').waitFor();
  await picture('walkthrough');
  await page1.getByText('Connect a model service').click();
  await page1.getByRole('button', { name: 'Add Endpoint' }).waitFor();
  await picture('walkthrough-connect');
  await page1.getByText('Run a pipeline', { exact: true }).click();
  await page1.getByRole('button', { name: 'Run a Pipeline' }).click();
  // Which one, is asked where there are several.
  await workbench.quickInputBox.waitFor();
  await page.keyboard.press('Escape');
  assert.ok(await page1.isVisible());
  await workbench.closeEditors();
});
