/**
 * Runs the suite of out/host inside the extension host of a real VS Code, in a browser that nobody sees:
 *
 *   node test/support/runHostSuite.ts [--grep text]
 *
 * Needs `node esbuild.mjs --tests` first. Writes out/reports/host.json and ends with status 1 when a test failed.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format, parseArgs } from 'node:util';
import { launchBrowser, viewport } from './browser.ts';
import { remoteAddress, startCodeServer, workbenchUrl } from './codeServer.ts';
import { countsFile, forgetCounts, readCounts } from './counts.ts';
import { copyExample } from './example.ts';
import { linkModelProvider } from './linkExtension.ts';
import { root } from './machine.ts';

const minutes = 12;

/** Lines of VS Code's own that say nothing about the suite. */
const noise = /^(Cancell?ed|Ignoring fetching additional|Updating additional builtin)/;

/** What the suite says first. */
const suiteBegins = 'The suite begins.';

/** @returns the suite's exit code: 0 when every test passed */
async function runHostSuite(grep: string): Promise<number> {
  await forgetCounts('host');
  const scratch = await mkdtemp(join(tmpdir(), 'openline-host-'));
  const folder = join(scratch, 'example');
  await copyExample(folder);
  const extensionsFolder = join(scratch, 'extensions');
  await linkModelProvider(extensionsFolder);
  const server = await startCodeServer({
    extensionsFolder,
    testDriver: true,
    environment: { OPENLINE_HOST_REPORT: countsFile('host'), OPENLINE_HOST_GREP: grep, NO_COLOR: '1' },
  });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport });
    // Until the suite begins there are only messages of the window itself; they matter when it never does.
    const suite: { begun: boolean; readonly before: string[] } = { begun: false, before: [] };
    const exited = Promise.withResolvers<number>();
    const patience = setTimeout(
      () => exited.reject(new Error(`The suite did not end within ${String(minutes)} minutes.`)),
      minutes * 60_000,
    );
    page.once('crash', () => exited.reject(new Error('The browser page crashed.')));
    // The workbench calls both, so they have to exist before it loads.
    await page.exposeFunction('codeAutomationExit', (code: number) => exited.resolve(code));
    await page.exposeFunction('codeAutomationLog', (_type: string, parts: unknown[]) => {
      const text = format(...parts);
      if (text === suiteBegins) suite.begun = true;
      else if (!noise.test(text) && suite.begun) console.log(text);
      else if (!noise.test(text)) suite.before.push(text);
    });
    const payload = {
      extensionDevelopmentPath: remoteAddress(server, root),
      extensionTestsPath: remoteAddress(server, join(root, 'out', 'host', 'index.js')),
      skipWelcome: 'true',
      skipReleaseNotes: 'true',
    };
    await page.goto(workbenchUrl(server, { folder, payload }));
    const code = await exited.promise.finally(() => clearTimeout(patience));
    if (code !== 0) {
      if (!suite.begun) console.log(suite.before.slice(-12).join('\n'));
      const picture = join(root, 'out', 'screenshots', 'failures', 'host-suite.png');
      await page.screenshot({ path: picture });
      console.log(`A picture of the window after the failure: ${picture}`);
    }
    return code;
  } finally {
    await browser.close();
    await server.stop();
    await rm(scratch, { recursive: true, force: true });
  }
}

const { values } = parseArgs({ options: { grep: { type: 'string', default: '' } } });
const code = await runHostSuite(values.grep);
const report = await readCounts('host');
if (report === undefined) console.error('The suite left no report: it could not be loaded. See the lines above.');
process.exitCode = code === 0 && report !== undefined ? 0 : 1;
