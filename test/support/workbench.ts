/** The parts of VS Code's window that a person uses, in the words of a test. Every wait is for a condition. */
import type { Frame, Locator, Page } from 'playwright-core';
import { setTimeout as delay } from 'node:timers/promises';
import { viewport } from './browser.ts';

/** Long enough for a busy machine; a test that passes never waits this long. */
const patience = 60_000;

/**
 * Messages stay until they are cleared: the editor takes them away after 10, 12 or 15 s by their severity, which a busy
 * machine may need for the step before the one that reads them.
 */
const keepMessages = `
  if (window === window.top) {
    const start = window.setTimeout;
    const messageTimes = new Set([10_000, 12_000, 15_000]);
    window.setTimeout = (act, time, ...values) => start(act, messageTimes.has(time) ? ${String(2 * patience)} : time, ...values);
  }
`;

/** How a webview is told from others: by its title, or by something that is in it. */
export type WebviewMark = { readonly title: string | RegExp } | { readonly has: string };

export class Workbench {
  readonly page: Page;
  #keepsMessages = false;

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(patience);
    page.setDefaultNavigationTimeout(2 * patience);
  }

  /** Loads the window and waits until it can be used. */
  async open(url: string): Promise<void> {
    if (!this.#keepsMessages) await this.page.addInitScript(keepMessages);
    this.#keepsMessages = true;
    await this.page.goto(url);
    await this.ready();
  }

  async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench').waitFor({ timeout: 2 * patience });
    await this.page
      .locator('.part.statusbar .statusbar-item')
      .first()
      .waitFor({ timeout: 2 * patience });
  }

  /** The box that the palette, pickers and inputs share. */
  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget');
  }

  get quickInputBox(): Locator {
    return this.quickInput.locator('.quick-input-box input');
  }

  /** Runs a command by its label in the palette, `Category: Title`; waits for an extension that is still loading. */
  async command(label: string): Promise<void> {
    const deadline = Date.now() + patience;
    for (;;) {
      await this.page.keyboard.press('F1');
      let row = this.option(label);
      // One command's title may begin another's, and what was used last stands first.
      const whole = this.option(new RegExp(`^${label.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&')}(?:,|$)`, 'u'));
      try {
        // A key that is pressed while the focus is on its way into a webview is lost.
        await this.quickInputBox.waitFor({ timeout: 5_000 });
        await this.quickInputBox.fill(`>${label}`, { timeout: 5_000 });
        await row.waitFor({ timeout: 3_000 });
        row = await whole.waitFor({ timeout: 1_500 }).then(
          () => whole,
          () => row,
        );
      } catch (cause) {
        await this.page.keyboard.press('Escape');
        if (Date.now() > deadline) throw new Error(`The palette has no command “${label}”.`, { cause });
        continue;
      }
      return row.click();
    }
  }

  /** A row of the open picker. A label that is part of another's finds the first. */
  option(label: string | RegExp): Locator {
    return this.quickInput.getByRole('option', { name: label }).first();
  }

  async pick(label: string | RegExp): Promise<void> {
    await this.option(label).click();
  }

  /** Types into the open input box and accepts it. */
  async input(text: string): Promise<void> {
    await this.quickInputBox.waitFor();
    await this.quickInputBox.fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** Takes what the dialog for a file offers. @returns the path, which the dialog shows a moment after it is there */
  async acceptFile(): Promise<string> {
    await this.quickInputBox.waitFor();
    const deadline = Date.now() + patience;
    let before = '';
    while (Date.now() < deadline) {
      const shown = await this.quickInputBox.inputValue();
      if (shown === before && /\.\w+$/u.test(shown)) break;
      before = shown;
      await delay(50);
    }
    const path = await this.quickInputBox.inputValue();
    await this.quickInputBox.press('Enter');
    return path;
  }

  /** Waits for a step of a sequence of questions, such as `New Pipeline (2/7)`: what is typed goes to the right one. */
  async inputStep(title: string): Promise<void> {
    await this.quickInput.locator('.quick-input-title', { hasText: title }).waitFor();
  }

  /** What the open input box says about its purpose or about a mistake. */
  get inputMessage(): Locator {
    return this.quickInput.locator('.quick-input-message');
  }

  /** Does something again until it has brought up what is waited for: it may come too early for the window. */
  async untilShown(expected: Locator, act: () => Promise<void>): Promise<void> {
    const deadline = Date.now() + patience;
    for (;;) {
      await act();
      try {
        await expected.waitFor({ timeout: 3_000 });
        return;
      } catch (cause) {
        if (Date.now() > deadline) throw cause;
      }
    }
  }

  toast(text: string | RegExp): Locator {
    return this.page.locator('.notification-toast', { hasText: text });
  }

  async toastButton(text: string | RegExp, button: string): Promise<void> {
    await this.toast(text).getByRole('button', { name: button, exact: true }).click();
  }

  /** A modal question; its buttons are found by their labels. */
  get dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  /** Opens a container of the activity bar. */
  async openView(title: string): Promise<void> {
    const tab = this.page.locator('.part.activitybar').getByRole('tab', { name: title });
    await tab.waitFor();
    if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
    await this.page.locator('.part.sidebar', { hasText: title }).waitFor();
  }

  get sidebar(): Locator {
    return this.page.locator('.part.sidebar');
  }

  treeItem(name: string | RegExp): Locator {
    return this.sidebar.getByRole('treeitem', { name });
  }

  async expand(name: string | RegExp): Promise<void> {
    const item = this.treeItem(name).first();
    await item.waitFor();
    if ((await item.getAttribute('aria-expanded')) !== 'true') await item.click();
    await this.sidebar.getByRole('treeitem', { name, expanded: true }).first().waitFor();
  }

  statusItem(text: string | RegExp): Locator {
    return this.page.locator('.part.statusbar .statusbar-item', { hasText: text });
  }

  editorTab(name: string | RegExp): Locator {
    return this.page.locator('.part.editor').getByRole('tab', { name });
  }

  /** Opens a file of the workspace by its name. The list of files may be older than a new one; it is opened again then. */
  async openFile(name: string): Promise<void> {
    const deadline = Date.now() + patience;
    for (;;) {
      await this.command('Go to File...');
      await this.quickInputBox.fill(name);
      try {
        await this.option(name).click({ timeout: 3_000 });
        break;
      } catch (cause) {
        await this.page.keyboard.press('Escape');
        if (Date.now() > deadline) throw new Error(`There is no file “${name}” to go to.`, { cause });
      }
    }
    await this.editorTab(name).waitFor();
  }

  /** Opens a pipeline at the top of the workspace from its view, where new files appear at once. */
  async openPipeline(name: string): Promise<void> {
    await this.openView('Openline');
    const item = this.sidebar.getByRole('treeitem', { name, exact: true });
    await this.reveal(item, 'Pipelines');
    // What is told of the row under the pointer would lie over the next one.
    await this.page.mouse.move(viewport.width - 1, viewport.height - 1);
    await item.click();
    await this.editorTab(`${name}.openline.yaml`).waitFor();
  }

  /** Scrolls a view until it shows an item whole: rows far out of sight are not drawn, near ones are drawn and covered. */
  async reveal(item: Locator, view: string): Promise<void> {
    const list = this.sidebar
      .locator('.pane', { has: this.page.getByText(view, { exact: true }) })
      .locator('.monaco-list');
    const deadline = Date.now() + patience;
    for (let step = 0; !(await isInside(item, list.first())); step += 1) {
      if (Date.now() > deadline) throw new Error(`The view ${view} shows no ${String(item)}.`);
      await list.first().hover();
      // Down by pieces, and back to the top: it may be above what is in sight.
      await this.page.mouse.wheel(0, step % 24 < 12 ? 60 : -60);
      await delay(100);
    }
  }

  /** The text editor that has the focus; only the lines in view are in it. */
  get editorLines(): Locator {
    return this.page.locator('.part.editor .editor-group-container.active .view-lines');
  }

  /** The lines of the Problems panel, opened if need be. */
  async problems(): Promise<Locator> {
    await this.command('Problems: Focus on Problems View');
    return this.page.locator('.part.panel .markers-panel');
  }

  async clearToasts(): Promise<void> {
    await this.command('Notifications: Clear All Notifications');
  }

  /** Closes one editor, once the window has turned to it: what opens beside a panel takes a moment to be the active one. */
  async closeEditor(name: string | RegExp): Promise<void> {
    const active = this.page.locator('.part.editor .editor-group-container.active');
    const tab = active.getByRole('tab', { name, selected: true });
    await tab.waitFor();
    // The palette gives the focus back to where it was: to a page, if that has it still.
    await tab.click();
    await this.command('View: Close Editor');
  }

  async closeEditors(): Promise<void> {
    await this.command('View: Close All Editors');
  }

  /** Reloads the window as a person would; a webview's state survives this, not a reload of the page. */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent('load');
    await this.command('Developer: Reload Window');
    await loaded;
    await this.ready();
  }

  /** By its label in the picker of themes, such as `Light Modern`. */
  async setTheme(label: string): Promise<void> {
    await this.untilShown(this.option(label), async () => {
      // Elsewhere the key would mean something.
      if (await this.quickInput.isVisible()) await this.page.keyboard.press('Escape');
      await this.command('Preferences: Color Theme');
      await this.quickInputBox.fill(label);
    });
    await this.option(label).click();
    await this.quickInput.waitFor({ state: 'hidden' });
  }

  /** The document inside a webview, once it has loaded. */
  async webview(mark: WebviewMark): Promise<Frame> {
    const deadline = Date.now() + patience;
    const seen = new Set<string>();
    while (Date.now() < deadline) {
      for (const frame of this.page.frames()) {
        if (!frame.url().includes('/fake.html?id=')) continue;
        const title = await titleOf(frame);
        if (title === undefined) continue;
        seen.add(title);
        if (await matches(frame, title, mark)) return frame;
      }
      await delay(50);
    }
    const wanted = 'has' in mark ? mark.has : String(mark.title);
    throw new Error(`No webview with ${wanted} appeared; titles seen: ${[...seen].join(', ') || 'none'}.`);
  }
}

/** `undefined` when the frame has gone meanwhile: webviews come and go while the window settles. */
async function titleOf(frame: Frame): Promise<string | undefined> {
  try {
    return (await (await frame.frameElement()).getAttribute('title')) ?? '';
  } catch {
    return undefined;
  }
}

async function matches(frame: Frame, title: string, mark: WebviewMark): Promise<boolean> {
  try {
    if ('has' in mark) return (await frame.locator(mark.has).count()) > 0;
    const named = typeof mark.title === 'string' ? title === mark.title : mark.title.test(title);
    return named && (await frame.evaluate('document.readyState')) !== 'loading';
  } catch {
    return false;
  }
}

/** Whether an item is drawn, and wholly between the top and the bottom of the list. */
async function isInside(item: Locator, list: Locator): Promise<boolean> {
  if ((await item.count()) === 0) return false;
  const [inner, outer] = [await item.boundingBox(), await list.boundingBox()];
  if (inner === null || outer === null) return false;
  return inner.y >= outer.y && inner.y + inner.height <= outer.y + outer.height;
}
