import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { build } from '../../esbuild.mjs';
import { linkPaintClock } from '../support/linkExtension.ts';
import { root } from '../support/machine.ts';
import type { Workbench } from '../support/workbench.ts';
import { atMost, median, plain, printFigures } from './figures.ts';
import { inWorkbench } from './inWorkbench.ts';
import type { Scenario } from './scenario.ts';

const TRIALS = 9;
/** How much later than an empty webview the Studio may be seen, in milliseconds. */
const LATER = 100;

const milliseconds = (value: number): string => `${value.toFixed(0)} ms`;

const EMPTY = { command: 'Tests: Open Empty Webview', has: '#empty' } as const;
const STUDIO = { command: 'Tests: Open Newest Studio', has: '#studio .title' } as const;

/** The moment at which a page first painted something, in milliseconds since the epoch. */
const PAINTED = `new Promise((resolve) => {
  const look = () => {
    const [entry] = performance.getEntriesByName('first-contentful-paint');
    if (entry === undefined) requestAnimationFrame(look);
    else resolve(performance.timeOrigin + entry.startTime);
  };
  look();
})`;

/**
 * How long after it was asked for the Studio paints its first contents, with a run that is over, beside a webview with
 * nothing but a point in it. Both take turns in one window.
 */
export const firstPaint: Scenario = async () => {
  await build({ production: true });
  const scratch = await mkdtemp(join(tmpdir(), 'openline-paint-'));
  const folder = join(scratch, 'example');
  await cp(join(root, 'test', 'fixtures', 'example'), folder, { recursive: true });
  const { cold, empty, studio } = await inWorkbench(folder, linkPaintClock, async (workbench) => {
    await workbench.openPipeline('open-qa');
    await workbench.command('Openline: Run');
    await workbench.treeItem(/^open-qa, done/u).waitFor();
    await workbench.clearToasts();
    const measured: { cold: number; empty: number[]; studio: number[] } = { cold: 0, empty: [], studio: [] };
    // The first of each loads what the others find.
    await timeToPaint(workbench, folder, EMPTY);
    measured.cold = await timeToPaint(workbench, folder, STUDIO);
    for (let trial = 0; trial < TRIALS; trial += 1) {
      measured.empty.push(await timeToPaint(workbench, folder, EMPTY));
      measured.studio.push(await timeToPaint(workbench, folder, STUDIO));
    }
    return measured;
  });
  await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
  printFigures(`First paint of the Studio, ${String(TRIALS)} trials, in VS Code's server`, [
    plain('empty webview', milliseconds(median(empty))),
    plain('Studio', milliseconds(median(studio))),
    plain('Studio, the first one of a window', milliseconds(cold)),
    atMost('later than the empty one', median(studio) - median(empty), LATER, milliseconds),
  ]);
};

async function timeToPaint(
  workbench: Workbench,
  folder: string,
  { command, has }: { readonly command: string; readonly has: string },
): Promise<number> {
  await workbench.closeEditors();
  await workbench.command(command);
  const frame: Frame = await workbench.webview({ has });
  const painted = await frame.evaluate<number>(PAINTED);
  return painted - Number(await readFile(join(folder, 'opened-at'), 'utf8'));
}
