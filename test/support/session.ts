/**
 * One VS Code for all browser tests of a run: the example workspace is copied, opened once, and shared by every `check`.
 * Run them with --test-isolation=none, so that all files share this module.
 */
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, viewport } from './browser.ts';
import { startCodeServer, workbenchUrl, type CodeServer } from './codeServer.ts';
import { copyExample } from './example.ts';
import { linkExtension, linkModelProvider } from './linkExtension.ts';
import { beginInTheme, followColorScheme, keepFailure, pictures, takePictures } from './pictures.ts';
import { forTwoTries, isUnattended, withSecondTry } from './secondTry.ts';
import { Workbench } from './workbench.ts';

/** The value of the variable `OPENLINE_TEST_KEY` in VS Code's environment. */
export const environmentKey = 'sk-of-the-environment';

/** What clusters of Ray ask for; VS Code has it from its environment. */
export const RAY_TOKEN = 'a-token-of-the-environment';

export interface Session {
  readonly workbench: Workbench;
  readonly page: Page;
  readonly server: CodeServer;
  /** Opens the workspace; used again when a failed test has left the window in disorder. */
  readonly url: string;
  /** The copy of test/fixtures/example that is open; tests may write into it. */
  readonly folder: string;
  /**
   * Keeps pictures of the window as it is, when OPENLINE_SCREENSHOTS is set (`npm run screenshots`): in the dark theme,
   * in which tests run, and in the light one; others on request. See {@link takePictures}.
   */
  readonly picture: (name: string) => Promise<void>;
}

const removed = { recursive: true, force: true, maxRetries: 5 } as const;
const copied = { recursive: true, preserveTimestamps: true } as const;

async function startSession(closing: (() => Promise<void>)[]): Promise<Session> {
  await rm(join(pictures, 'failures'), { recursive: true, force: true });
  const scratch = await mkdtemp(join(tmpdir(), 'openline-e2e-'));
  closing.unshift(() => rm(scratch, removed));
  const folder = join(scratch, 'example');
  const extensionsFolder = join(scratch, 'extensions');
  await copyExample(folder);
  await linkExtension(extensionsFolder);
  await linkModelProvider(extensionsFolder);
  const server = await startCodeServer({
    extensionsFolder,
    settings: followColorScheme,
    environment: { OPENLINE_TEST_KEY: environmentKey, RAY_AUTH_TOKEN: RAY_TOKEN },
  });
  closing.unshift(() => server.stop());
  const browser: Browser = await launchBrowser();
  closing.unshift(() => browser.close());
  const page = await browser.newPage({ viewport, colorScheme: 'dark' });
  const workbench = new Workbench(page);
  const url = workbenchUrl(server, { folder });
  await workbench.open(url);
  return {
    url,
    workbench,
    page,
    server,
    folder,
    picture: (name) => takePictures(page, name),
  };
}

/** Starts on first use and is closed after the last test. */
function sharedSession(): () => Promise<Session> {
  const closing: (() => Promise<void>)[] = [];
  let started: Promise<Session> | undefined;
  after(async () => {
    for (const close of closing) await close();
  });
  return () => (started ??= startSession(closing));
}

const session = sharedSession();

/** A test in the shared window. When it fails, a picture of the window is kept in out/screenshots/failures. */
export function check(name: string, body: (session: Session) => Promise<void>): void {
  void test(name, forTwoTries, async (context) => {
    const current = await session();
    const before = await mkdtemp(join(tmpdir(), 'openline-before-'));
    try {
      if (isUnattended()) await cp(current.folder, before, copied);
      await withSecondTry(context, async () => {
        try {
          await beginInTheme(current.workbench);
          await body(current);
        } catch (error) {
          const seen = await keepFailure(current.page, name);
          await beginAnew(current, before).catch((problem: unknown) => context.diagnostic(String(problem)));
          throw new Error(seen, { cause: error });
        }
      });
    } finally {
      await rm(before, removed);
    }
  });
}

/** Opens a window without editors on the workspace; unattended its files are as the test that failed has found them. */
async function beginAnew({ workbench, page, url, folder }: Session, before: string): Promise<void> {
  if (isUnattended()) {
    await page.goto('about:blank');
    for (const name of await readdir(folder)) await rm(join(folder, name), removed);
    await cp(before, folder, copied);
  }
  await workbench.open(url);
  await workbench.closeEditors();
  // What was typed and not saved is asked about.
  await workbench.dialog
    .getByRole('button', { name: "Don't Save" })
    .click({ timeout: 2_000 })
    .catch(() => undefined);
}
