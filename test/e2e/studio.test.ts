import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seriousFindings } from '../support/accessibility.ts';
import { startModelServer } from '../support/modelServer.ts';
import { beyondNarrow } from '../support/narrow.ts';
import { check, type Session } from '../support/session.ts';

/** A service that takes its time and sometimes answers nonsense, so that there is something to watch. */
const slowEndpoint = `endpoints:
  slow:
    kind: sample
    model: sample
    sample: { latency_ms: 4000, garbage_rate: 0.12 }
`;

const slowPipeline = `openline: 1
endpoint: slow
recipe: open-qa
with: { n_macro_topics: 4, n_subtopics: 4, n_openlines: 5, n_revisions: 4, attempts: 1 }
conversion: { mode: local }
output: data/slow.jsonl
`;

async function setUp({ folder }: Session): Promise<void> {
  await mkdir(join(folder, '.openline'), { recursive: true });
  await writeFile(join(folder, '.openline', 'endpoints.yaml'), slowEndpoint);
  await writeFile(join(folder, 'slow.openline.yaml'), slowPipeline);
}

check('the Studio shows a run as it goes on, paused, cancelled, resumed and done', async (session) => {
  const { workbench, page, folder, picture } = session;
  await setUp(session);
  await workbench.openPipeline('slow');
  await workbench.command('Openline: Run');
  const studio = await workbench.webview({ title: 'Studio: slow' });
  await studio.locator('.state', { hasText: 'Running' }).waitFor();
  await studio.locator('.step-graph tr[data-state="busy"]').first().waitFor();
  await studio.locator('.step-graph tr[data-step="revisions"] td:visible', { hasText: /[1-9]/u }).first().waitFor();
  await studio.locator('.state', { hasText: /^Running · [1-9]\d?%$/u }).waitFor();
  await workbench.statusItem(/slow: [1-9]\d?%, [1-9]\d* records/u).waitFor();
  await picture('studio-running-beside');
  await workbench.command('View: Close Primary Side Bar');
  await workbench.editorTab('Studio: slow').click();
  await workbench.command('View: Toggle Maximize Editor Group');
  await picture('studio-running-dark');
  assert.equal(await seriousFindings(studio), '');

  await studio.locator('.figures [title^="Ends at about"]', { hasText: 'Time left' }).waitFor();
  await studio.getByRole('button', { name: 'Pause' }).press('Enter');
  await studio.locator('.state', { hasText: 'Pausing' }).waitFor();
  await studio.getByText(/on (?:its|their) way/u).waitFor();
  await picture('studio-pausing');
  await studio.locator('header vscode-button:focus', { hasText: 'Cancel' }).waitFor();
  await studio.locator('.state', { hasText: 'Paused' }).waitFor();
  await studio.locator('header vscode-button:focus', { hasText: 'Resume' }).waitFor();
  await workbench.toast('is paused').waitFor();
  await workbench.clearToasts();
  await workbench.setTheme('Light Modern');
  await studio.locator('body.vscode-light').waitFor();
  // The library's controls take the theme's colours as well.
  await studio.waitForFunction(`(() => {
    const field = getComputedStyle(document.querySelector('vscode-text-field'));
    const [own, theme] = ['--input-background', '--vscode-input-background'].map((name) => field.getPropertyValue(name));
    return theme !== '' && own.trim() === theme.trim();
  })()`);
  await studio.getByRole('button', { name: 'Resume' }).press('Enter');
  await studio.locator('.state', { hasText: 'Running' }).waitFor();
  await picture('studio-running-light');
  await studio.getByRole('button', { name: 'Cancel', exact: true }).press('Enter');
  await studio.locator('.state', { hasText: 'Cancelled' }).waitFor();
  await workbench.toast('was cancelled').waitFor();
  await workbench.clearToasts();
  await studio.getByRole('button', { name: 'Resume' }).press('Enter');
  await studio.locator('.state', { hasText: 'Done' }).waitFor({ timeout: 80_000 });
  await workbench.toast('in data/slow.jsonl').waitFor();
  const lines = (await readFile(join(folder, 'data', 'slow.jsonl'), 'utf8')).trimEnd().split('\n');
  await studio.locator('.tools .count', { hasText: `${String(lines.length)} records` }).waitFor();
  await workbench.clearToasts();
  await workbench.setTheme('Dark Modern');
  await studio.locator('body.vscode-dark').waitFor();

  // Nobody chose a tab: when the run is over, what came of it is shown.
  await studio.getByRole('tab', { name: 'Records', selected: true }).waitFor();
  await studio.locator('.grid tbody tr[data-index="2"]').click();
  await studio.locator('.detail dt', { hasText: 'openline' }).waitFor();
  await picture('studio-done-dark');
  assert.equal(await seriousFindings(studio), '');
  await studio.getByRole('tab', { name: 'Records' }).press('Home');
  await studio.locator('.failures .example').first().waitFor();
  const causes = await studio.locator('.failures li').count();
  assert.equal(await studio.locator('.failures li .example').count(), causes, 'each cause has an example');
  assert.equal(await seriousFindings(studio), '', 'the run');
  // From a cause to everything that was turned down for it.
  const group = studio.locator('.failures li').first();
  const count = await group.locator('.count').innerText();
  await group.getByRole('button').click();
  await studio.getByRole('tab', { name: 'Rejected', selected: true }).waitFor();
  await studio.locator('.results:visible .count', { hasText: new RegExp(`^${count} of `, 'u') }).waitFor();
  await studio.locator('.results:visible .grid tbody tr[data-index="0"]').click();
  await studio.locator('.detail:visible', { hasText: 'the answer holds no list' }).waitFor();
  for (const [theme, mark, name] of [
    ['Light Modern', 'vscode-light', 'light'],
    ['Dark High Contrast', 'vscode-high-contrast', 'high-contrast'],
    ['Light High Contrast', 'vscode-high-contrast-light', 'high-contrast-light'],
    ['Dark Modern', 'vscode-dark', 'dark-failures'],
  ] as const) {
    await workbench.setTheme(theme);
    await studio.locator(`body.${mark}`).waitFor();
    await picture(`studio-done-${name}`);
    assert.equal(await seriousFindings(studio), '', theme);
  }
  const viewport = page.viewportSize() ?? assert.fail('the page has no size');
  await page.setViewportSize({ width: 390, height: 800 });
  await picture('studio-narrow');
  assert.equal(await seriousFindings(studio), '', 'narrow');
  for (const tab of ['Rejected', 'Records', 'Run', 'Charts']) {
    await studio.getByRole('tab', { name: tab }).click();
    assert.equal(await beyondNarrow(page, studio), '', tab);
  }
  await page.setViewportSize(viewport);
  await workbench.closeEditors();
  await workbench.command('View: Focus into Primary Side Bar');
});

