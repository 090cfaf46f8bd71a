import assert from 'node:assert/strict';
import { check } from '../support/session.ts';

check('the example workspace opens with Openline in the activity bar', async ({ workbench, page }) => {
  await workbench.openView('Openline');
  assert.match(await page.title(), /example/);
});
