import { glob, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { build } from '../../esbuild.mjs';
import type { CodeServer } from '../support/codeServer.ts';
import { linkModelProvider } from '../support/linkExtension.ts';
import { root } from '../support/machine.ts';
import { readStartup, type Startup } from '../support/startup.ts';
import type { Workbench } from '../support/workbench.ts';
import { atMost, median, plain, printFigures, ratio } from './figures.ts';
import { inWorkbench } from './inWorkbench.ts';
import type { Scenario } from './scenario.ts';

const TRIALS = 3;
const SMALLEST = 'openline-tests.model-provider';

const milliseconds = (value: number): string => `${value.toFixed(0)} ms`;

/**
 * What the extension costs a window, by VS Code's own report, beside a tiny extension. VS Code counts from the moment an
 * extension's turn comes: while a window opens, that takes in what it loads of others in between. So there is a figure from
 * a window that has settled, too, where nothing else is loaded.
 */
export const activation: Scenario = async () => {
  await build({ production: true });
  const example = join(root, 'test', 'fixtures', 'example');
  const empty = await mkdtemp(join(tmpdir(), 'openline-empty-'));
  const settled: Startup[] = [];
  const opening: (readonly [own: Startup, smallest: Startup])[] = [];
  for (let number = 0; number < TRIALS; number += 1) {
    settled.push(await inWorkbench(empty, linkModelProvider, activateLate));
    opening.push(await inWorkbench(example, linkModelProvider, activateAtOnce));
  }
  await rm(empty, { recursive: true, force: true });
  const total = ({ loadMs, activateMs }: Startup): number => loadMs + activateMs;
  printFigures(`Activation in VS Code's server, ${String(TRIALS)} trials`, [
    plain('window that has settled: code loaded in', milliseconds(median(settled.map(({ loadMs }) => loadMs)))),
    plain('window that has settled: activated in', milliseconds(median(settled.map(({ activateMs }) => activateMs)))),
    atMost('window that has settled: both', median(settled.map(total)), 30, milliseconds),
    plain('example workspace opening: code loaded in', milliseconds(median(opening.map(([own]) => own.loadMs)))),
    atMost('example workspace opening: activated in', median(opening.map(([own]) => own.activateMs)), 30, milliseconds),
    plain('a tiny extension then, both', milliseconds(median(opening.map(([, smallest]) => total(smallest))))),
    plain('ratio', ratio(median(opening.map(([own, smallest]) => total(own) / Math.max(1, total(smallest)))))),
  ]);
};

/** Opens the view while the window still loads its extensions. */
async function activateAtOnce(workbench: Workbench): Promise<readonly [Startup, Startup]> {
  await workbench.openView('Openline');
  await workbench
    .treeItem(/^open-qa/u)
    .first()
    .waitFor();
  return [await readStartup(workbench), await readStartup(workbench, SMALLEST)];
}

/** Opens the view when the last extension that waits for the start has had its turn. */
async function activateLate(workbench: Workbench, server: CodeServer): Promise<Startup> {
  await started(server, SMALLEST);
  await workbench.openView('Openline');
  await workbench.page.getByRole('button', { name: 'Browse Recipes' }).first().waitFor();
  return readStartup(workbench);
}

/** Waits until the extension host has written down that it begins with an extension. */
async function started(server: CodeServer, id: string): Promise<void> {
  for (;;) {
    for await (const log of glob(join(dirname(server.logFile), '**', 'remoteexthost.log'))) {
      if ((await readFile(log, 'utf8')).includes(`_doActivateExtension ${id}`)) return;
    }
    await delay(100);
  }
}
