import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startModelServer, type Script } from '../support/modelServer.ts';
import { check } from '../support/session.ts';

const pipeline = `openline: 1
endpoint: pier
model: pier-model
conversion: { mode: local }
steps:
  - { id: words, read: { values: [ebb, flood, neap, spring, slack, swell], into: word } }
  - id: questions
    generate:
      prompt: { text: 'Ask about {word}' }
      expect: { list: question, attempts: 1 }
output: data/pier.jsonl
`;

/** Of six questions one is refused at first and three are answered with nonsense; the second repair is never answered. */
function pierScript(): Script {
  let repairs = 0;
  return ({ body, repeated }) => {
    const asked = JSON.stringify(body['messages']);
    if (asked.includes('Give a numbered list')) {
      repairs += 1;
      return repairs === 2 ? { fault: 'hang' } : { text: '1. Put right?' };
    }
    if (asked.includes('flood') && repeated === 0) return { status: 400, raw: '{"error":{"message":"no floods"}}' };
    return { text: /neap|spring|slack/u.test(asked) ? 'I would rather not.' : '1. Why?\n2. When?' };
  };
}

check('what failed is looked at, asked again, and repaired until the person stops it', async (session) => {
  const { workbench, page, folder, picture } = session;
  const file = join(folder, 'pier.openline.yaml');
  const service = await startModelServer(pierScript());
  try {
    await mkdir(join(folder, '.openline'), { recursive: true });
    await writeFile(
      join(folder, '.openline', 'endpoints.yaml'),
      `endpoints:\n  pier: { base_url: "${service.url}", auth: none, max_concurrency: 1, prices: { prompt: 1, completion: 2 } }\n`,
    );
    await writeFile(file, pipeline);
    await workbench.closeEditors();
    await workbench.openPipeline('pier');
    await workbench.command('Openline: Run');
    await workbench.option(/Run, .*requests/u).click();
    await workbench.toast('data/pier.jsonl').waitFor();
    await workbench.clearToasts();
    const studio = await workbench.webview({ title: 'Studio: pier' });
    // A refused request tells what was asked and what the service said.
    await studio.getByRole('tab', { name: 'Rejected' }).click();
    const rejected = studio.getByRole('tabpanel', { name: 'Rejected' });
    await rejected.locator('.grid tbody tr', { hasText: 'no floods' }).click();
    await rejected.locator('.why', { hasText: 'no floods' }).waitFor();
    await picture('studio-refused');
    const stages = rejected.locator('.history .stages > li');
    await stages.last().getByRole('button', { name: 'Request and Answer' }).click();
    await workbench.editorTab(/^questions .*\.txt/u).waitFor();
    await workbench.editorLines.filter({ hasText: /no\sfloods/u }).waitFor();
    await workbench.closeEditor(/^questions .*\.txt/u);

    // Its menu offers to ask again; once everything was answered there is nothing of that kind any more.
    const run = workbench.treeItem(/^pier, done, 4 records/u);
    await run.click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Ask Failed Again' }).hover();
    await page.keyboard.press('Enter');
    await workbench.toast('data/pier.jsonl').waitFor();
    await workbench.clearToasts();
    const answered = workbench.treeItem(/^pier, done, 6 records/u);
    await answered.click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Compare Runs' }).waitFor();
    assert.equal(await page.getByRole('menuitem', { name: 'Ask Failed Again' }).count(), 0);
    await page.keyboard.press('Escape');

    // The same instruction for three, stopped while the service says nothing to the second: what was answered is kept.
    await workbench.editorTab('Studio: pier').click();
    await studio.getByRole('tab', { name: 'Run' }).click();
    assert.equal(await studio.getByRole('button', { name: 'Ask Again' }).isVisible(), false);
    await studio.getByRole('tab', { name: 'Rejected' }).click();
    await rejected.locator('.grid tbody tr[data-index="0"]').click();
    await rejected.getByRole('button', { name: 'Repair', exact: true }).click();
    await rejected.getByLabel('Instruction to a model').fill('Give a numbered list.');
    await rejected.getByRole('button', { name: 'The Same for All 3 Rejected' }).click();
    await rejected.locator('.repair-many').getByRole('button', { name: 'Ask' }).click();
    await rejected.getByText(/^1 of 3 asked/u).waitFor();
    await rejected.locator('.repair-many').getByRole('button', { name: 'Stop' }).focus();
    await page.keyboard.press('Enter');
    await rejected.getByText(/^Stopping… What was asked already is waited for/u).waitFor();
    await picture('studio-repair-stopping');
    await rejected.getByText(/^1 proposal .*stopped before the end/u).waitFor();
    await picture('studio-repair-stopped');
    // The keyboard goes on from the button that has taken the other's place.
    await rejected.locator('vscode-button:focus', { hasText: 'Keep All 1' }).waitFor();
    await page.keyboard.press('Enter');
    await rejected.locator('.told', { hasText: '1 corrected.' }).waitFor();
    await rejected.getByRole('button', { name: 'Work Through Again' }).waitFor();

    // What waits is told wherever one looks: at another record, in a panel that was closed and opened, after a reload.
    await rejected.locator('.grid tbody tr[data-index="1"]').click();
    await rejected.locator('.detail h2', { hasText: /questions/u }).waitFor();
    await rejected.getByRole('button', { name: 'Work Through Again' }).waitFor();
    await workbench.closeEditors();
    await workbench.treeItem(/^pier, done, 6 records/u).click();
    const reopened = await workbench.webview({ title: 'Studio: pier' });
    await reopened.locator('.notice', { hasText: '1 corrected answer is kept and not in the output yet.' }).waitFor();
    await reopened.getByRole('button', { name: 'Work Through Again' }).waitFor();
    await picture('studio-corrections-wait');
    await workbench.reload();
    const studioAgain = await workbench.webview({ title: 'Studio: pier' });
    await studioAgain.locator('.notice', { hasText: '1 corrected answer' }).waitFor();

    // Two that are selected, with the keyboard alone; what was answered before costs nothing.
    await studioAgain.getByRole('tab', { name: 'Rejected' }).click();
    const others = studioAgain.getByRole('tabpanel', { name: 'Rejected' });
    await others.locator('.grid tbody tr[data-index="1"]').click();
    await page.keyboard.press('Shift+ArrowDown');
    await others.getByRole('button', { name: 'Repair', exact: true }).focus();
    await page.keyboard.press('Enter');
    await others.locator('textarea:focus').waitFor();
    await page.keyboard.type('Give a numbered list.');
    const tabTo = async (label: string | RegExp): Promise<void> => {
      const goal = others.locator('vscode-button:focus', { hasText: label });
      for (let presses = 0; presses < 30 && (await goal.count()) === 0; presses += 1) await page.keyboard.press('Tab');
      await goal.waitFor();
      await page.keyboard.press('Enter');
    };
    await tabTo(/The Same for All 2 Selected/u);
    await others.getByText(/^This would take 2 requests/u).waitFor();
    await tabTo('Ask');
    await others.getByText(/^2 proposals/u).waitFor();
    await tabTo('Keep All 2');
    await others.locator('.told', { hasText: '2 corrected.' }).waitFor();
    await studioAgain.locator('.notice', { hasText: '3 corrected answers are kept' }).waitFor();
    await tabTo('Work Through Again');
    await workbench.toast('data/pier.jsonl').waitFor();
    const lines = (await readFile(join(folder, 'data', 'pier.jsonl'), 'utf8')).trimEnd().split('\n');
    assert.equal(lines.length, 9);
    assert.equal(lines.filter((line) => line.includes('Put right?')).length, 3);
    await studioAgain.locator('.notice').waitFor({ state: 'hidden' });
    assert.equal(await studioAgain.getByRole('button', { name: 'Work Through Again' }).count(), 0);
  } finally {
    await service.close();
    await rm(file, { force: true });
  }
  await workbench.closeEditors();
  await workbench.clearToasts();
});
