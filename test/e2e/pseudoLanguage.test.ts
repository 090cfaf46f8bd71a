import assert from 'node:assert/strict';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame, Locator } from 'playwright-core';
import * as z from 'zod';
import { workbenchUrl } from '../support/codeServer.ts';
import { copyExample } from '../support/example.ts';
import { root } from '../support/machine.ts';
import { checkAlone } from '../support/ownWindow.ts';

/** No language of anybody: every translated text stands in these brackets. */
const LANGUAGE = 'qps-ploc';
const texts = z.record(
  z.string(),
  z.union([z.string(), z.object({ message: z.string() }).transform(({ message }) => message)]),
);

/** Names of pipelines, steps and fields are the same in every language. */
const NAME = /^[a-z][a-z0-9_.-]*$/u;

/** The texts of a file in the language, as the file of a translator would have them. */
async function translate(from: string, to: string): Promise<void> {
  const english = texts.parse(JSON.parse(await readFile(from, 'utf8')));
  // Links of welcome views have to stand alone in their line.
  const marked = Object.entries(english).map(([key, text]) => [
    key,
    text
      .split('\n')
      .map((line) => line.replace(/^\[(?<label>[^\]]+)\](?<link>\(command:.*\))$/u, '[⟦$<label>⟧]$<link>'))
      .map((line) => (line.startsWith('[⟦') ? line : `⟦${line}⟧`))
      .join('\n'),
  ]);
  await writeFile(to, JSON.stringify(Object.fromEntries(marked)));
}

/** The built extension with its texts in that language, as it would be installed. */
async function installTranslated(extensionsFolder: string): Promise<void> {
  const folder = join(extensionsFolder, 'openline.openline-0.1.0');
  await mkdir(folder, { recursive: true });
  for (const name of ['package.json', 'package.nls.json', 'dist', 'media']) {
    await cp(join(root, name), join(folder, name), { recursive: true });
  }
  await translate(join(folder, 'package.nls.json'), join(folder, `package.nls.${LANGUAGE}.json`));
  const bundles = join(folder, 'dist', 'l10n');
  await translate(join(bundles, 'bundle.l10n.json'), join(bundles, `bundle.l10n.${LANGUAGE}.json`));
}

/** Words on what a person presses or reads as a heading, in a panel: those that are in nobody's language. */
async function untranslated(frame: Frame): Promise<readonly string[]> {
  const spoken = frame.locator('button, [role="tab"], [role="button"], label, h1, h2, h3, summary, th');
  const words = await spoken.evaluateAll((elements) =>
    elements.flatMap((element) => {
      const said = [
        element.children.length > 0 ? null : element.textContent,
        ...['aria-label', 'title', 'placeholder'].map((name) => element.getAttribute(name)),
      ];
      return said.map((text) => text ?? '').map((text) => text.trim().replaceAll(/\s+/gu, ' '));
    }),
  );
  return [...new Set(words.filter((text) => /\p{L}{3}/u.test(text) && !text.includes('⟦') && !NAME.test(text)))].sort();
}

async function textsOf(items: Locator): Promise<readonly string[]> {
  return (await items.allTextContents()).map((text) => text.trim()).filter((text) => text !== '');
}

checkAlone(
  'in another language nothing of it is English: views, palette, lenses, Studio, recipes, dataset viewer',
  {
    install: installTranslated,
    prepare: (scratch) => copyExample(join(scratch, 'example')),
  },
  async ({ workbench, page, server, scratch }) => {
    await page.addInitScript((language) => {
      Object.defineProperty(globalThis, '_VSCODE_NLS_LANGUAGE', {
        get: () => language,
        set: () => undefined,
        configurable: true,
      });
    }, LANGUAGE);
    await workbench.open(workbenchUrl(server, { folder: join(scratch, 'example') }));
    await workbench.openView('⟦Openline⟧');
    await workbench
      .treeItem(/^open-qa/u)
      .first()
      .waitFor();
    const titles = await textsOf(workbench.sidebar.locator('.pane-header .title'));
    assert.deepEqual(titles, ['⟦Endpoints⟧', '⟦Prompts⟧', '⟦Pipelines⟧', '⟦Runs⟧']);
    const welcomes = workbench.sidebar.locator('.welcome-view-content p, .welcome-view-content .monaco-button');
    await welcomes.first().waitFor();
    const welcome = await textsOf(welcomes);
    assert.ok(welcome.length > 0 && welcome.every((text) => text.includes('⟦')), welcome.join('\n'));

    await workbench.openFile('open-qa.openline.yaml');
    await page.locator('.codelens-decoration').getByText('⟦Preview⟧').waitFor();
    await workbench.command('Openline: ⟦Run⟧');
    const studio = await workbench.webview({ title: /open-qa/u });
    await studio.locator('tbody tr:not(.spacer)').first().waitFor();
    assert.deepEqual(await untranslated(studio), []);
    for (const tab of await studio.getByRole('tab').all()) {
      await tab.click();
      const words = await untranslated(studio);
      assert.deepEqual(words, [], (await tab.textContent()) ?? '');
    }
    await workbench.command('Openline: ⟦Browse Recipes⟧');
    const gallery = await workbench.webview({ title: '⟦Recipes⟧' });
    await gallery.locator('h2').first().waitFor();
    assert.deepEqual(await untranslated(gallery), []);
    const told = await textsOf(gallery.locator('.entry-title, h2 + p, .parameters dd'));
    assert.ok(told.length > 20 && told.every((text) => text.startsWith('⟦')), told.join('\n'));
    await workbench.closeEditors();
    await workbench.command('Openline: ⟦Open Dataset⟧');
    await workbench.pick(/open-qa\.jsonl/u);
    const viewer = await workbench.webview({ has: '#dataset .grid' });
    await viewer.locator('tbody tr:not(.spacer)').first().waitFor();
    assert.deepEqual(await untranslated(viewer), []);
  },
);
