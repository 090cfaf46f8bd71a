import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seriousFindings } from '../support/accessibility.ts';
import { beyondNarrow } from '../support/narrow.ts';
import { startModelServer } from '../support/modelServer.ts';
import { check, type Session } from '../support/session.ts';

/** Its name is the first in the view, whatever other tests have left there: only what is in sight can be found. */
const pipeline = `openline: 1
endpoint: sample
recipe: open-qa
with: { n_macro_topics: 1, n_subtopics: 3, n_openlines: 1, n_revisions: 1, combine_topics: false }
generation: { temperature: 0.7, max_tokens: 400 }
conversion: { mode: local }
prompts: { subtopics: my-subtopics }
output: data/autumn.jsonl
`;

const answer = '1. Ice on the rigging\n2. Short days at sea\n3. <b>Storms</b> & swell';

/** A service of one's own, under the name `slow`. */
async function writeEndpoint({ folder }: Session, url: string): Promise<void> {
  await mkdir(join(folder, '.openline'), { recursive: true });
  await writeFile(
    join(folder, '.openline', 'endpoints.yaml'),
    `endpoints:\n  slow: { base_url: "${url}", model: slow-model, auth: none, prices: { prompt: 2, completion: 6 } }\n`,
  );
}

check('a person edits a template, tries it and runs the pipeline that uses it', async (session) => {
  const { workbench, page, folder, picture } = session;
  // The answer stops in the middle until the test has seen its beginning.
  let goOn = (): void => undefined;
  const halfway = new Promise<void>((resolve) => (goOn = resolve));
  const slow = await startModelServer(() => ({ text: answer, halfway }));
  try {
    await writeEndpoint(session, slow.url);
    await writeFile(join(folder, 'autumn.openline.yaml'), pipeline);
    await mkdir(join(folder, 'data'), { recursive: true });
    await writeFile(
      join(folder, 'data', 'harbours.jsonl'),
      '{"macro_topic":"Small harbours"}\n{"macro_topic":"<i>Large</i> harbours"}\n',
    );
    await workbench.openView('Openline');
    await workbench.reveal(workbench.treeItem('autumn').first(), 'Pipelines');

    // A built-in template can be read, and changed as a copy.
    await workbench.command('Openline: Duplicate Template');
    await workbench.quickInputBox.fill('subtopics');
    await workbench.option(/^subtopics/u).click();
    await workbench.inputStep('Duplicate subtopics');
    await workbench.input('my-subtopics');
    await workbench.editorTab('my-subtopics.prompt.md').waitFor();
    const lens = page.locator('.codelens-decoration');
    await lens.getByText('used by 1 pipeline').waitFor();
    // The placeholder is coloured as something of its own.
    await workbench.editorLines.getByText('macro_topic', { exact: true }).first().waitFor();

    await lens.getByText('Preview', { exact: true }).click();
    const preview = await workbench.webview({ title: 'Preview: my-subtopics' });
    const filled = (text: string) => preview.locator('.message .filled', { hasText: text }).first().waitFor();
    await filled('Space exploration');
    await preview.locator('.figures', { hasText: /^\d+ tokens/u }).waitFor();

    // Every keystroke shows.
    await workbench.editorLines.click();
    await page.keyboard.press('Control+End');
    await page.keyboard.insertText('Think of {macro_topic} in winter.');
    await preview.locator('.message', { hasText: 'Think of Space exploration in winter.' }).waitFor();
    await page.keyboard.press('Control+S');

    // A record goes in as it would in a run; then the sample again.
    await preview.getByRole('button', { name: 'Use a Record…' }).click();
    await workbench.quickInputBox.fill('harbours.jsonl');
    await workbench.option(/harbours\.jsonl/u).click();
    await filled('Small harbours');
    await preview.getByRole('button', { name: 'Next Record' }).click();
    await filled('<i>Large</i> harbours');
    await picture('template-preview-record');
    await preview.getByRole('button', { name: 'Use Sample' }).click();
    await filled('Space exploration');

    // The sample endpoint answers at once, and the answer is read as a run would read it.
    await preview.getByRole('button', { name: 'Try', exact: true }).click();
    await preview.locator('.reading', { hasText: 'Read as a list: 5 items' }).waitFor();

    // A service of one's own takes its time: what it has said so far is there to read.
    await preview.getByLabel('Endpoint').click();
    await preview.getByRole('option', { name: 'slow' }).click();
    await preview.locator('.figures', { hasText: 'for the prompt' }).waitFor();
    await preview.getByRole('button', { name: 'Try', exact: true }).click();
    const text = preview.locator('.answer[data-state="asking"] > .answer-text');
    await text.filter({ hasText: 'Ice on the rigging' }).waitFor();
    assert.doesNotMatch((await text.textContent()) ?? '', /swell/u);
    await picture('template-preview-streaming');
    goOn();
    await preview.locator('.reading li').nth(2).filter({ hasText: '<b>Storms</b> & swell' }).waitFor();
    await preview.locator('.answer-head', { hasText: 'cost' }).waitFor();
    assert.equal(await preview.locator('.answer b').count(), 0);
    const { stream, temperature } = slow.received[0]?.body ?? {};
    assert.deepEqual([stream, temperature], [true, 0.7]);

    await workbench.openPipeline('autumn');
    await workbench.command('Openline: Run');
    await workbench.toast('in data/autumn.jsonl').waitFor();
    const lines = (await readFile(join(folder, 'data', 'autumn.jsonl'), 'utf8')).trimEnd().split('\n');
    assert.equal(lines.length, 3);

    // The view tells who uses the template and how its records fared.
    const row = workbench.treeItem(/^my-subtopics, 1 pipeline, 3 accepted/u);
    // Its arrow, and not a key: a click opens the template, whose editor then has the keyboard.
    await row.locator('.monaco-tl-twistie').click();
    await workbench.reveal(workbench.treeItem('used by autumn in the step subtopics'), 'Prompts');
    await picture('prompts-view');
  } finally {
    goOn();
    await slow.close();
    // The view is small: what is left in it pushes the pipelines of other tests out of sight.
    await rm(join(folder, 'autumn.openline.yaml'), { force: true });
  }
  await workbench.closeEditors();
  await workbench.clearToasts();
});

