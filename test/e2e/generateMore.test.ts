import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seriousFindings } from '../support/accessibility.ts';
import { beyondNarrow } from '../support/narrow.ts';
import { viewport } from '../support/browser.ts';
import { startModelServer } from '../support/modelServer.ts';
import { check } from '../support/session.ts';

const pipeline = `openline: 1
endpoint: scripted
steps:
  - id: areas
    generate: { prompt: { text: Name two areas }, expect: { list: area } }
  - id: topics
    generate: { prompt: { text: 'Topics of {area}' }, expect: { list: topic } }
  - id: questions
    generate: { prompt: { text: 'Questions on {topic}' }, expect: { list: question, length: 4, on_mismatch: discard } }
outputs:
  - { path: data/thinned.jsonl, fields: [question] }
`;

/** The lists by what is asked; of one topic the first list is too short. */
const LISTS: Readonly<Record<string, readonly string[]>> = {
  'Name two areas': ['Nature', 'Trade'],
  'Topics of Nature': ['Rivers', 'Seas', 'Lakes'],
  'Topics of Trade': ['Markets'],
};

check(
  'a thin branch gets more records, with its cost before, and nothing else is asked',
  async ({ workbench, page, folder, picture }) => {
    const service = await startModelServer(({ body, repeated }) => {
      const asked = JSON.stringify(body['messages']);
      const known = Object.entries(LISTS).find(([question]) => asked.includes(question))?.[1];
      const isShort = asked.includes('Seas') && repeated === 0;
      const list = known ?? (isShort ? ['Why?'] : ['Why?', 'How?', 'When?', 'Where?']);
      return { text: list.map((item) => `- ${item}`).join('\n') };
    });
    try {
      await mkdir(join(folder, '.openline'), { recursive: true });
      await writeFile(
        join(folder, '.openline', 'endpoints.yaml'),
        `endpoints:\n  scripted: { base_url: "${service.url}", model: m, auth: none, prices: { prompt: 40, completion: 160 } }\n`,
      );
      await writeFile(join(folder, 'thinned.openline.yaml'), pipeline);
      await workbench.openPipeline('thinned');
      await workbench.command('Openline: Run');
      await workbench.inputStep('Run thinned.openline.yaml');
      await workbench.pick(/Run, .*requests/u);
      await workbench.toast('data/thinned.jsonl').waitFor();
      await workbench.clearToasts();
      await workbench.closeEditors();
      const dataset = join(folder, 'data', 'thinned.jsonl');
      const before = await readFile(dataset, 'utf8');
      const asked = service.received.length;
      assert.equal(asked, 7);

      await workbench.openView('Openline');
      await workbench.treeItem(/^thinned, done/u).click();
      const studio = await workbench.webview({ title: 'Studio: thinned' });
      await studio.getByRole('tab', { name: 'Charts' }).click();
      const topics = studio
        .locator('.chart')
        .filter({ has: studio.getByRole('heading', { name: 'Topics', exact: true }) });
      await topics.getByText('12 records in 2 topics, 1 rejected.').waitFor();
      await topics.getByRole('button', { name: /^Nature \(area\): 8 records, 67%; 1 rejected/u }).click();
      await topics.getByText('8 records in 3 topics, 1 rejected; 1 has few.').waitFor();
      const thin = topics.getByRole('list', { name: 'Topics with few records' }).getByRole('listitem');
      assert.match(await thin.innerText(), /Seas\s+0 records, 1 rejected/u);
      await thin.scrollIntoViewIfNeeded();
      await picture('studio-charts-thin');
      assert.equal(await seriousFindings(studio), '');

      await workbench.setTheme('Dark High Contrast');
      await studio.locator('body.vscode-high-contrast').waitFor();
      await thin.scrollIntoViewIfNeeded();
      await picture('studio-charts-thin');
      assert.equal(await seriousFindings(studio), '');
      await workbench.setTheme('Dark Modern');
      await studio.locator('body.vscode-dark').waitFor();
      await page.setViewportSize({ width: 580, height: 800 });
      await thin.scrollIntoViewIfNeeded();
      await picture('studio-charts-thin-narrow');
      assert.equal(await beyondNarrow(page, studio), '');
      await page.setViewportSize(viewport);

      const more = thin.getByRole('button', { name: 'Generate More Here' });
      await more.focus();
      await page.keyboard.press('Enter');
      await workbench.inputStep('Generate More: Nature › Seas');
      await workbench.option(/Run, 1 request · about .* tokens · cost /u).waitFor();
      await picture('studio-charts-generate-more');
      await page.keyboard.press('Escape');
      await workbench.quickInput.waitFor({ state: 'hidden' });
      assert.equal(service.received.length, asked, 'nothing is asked before the person agrees');

      await more.click();
      await workbench.inputStep('Generate More: Nature › Seas');
      await workbench.pick(/Run, 1 request/u);
      await workbench.toast('data/thinned-seas.jsonl').waitFor();
      await workbench.clearToasts();
      const since = service.received.slice(asked).map(({ body }) => body['messages']);
      assert.deepEqual(since, [[{ role: 'user', content: 'Questions on Seas' }]]);
      const made = (await readFile(join(folder, 'data', 'thinned-seas.jsonl'), 'utf8')).trimEnd().split('\n');
      assert.deepEqual(
        made.map((line) => /"question":"(.*?)"/u.exec(line)?.[1]),
        ['Why?', 'How?', 'When?', 'Where?'],
      );
      assert.equal(await readFile(dataset, 'utf8'), before, 'the records that were there stay as they are');

      // After a reload the branch that was looked at is there again. Once more, by the form: under another name, and still
      // nothing is asked.
      await workbench.reload();
      const again = await workbench.webview({ title: 'Studio: thinned' });
      await again.getByText('8 records in 3 topics, 1 rejected; 1 has few.').waitFor();
      const spent = service.received.length;
      const few = again.getByRole('list', { name: 'Topics with few records' });
      await few.getByRole('button', { name: 'Generate More Here' }).click();
      await workbench.inputStep('Generate More: Nature › Seas');
      await workbench.pick(/Set Up First/u);
      const form = await workbench.webview({ has: '#setup h1' });
      await form.getByText('thinned-seas-2', { exact: false }).first().waitFor();
      assert.match(await readFile(join(folder, 'thinned-seas-2.openline.yaml'), 'utf8'), /^reuse: false$/mu);
      assert.equal(service.received.length, spent);
    } finally {
      await service.close();
    }
    await workbench.closeEditors();
  },
);
