import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from '../../esbuild.mjs';
import { launchBrowser, viewport } from '../support/browser.ts';
import { startCodeServer, workbenchUrl } from '../support/codeServer.ts';
import { linkExtension, linkModelProvider } from '../support/linkExtension.ts';
import { root } from '../support/machine.ts';
import { readStartup, type Startup } from '../support/startup.ts';
import { Workbench } from '../support/workbench.ts';
import { atMost, median, plain, printFigures, ratio } from './figures.ts';
import type { Scenario } from './scenario.ts';

const TRIALS = 3;
const SMALLEST = 'openline-tests.model-provider';

const milliseconds = (value: number): string => `${value.toFixed(0)} ms`;

/** What the extension costs a window that opens a workspace with pipelines, by VS Code's own report, beside a tiny extension. */
export const activation: Scenario = async () => {
  await build({ production: true });
  const trials: (readonly [own: Startup, smallest: Startup])[] = [];
  for (let number = 0; number < TRIALS; number += 1) trials.push(await measure());
  const total = ({ loadMs, activateMs }: Startup): number => loadMs + activateMs;
  const own = trials.map(([startup]) => startup);
  printFigures(`Activation: the example workspace in VS Code's server, ${String(TRIALS)} trials`, [
    plain('code loaded in', milliseconds(median(own.map(({ loadMs }) => loadMs)))),
    atMost('activated in', median(own.map(({ activateMs }) => activateMs)), 30, milliseconds),
    plain(
      'a tiny extension, loaded and activated in',
      milliseconds(median(trials.map(([, smallest]) => total(smallest)))),
    ),
    plain('ratio', ratio(median(trials.map(([startup, smallest]) => total(startup) / Math.max(1, total(smallest)))))),
  ]);
};

async function measure(): Promise<readonly [Startup, Startup]> {
  const extensionsFolder = await mkdtemp(join(tmpdir(), 'openline-activation-'));
  await linkExtension(extensionsFolder);
  await linkModelProvider(extensionsFolder);
  const server = await startCodeServer({ extensionsFolder });
  const browser = await launchBrowser();
  try {
    const workbench = new Workbench(await browser.newPage({ viewport }));
    await workbench.open(workbenchUrl(server, { folder: join(root, 'test', 'fixtures', 'example') }));
    await workbench.openView('Openline');
    await workbench
      .treeItem(/^open-qa/u)
      .first()
      .waitFor();
    return [await readStartup(workbench), await readStartup(workbench, SMALLEST)];
  } finally {
    await browser.close();
    await server.stop();
    await rm(extensionsFolder, { recursive: true, force: true, maxRetries: 5 });
  }
}
