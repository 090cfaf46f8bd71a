import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { seriousFindings } from '../support/accessibility.ts';
import { check } from '../support/session.ts';

const pipeline = `openline: 1
endpoint: unhurried
recipe: open-qa
with: { n_macro_topics: 3, n_subtopics: 2, n_openlines: 3, n_revisions: 1 }
output: data/charted.jsonl
`;

check(
  'the charts of a run: seen, read, reached with the keyboard, saved',
  async ({ workbench, page, folder, picture }) => {
    await mkdir(join(folder, '.openline'), { recursive: true });
    await writeFile(
      join(folder, '.openline', 'endpoints.yaml'),
      'endpoints:\n  unhurried: { kind: sample, max_concurrency: 4, sample: { latency_ms: 300 } }\n',
    );
    await writeFile(join(folder, 'charted.openline.yaml'), pipeline);
    await workbench.openPipeline('charted');
    await workbench.command('Openline: Run');
    await workbench.treeItem(/^charted, done/u).waitFor();
    await workbench.clearToasts();
    await workbench.closeEditors();
    await workbench.openView('Openline');
    await workbench.treeItem(/^charted, done/u).click();
    const studio = await workbench.webview({ title: 'Studio: charted' });
    await studio.getByRole('tab', { name: 'Charts' }).click();
    await studio.getByText(/^\d+ records measured\.$/u).waitFor();

    const chart = (title: string) =>
      studio.locator('.chart').filter({ has: studio.getByRole('heading', { name: title, exact: true }) });
    await chart('Throughput').getByRole('img').first().waitFor();
    assert.match((await chart('Throughput').locator('svg > text').first().textContent()) ?? '', /^[\d.,]+ \/s$/u);
    await chart('Latency')
      .getByText(/^An answer took .* in the median, .* on the average, .* at the most\.$/u)
      .waitFor();
    await chart('Topics')
      .getByRole('button', { name: / \(macro_topic\): \d+ records, /u })
      .first()
      .waitFor();
    await chart('Length of prompt').getByRole('img').first().waitFor();
    assert.equal(await seriousFindings(studio), '');
    await picture('studio-charts');

    // The records hold their narrowest topic alone: the macro topics above are those of their lineage.
    const topics = chart('Topics');
    await topics.getByText(/^\d+ records in 3 topics/u).waitFor();
    await topics.locator('.mark[tabindex="0"]').focus();
    await page.keyboard.press('Enter');
    const way = topics.getByRole('navigation', { name: 'Topics' });
    await way.getByRole('button', { name: 'All topics' }).waitFor();
    await topics.locator('.mark[aria-label*="(topic)"]').first().waitFor();
    await page.keyboard.press('Enter');
    await topics.getByText(/ in 3 topics/u).waitFor();
    await picture('studio-charts-topics');
    await topics.getByRole('button', { name: 'Show as Table' }).click();
    await topics.getByRole('columnheader', { name: 'Share' }).waitFor();
    assert.equal(await topics.getByRole('row').count(), 4);
    assert.equal(await seriousFindings(studio), '');
    await topics.getByRole('button', { name: 'Show as Picture' }).click();
    await topics.locator('.mark[tabindex="0"]').focus();
    await page.keyboard.press('Backspace');
    await topics.locator('.mark[aria-label*="(topic)"]').first().waitFor();
    await way.getByRole('button', { name: 'All topics' }).click();
    await topics.locator('.mark[aria-label*="(macro_topic)"]').nth(2).waitFor();

    await chart('Steps').locator('.mark[tabindex="0"]').focus();
    await page.keyboard.press('End');
    const focused = await studio.evaluate<string>('document.activeElement.getAttribute("aria-label")');
    assert.match(focused, /: \d+ passed on, \d+ rejected$/u);

    const steps = chart('Steps');
    await steps.getByRole('button', { name: 'Show as Table' }).click();
    await steps.getByRole('columnheader', { name: 'Passed on' }).waitFor();
    await steps.getByRole('button', { name: 'Show as Picture' }).click();
    await steps.locator('svg.chart-picture').waitFor();

    for (const format of ['svg', 'png'] as const) {
      await chart('Topics')
        .getByRole('button', { name: `Save as ${format.toUpperCase()}` })
        .click();
      const path = await workbench.acceptFile();
      assert.equal(extname(path), `.${format}`);
      await workbench.toast(basename(path)).waitFor();
      await workbench.clearToasts();
      const bytes = await readFile(path);
      if (format === 'svg') {
        assert.match(bytes.toString('utf8'), /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/u);
        assert.match(bytes.toString('utf8'), /fill="rgb/u);
        assert.doesNotMatch(bytes.toString('utf8'), /var\(--/u);
      } else {
        assert.equal(bytes.toString('latin1', 1, 4), 'PNG');
        assert.ok(bytes.readUInt32BE(16) > 300 && bytes.readUInt32BE(20) > 100, 'the picture is too small');
      }
    }
    await workbench.closeEditors();
  },
);
