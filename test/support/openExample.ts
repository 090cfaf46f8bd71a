/**
 * `npm run open`: the example workspace in VS Code, with the extension as it was just built. Desktop VS Code when `code` is
 * on PATH, else VS Code's server and the browser.
 *
 *   npm run open [-- --browser] [-- --install]      --browser: even where desktop VS Code is
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startCodeServer, workbenchUrl } from './codeServer.ts';
import { runNode, runProgram } from './command.ts';
import { exampleFolder, prepareExample } from './example.ts';
import { linkExtension } from './linkExtension.ts';
import { findOnPath, root } from './machine.ts';
import { prepareServer } from './prepareMachine.ts';

async function openInBrowser(install: boolean): Promise<number> {
  const obstacle = await prepareServer({ install });
  if (obstacle !== undefined) {
    console.error(`${obstacle}\nOr install VS Code with its command \`code\`.`);
    return 1;
  }
  const extensionsFolder = await mkdtemp(join(tmpdir(), 'openline-extensions-'));
  await linkExtension(extensionsFolder);
  const server = await startCodeServer({ extensionsFolder });
  const url = workbenchUrl(server, { folder: exampleFolder });
  console.log(`\nVS Code with Openline: ${url}\nCtrl+C ends it.`);
  const opener = findOnPath('xdg-open', 'open');
  // Without a desktop there is nothing to open it on: the address is enough.
  if (opener !== undefined) await runProgram(opener, [url]).catch(() => 1);
  await new Promise<void>((ended) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => ended());
  });
  await server.stop();
  await rm(extensionsFolder, { recursive: true, force: true });
  return 0;
}

async function openExample(): Promise<number> {
  const { values } = parseArgs({ options: { browser: { type: 'boolean' }, install: { type: 'boolean' } } });
  const built = await runNode('esbuild.mjs');
  if (built !== 0) return built;
  await prepareExample();
  const desktop = values.browser === true ? undefined : findOnPath('code', 'code.cmd');
  if (desktop === undefined) return openInBrowser(values.install === true);
  console.log(`Opening ${exampleFolder} in VS Code …`);
  return runProgram(desktop, [`--extensionDevelopmentPath=${root}`, '--new-window', exampleFolder]);
}

process.exitCode = await openExample();
