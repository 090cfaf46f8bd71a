/** Pictures of the window, for eyes and for the documentation. */
import { join } from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { root } from './machine.ts';
import { atWidth } from './narrow.ts';
import type { Workbench } from './workbench.ts';

export const pictures = join(root, 'out', 'screenshots');

/**
 * What OPENLINE_SCREENSHOTS asks for: `contrast` the two themes of high contrast in place of dark and light, `narrow` the
 * pages beside an editor, any other value what `npm run screenshots` makes.
 */
const wanted = process.env['OPENLINE_SCREENSHOTS'];
const isContrast = wanted === 'contrast';

/** Width of the pages in the pictures of `narrow`, in pixels. */
const NARROW = 390;

/** Settings with which VS Code changes between dark and light as the browser says, so that no focus or menu is lost. */
export const followColorScheme: Readonly<Record<string, unknown>> = {
  'window.autoDetectColorScheme': true,
  'workbench.preferredDarkColorTheme': isContrast ? 'Default High Contrast' : 'Default Dark Modern',
  'workbench.preferredLightColorTheme': isContrast ? 'Default High Contrast Light' : 'Default Light Modern',
};

type Theme = 'dark' | 'light' | 'high-contrast' | 'high-contrast-light';

/** The class of the window, and that of the pages inside it, by the theme. */
const marks: Readonly<Record<Theme, { readonly window: string; readonly page: string }>> = {
  dark: { window: 'vs-dark', page: 'vscode-dark' },
  light: { window: 'vs', page: 'vscode-light' },
  'high-contrast': { window: 'hc-black', page: 'vscode-high-contrast' },
  'high-contrast-light': { window: 'hc-light', page: 'vscode-high-contrast-light' },
};

/** For pictures in high contrast each test begins in it: the one before may have ended in another theme. */
export async function beginInTheme(workbench: Workbench): Promise<void> {
  if (isContrast && (await themeOf(workbench.page)) !== 'high-contrast') await workbench.setTheme('Dark High Contrast');
}

/**
 * Keeps the window as out/screenshots/surfaces/THEME/NAME.png. In the dark theme the light one is taken as well, and the
 * window is dark again afterwards; in a theme that a test has chosen itself there is that one picture.
 */
export async function takePictures(page: Page, name: string): Promise<void> {
  if (wanted === undefined) return;
  const theme = await themeOf(page);
  if (wanted === 'narrow') {
    const frame = await widestPage(page);
    if (frame !== undefined) await atWidth(page, frame, NARROW, () => keep(page, `narrow/${theme}`, name));
    return;
  }
  await keep(page, theme, name);
  const other = isContrast ? 'high-contrast-light' : 'light';
  if (theme !== (isContrast ? 'high-contrast' : 'dark')) return;
  await follow(page, 'light', other);
  await keep(page, other, name);
  await follow(page, 'dark', theme);
}

/** Keeps the window of a test that failed. @returns where, and what the window said, for those who have the output alone */
export async function keepFailure(page: Page, name: string): Promise<string> {
  const path = join(pictures, 'failures', `${name.replaceAll(/[^\p{L}\p{N}]+/gu, '-')}.png`);
  const kept = page.screenshot({ path }).then(() => `A picture of the window: ${path}`, String);
  const surfaces = page.locator('.notification-toast, .monaco-dialog-box, .quick-input-widget:visible, .tab.active');
  const said = [
    ...(await surfaces.allInnerTexts().catch((problem: unknown) => [String(problem)])),
    ...(await Promise.all(pagesOf(page).map(async (frame) => frame.locator('body').innerText().catch(String)))),
  ];
  const texts = said.map((text) => text.replaceAll(/\s+/gu, ' ').trim().slice(0, 700)).filter((text) => text !== '');
  return [await kept, ...texts].join('\n  | ');
}

/** The page of the extension's own that has the most room. */
async function widestPage(page: Page): Promise<Frame | undefined> {
  let [widest, most]: [Frame | undefined, number] = [undefined, NARROW];
  for (const frame of pagesOf(page)) {
    const box = await (await frame.frameElement()).boundingBox().catch(() => null);
    if (box !== null && box.width > most) [widest, most] = [frame, box.width];
  }
  return widest;
}

function pagesOf(page: Page): readonly Frame[] {
  return page.frames().filter((frame) => frame.url().includes('/fake.html?id='));
}

async function keep(page: Page, folder: string, name: string): Promise<void> {
  await page.screenshot({ path: join(pictures, 'surfaces', folder, `${name}.png`) });
}

async function themeOf(page: Page): Promise<Theme> {
  const classes = await page.locator('.monaco-workbench').first().getAttribute('class');
  const given = new Set(classes?.split(' '));
  const themes = ['high-contrast', 'high-contrast-light', 'light', 'dark'] as const;
  return themes.find((theme) => given.has(marks[theme].window)) ?? 'dark';
}

/** Changes the scheme and waits until the window and every page in it have changed. */
async function follow(page: Page, colorScheme: 'dark' | 'light', theme: Theme): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.locator(`.monaco-workbench.${marks[theme].window}`).waitFor();
  for (const frame of pagesOf(page)) {
    // A page that is hidden may go away meanwhile.
    await frame
      .locator(`body.${marks[theme].page}`)
      .waitFor({ timeout: 5_000 })
      .catch(() => undefined);
  }
  await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
}
