/**
 * `npm run open`: the example workspace in VS Code, with the extension as it was just built. Desktop VS Code when `code` is
 * on PATH, else VS Code's server and the browser.
 *
 *   npm run open [-- --browser] [-- --install]      --browser: even where desktop VS Code is
 */
import { spawn } from 'node:child_process';
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
  // From here on Ctrl+C has something to stop.
  const asked = new Promise<void>((stop) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop());
  });
  const extensionsFolder = await mkdtemp(join(tmpdir(), 'openline-extensions-'));
  await linkExtension(extensionsFolder);
  const server = await startCodeServer({ extensionsFolder });
  const url = workbenchUrl(server, { folder: exampleFolder });
  console.log(`\nVS Code with Openline: ${url}\nCtrl+C ends it.`);
  showInBrowser(url);
  await asked;
  await server.stop();
  await rm(extensionsFolder, { recursive: true, force: true });
  return 0;
}

/** Where there is a desktop; elsewhere the address that was printed is enough. */
function showInBrowser(url: string): void {
  const hasDesktop = process.platform === 'darwin' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
  const opener = hasDesktop ? findOnPath('xdg-open', 'open') : undefined;
  if (opener === undefined) return;
  spawn(opener, [url], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
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