check('a run whose window goes away is offered when it is back, and goes on where it stopped', async (session) => {
  const { workbench, folder } = session;
  // The rest is answered when the window is back, however long that takes.
  const isBack = Promise.withResolvers<undefined>();
  const service = await startModelServer(async () => {
    if (service.received.length > 45) await isBack.promise;
    return {};
  });
  try {
    await setUp(session);
    await writeFile(
      join(folder, '.openline', 'endpoints.yaml'),
      `endpoints:\n  held: { base_url: "${service.url}", model: held, auth: none }\n`,
    );
    const pipeline = slowPipeline.replace('slow.jsonl', 'lost.jsonl').replace('endpoint: slow', 'endpoint: held');
    await writeFile(join(folder, 'lost.openline.yaml'), pipeline);
    await workbench.openPipeline('lost');
    await workbench.command('Openline: Run');
    const studio = await workbench.webview({ title: 'Studio: lost' });
    await studio.getByRole('tab', { name: 'Records' }).click();
    await studio.locator('.grid tbody tr[data-index="0"] td', { hasText: /\S/u }).first().waitFor();
    await workbench.reload();
    const again = await workbench.webview({ title: 'Studio: lost' });
    await again.locator('.state', { hasText: 'Stopped' }).waitFor();
    await again.getByRole('tab', { name: 'Records', selected: true }).waitFor();
    isBack.resolve(undefined);
    await workbench.toastButton('The run of lost was interrupted', 'Resume');
    await again.locator('.state', { hasText: 'Done' }).waitFor();
    await workbench.toast('in data/lost.jsonl').waitFor();
    const lines = (await readFile(join(folder, 'data', 'lost.jsonl'), 'utf8')).trimEnd().split('\n');
    await again.locator('.tools .count', { hasText: `${String(lines.length)} records` }).waitFor();
    await again.locator('.grid tbody tr[data-index="0"] td', { hasText: /\S/u }).first().waitFor();
  } finally {
    isBack.resolve(undefined);
    await service.close();
  }
  await workbench.closeEditors();
  await workbench.clearToasts();
});
