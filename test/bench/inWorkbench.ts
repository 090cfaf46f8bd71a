/** VS Code's server with a window of its own, for as long as something is measured. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchBrowser, viewport } from '../support/browser.ts';
import { startCodeServer, workbenchUrl, type CodeServer } from '../support/codeServer.ts';
import { linkExtension } from '../support/linkExtension.ts';
import { Workbench } from '../support/workbench.ts';

/** @param linkOther puts another extension beside ours into the folder */
export async function inWorkbench<Result>(
  folder: string,
  linkOther: (extensionsFolder: string) => Promise<void>,
  measure: (workbench: Workbench, server: CodeServer) => Promise<Result>,
): Promise<Result> {
  const extensionsFolder = await mkdtemp(join(tmpdir(), 'openline-measured-'));
  await linkExtension(extensionsFolder);
  await linkOther(extensionsFolder);
  const server = await startCodeServer({ extensionsFolder });
  const browser = await launchBrowser();
  try {
    const workbench = new Workbench(await browser.newPage({ viewport }));
    await workbench.open(workbenchUrl(server, { folder }));
    return await measure(workbench, server);
  } finally {
    await browser.close();
    await server.stop();
    await rm(extensionsFolder, { recursive: true, force: true, maxRetries: 5 });
  }
}
