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

/** Of six questions one is refused at first and three are answered with nonsense; repairs take their time. */
function pierScript(): Script {
  let repairs = 0;
  return ({ body, repeated }) => {
    const asked = JSON.stringify(body['messages']);
    if (asked.includes('Give a numbered list')) {
      repairs += 1;
      return { text: '1. Put right?', delayMs: repairs === 1 ? 0 : 4_000 };
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
    await page.keyboard.press('Control+w');

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

    // The same instruction for three, stopped while the second is asked: that one is paid for, waited for and kept.
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
    await rejected.locator('.repair-many').getByRole('button', { name: 'Stop' }).click();
    await rejected.getByText(/^2 proposals.*stopped before the end/u).waitFor();
    await picture('studio-repair-stopped');
    await rejected.getByRole('button', { name: 'Keep All 2' }).click();
    await rejected.locator('.told', { hasText: '2 corrected.' }).waitFor();

    await rejected.getByRole('button', { name: 'Work Through Again' }).click();
    await workbench.toast('data/pier.jsonl').waitFor();
    const lines = (await readFile(join(folder, 'data', 'pier.jsonl'), 'utf8')).trimEnd().split('\n');
    assert.equal(lines.length, 8);
    assert.ok(lines.some((line) => line.includes('Put right?')));

    // The panel is closed and opened again: it shows the present state.
    await workbench.closeEditors();
    await workbench.treeItem(/^pier, done, 8 records/u).click();
    const again = await workbench.webview({ title: 'Studio: pier' });
    await again.getByRole('tab', { name: 'Rejected 1' }).waitFor();
  } finally {
    await service.close();
    await rm(file, { force: true });
  }
  await workbench.closeEditors();
  await workbench.clearToasts();
});
