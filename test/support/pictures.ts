/** Pictures of the window, for eyes and for the documentation. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { root } from './machine.ts';

export const pictures = join(root, 'out', 'screenshots');

/** Settings with which VS Code changes between dark and light as the browser says, so that no focus or menu is lost. */
export const followColorScheme: Readonly<Record<string, unknown>> = {
  'window.autoDetectColorScheme': true,
  'workbench.preferredDarkColorTheme': 'Default Dark Modern',
  'workbench.preferredLightColorTheme': 'Default Light Modern',
};

type Theme = 'dark' | 'light' | 'high-contrast' | 'high-contrast-light';

/** The class of the window, and that of the pages inside it, by the theme. */
const marks: Readonly<Record<Theme, { readonly window: string; readonly page: string }>> = {
  dark: { window: 'vs-dark', page: 'vscode-dark' },
  light: { window: 'vs', page: 'vscode-light' },
  'high-contrast': { window: 'hc-black', page: 'vscode-high-contrast' },
  'high-contrast-light': { window: 'hc-light', page: 'vscode-high-contrast-light' },
};

/**
 * Keeps the window as out/screenshots/surfaces/THEME/NAME.png. In the dark theme the light one is taken as well, and the
 * window is dark again afterwards; in a theme that a test has chosen itself there is that one picture.
 */
export async function takePictures(page: Page, name: string): Promise<void> {
  const theme = await themeOf(page);
  await keep(page, theme, name);
  if (theme !== 'dark') return;
  await follow(page, 'light');
  await keep(page, 'light', name);
  await follow(page, 'dark');
}

async function keep(page: Page, theme: Theme, name: string): Promise<void> {
  await page.screenshot({ path: join(pictures, 'surfaces', theme, `${name}.png`) });
}

async function themeOf(page: Page): Promise<Theme> {
  const classes = await page.locator('.monaco-workbench').first().getAttribute('class');
  const given = new Set(classes?.split(' '));
  const themes = ['high-contrast', 'high-contrast-light', 'light', 'dark'] as const;
  return themes.find((theme) => given.has(marks[theme].window)) ?? 'dark';
}

/** Changes the scheme and waits until the window and every page in it have changed. */
async function follow(page: Page, theme: 'dark' | 'light'): Promise<void> {
  await page.emulateMedia({ colorScheme: theme });
  await page.locator(`.monaco-workbench.${marks[theme].window}`).waitFor();
  for (const frame of page.frames()) {
    if (!frame.url().includes('/fake.html?id=')) continue;
    // A page that is hidden may go away meanwhile.
    await frame
      .locator(`body.${marks[theme].page}`)
      .waitFor({ timeout: 5_000 })
      .catch(() => undefined);
  }
  await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
}
