import assert from 'node:assert/strict';
import { check } from '../support/session.ts';

check('the walkthrough shows its steps with pictures, and a step leads to what it speaks of', async (session) => {
  const { workbench, page, picture } = session;
  await workbench.command('Welcome: Open Walkthrough...');
  await workbench.quickInputBox.fill('Make training data');
  // By the keyboard: the hover of the row lies over it.
  await page.locator('.quick-input-widget').getByText('Make training data with Openline').waitFor();
  await page.keyboard.press('Enter');
  const tour = page.locator('.gettingStartedContainer');
  await tour.getByText('Get something to try').waitFor();
  await picture('walkthrough');
  await tour.getByText('Connect a model service').click();
  await tour.getByRole('button', { name: 'Add Endpoint' }).waitFor();
  await picture('walkthrough-connect');
  await tour.getByText('Run a pipeline', { exact: true }).click();
  await tour.getByRole('button', { name: 'Run a Pipeline' }).click();
  // Which one, is asked where there are several.
  await workbench.quickInputBox.waitFor();
  await page.keyboard.press('Escape');
  assert.ok(await tour.isVisible());
  await workbench.closeEditors();
});
