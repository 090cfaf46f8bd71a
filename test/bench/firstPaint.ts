import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { build } from '../../esbuild.mjs';
import { copyExample } from '../support/example.ts';
import { STUDIO_SHOWN } from '../../src/protocol/studio.ts';
import { linkPaintClock } from '../support/linkExtension.ts';
import type { Workbench } from '../support/workbench.ts';
import { atMost, median, plain, printFigures } from './figures.ts';
import { inWorkbench } from './inWorkbench.ts';
import type { Scenario } from './scenario.ts';

const TRIALS = 9;
/** How much later than an empty webview the Studio may be seen, in milliseconds. */
const LATER = 100;

const milliseconds = (value: number): string => `${value.toFixed(0)} ms`;

/** What is opened, what it is known by, and what its page paints or marks. */
interface Opened {
  readonly command: string;
  readonly has: string;
  /** Name of an entry on the page's timeline. */
  readonly entry: string;
}

interface Times {
  readonly paint: number;
  readonly whole: number;
}

const NONE: Times = { paint: 0, whole: 0 };
const paintOf = (times: readonly Times[]): number => median(times.map(({ paint }) => paint));

const PAINT = 'first-contentful-paint';
const EMPTY: Opened = { command: 'Tests: Open Empty Webview', has: '#empty', entry: PAINT };
const STUDIO: Opened = { command: 'Tests: Open Newest Studio', has: '#studio h1', entry: STUDIO_SHOWN };

/**
 * How long after it was asked for the Studio paints its first contents, with a run that is over, beside a webview with
 * nothing but a point in it. Both take turns in one window.
 */
export const firstPaint: Scenario = async () => {
  await build({ production: true });
  const scratch = await mkdtemp(join(tmpdir(), 'openline-paint-'));
  const folder = join(scratch, 'example');
  await copyExample(folder);
  const { cold, empty, studio } = await inWorkbench(folder, linkPaintClock, async (workbench) => {
    await workbench.openPipeline('open-qa');
    await workbench.command('Openline: Run');
    await workbench.treeItem(/^open-qa, done/u).waitFor();
    await workbench.clearToasts();
    const measured: { cold: Times; empty: Times[]; studio: Times[] } = { cold: NONE, empty: [], studio: [] };
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
    plain('empty webview', milliseconds(paintOf(empty))),
    plain('Studio', milliseconds(paintOf(studio))),
    atMost('later than the empty one', paintOf(studio) - paintOf(empty), LATER, milliseconds),
    plain('Studio complete', milliseconds(median(studio.map(({ whole }) => whole)))),
    plain('the first Studio of a window', `${milliseconds(cold.paint)}, complete after ${milliseconds(cold.whole)}`),
  ]);
};

/** From when it was asked for to the first paint of its contents, and to the entry that it is complete with; in milliseconds. */
async function timeToPaint(workbench: Workbench, folder: string, { command, has, entry }: Opened): Promise<Times> {
  await workbench.closeEditors();
  await workbench.command(command);
  const frame = await workbench.webview({ has });
  const [paint, whole] = [await momentOf(frame, PAINT), await momentOf(frame, entry)];
  const opened = Number(await readFile(join(folder, 'opened-at'), 'utf8'));
  return { paint: paint - opened, whole: whole - opened };
}

/** When something happened in a page, in milliseconds since the epoch. */
function momentOf(frame: Frame, entry: string): Promise<number> {
  return frame.evaluate<number>(`new Promise((resolve) => {
    const look = () => {
      const [found] = performance.getEntriesByName('${entry}');
      if (found === undefined) requestAnimationFrame(look);
      else resolve(performance.timeOrigin + found.startTime);
    };
    look();
  })`);
}