check(
  'a template is compared side by side, in every theme, and what was answered survives a reload',
  async (session) => {
    const { workbench, page, folder, picture } = session;
    const slow = await startModelServer(({ repeated }) => (repeated === 0 ? { text: answer } : { fault: 'hang' }));
    try {
      await writeEndpoint(session, slow.url);
      await mkdir(join(folder, '.openline', 'prompts'), { recursive: true });
      await writeFile(
        join(folder, '.openline', 'prompts', 'seas.prompt.md'),
        '---\nsystem: You are {tone}.\nexpects: list\nsample: { tone: brief, season: winter }\n---\n\nName three things about the sea in {season}.\n',
      );
      await workbench.openFile('seas.prompt.md');
      await workbench.command('Openline: Preview Template');
      const preview = await workbench.webview({ title: 'Preview: seas' });
      await preview.getByLabel('Endpoint').click();
      await preview.getByRole('option', { name: 'slow' }).click();
      await preview.locator('.figures', { hasText: 'for the prompt' }).waitFor();
      await preview.getByRole('button', { name: 'Try', exact: true }).click();
      await preview.locator('.reading li').nth(2).waitFor();

      // The second question is not answered, and cancelled.
      await preview.getByRole('button', { name: 'Compare' }).click();
      const second = preview.locator('.column').nth(1);
      await second.getByLabel('Version').click();
      await second.getByRole('option', { name: 'Saved' }).click();
      await second.getByRole('button', { name: 'Try This Column' }).click();
      await second.locator('.answer[data-state="asking"]').waitFor();
      await preview.getByRole('button', { name: 'Cancel' }).click();
      await second.locator('.answer[data-state="stopped"]').waitFor();

      await workbench.command('View: Close Primary Side Bar');
      await workbench.command('View: Toggle Maximize Editor Group');
      for (const [theme, mark, name] of [
        ['Light Modern', 'vscode-light', 'light'],
        ['Dark High Contrast', 'vscode-high-contrast', 'high-contrast'],
        ['Light High Contrast', 'vscode-high-contrast-light', 'high-contrast-light'],
        ['Dark Modern', 'vscode-dark', 'dark'],
      ] as const) {
        await workbench.setTheme(theme);
        await preview.locator(`body.${mark}`).waitFor();
        await picture(`template-preview-${name}`);
        assert.equal(await seriousFindings(preview), '', theme);
      }
      const viewport = page.viewportSize() ?? assert.fail('the page has no size');
      await page.setViewportSize({ width: 390, height: 900 });
      await picture('template-preview-narrow');
      assert.equal(await seriousFindings(preview), '', 'narrow');
      assert.equal(await beyondNarrow(page, preview), '', 'very narrow');
      await page.setViewportSize(viewport);

      await workbench.reload();
      const again = await workbench.webview({ title: 'Preview: seas' });
      await again.locator('.column').nth(1).locator('.answer[data-state="stopped"]').waitFor();
      await again.locator('.column').first().locator('.reading li', { hasText: 'Storms' }).waitFor();
      await again.locator('.column').first().locator('.message', { hasText: 'the sea in winter' }).waitFor();
    } finally {
      await slow.close();
    }
    await workbench.closeEditors();
    await workbench.command('View: Focus into Primary Side Bar');
  },
);
