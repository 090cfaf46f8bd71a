/** A VS Code of one's own for a browser test that needs other extensions, settings or folders than the shared window. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { launchBrowser, viewport } from './browser.ts';
import { startCodeServer, type CodeServer, type CodeServerOptions } from './codeServer.ts';
import { linkExtension } from './linkExtension.ts';
import { keepFailure } from './pictures.ts';
import { forTwoTries, withSecondTry } from './secondTry.ts';
import { Workbench } from './workbench.ts';

export interface OwnWindow {
  /** Nothing is open in it yet. */
  readonly workbench: Workbench;
  readonly page: Page;
  readonly server: CodeServer;
  readonly scratch: string;
  readonly context: TestContext;
}

export interface OwnWindowOptions extends Omit<CodeServerOptions, 'extensionsFolder'> {
  /** Default: that of the shared window. */
  readonly size?: { readonly width: number; readonly height: number };
  /** Puts extensions into a folder. Default: links the built one. */
  readonly install?: (extensionsFolder: string, scratch: string) => Promise<void>;
  /** Makes what the test opens, in a folder that is removed afterwards. */
  readonly prepare?: (scratch: string) => Promise<void>;
}

/** A test in a window of its own. When it fails, a picture of the window is kept in out/screenshots/failures. */
export function checkAlone(name: string, options: OwnWindowOptions, body: (own: OwnWindow) => Promise<void>): void {
  void test(name, forTwoTries, (context) => withSecondTry(context, () => runAlone(context, name, options, body)));
}

async function runAlone(
  context: TestContext,
  name: string,
  { size = viewport, install = linkExtension, prepare, ...serverOptions }: OwnWindowOptions,
  body: (own: OwnWindow) => Promise<void>,
): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'openline-own-'));
  const closing = [() => rm(scratch, { recursive: true, force: true, maxRetries: 5 })];
  try {
    const extensionsFolder = join(scratch, 'extensions');
    await install(extensionsFolder, scratch);
    await prepare?.(scratch);
    const server = await startCodeServer({ ...serverOptions, extensionsFolder });
    closing.unshift(() => server.stop());
    const browser = await launchBrowser();
    closing.unshift(() => browser.close());
    const page = await browser.newPage({ viewport: size, colorScheme: 'dark' });
    try {
      await body({ workbench: new Workbench(page), page, server, scratch, context });
    } catch (error) {
      throw new Error(await keepFailure(page, name), { cause: error });
    }
  } finally {
    for (const close of closing) await close();
  }
}
