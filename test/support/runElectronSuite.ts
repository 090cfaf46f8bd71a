/**
 * Runs the host's suite in desktop VS Code (`npm run test:electron`): the one that VSCODE_EXECUTABLE names, else the oldest
 * that the extension supports, downloaded into .vscode-test.
 */
import { runTests } from '@vscode/test-electron';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { countsFile, forgetCounts, oneFailed, readCounts, tellEnd } from './counts.ts';
import { copyExample } from './example.ts';
import { root } from './machine.ts';

const { engines } = z
  .object({ engines: z.object({ vscode: z.string() }) })
  .parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
const executable = process.env['VSCODE_EXECUTABLE'];
const scratch = await mkdtemp(join(tmpdir(), 'openline-electron-'));
const folder = join(scratch, 'example');
await copyExample(folder);
await forgetCounts('host');
try {
  await runTests({
    ...(executable === undefined ? { version: engines.vscode.replace('^', '') } : { vscodeExecutablePath: executable }),
    extensionDevelopmentPath: [root, join(root, 'test', 'fixtures', 'model-provider')],
    extensionTestsPath: join(root, 'out', 'host', 'index.js'),
    extensionTestsEnv: { OPENLINE_HOST_REPORT: countsFile('host') },
    launchArgs: [
      folder,
      '--disable-extensions',
      '--disable-workspace-trust',
      `--user-data-dir=${join(scratch, 'user')}`,
    ],
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
} finally {
  await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
}
tellEnd((await readCounts('host')) ?? oneFailed);
