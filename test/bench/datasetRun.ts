/** Reads a dataset as the viewer's host does: a worker does the work, and this thread is watched. */
import { open, stat } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { WHOLE, type ViewQuery } from '../../src/core/datasets/view/query.ts';
import { seededRandom } from '../../src/core/curate/seededRandom.ts';
import { DatasetReader } from '../../src/host/datasets/datasetReader.ts';
import { median } from './figures.ts';
import { datasetOrder, type DatasetReport } from './messages.ts';
import { answerOrders, cpuMilliseconds, peakMemory } from './worker.ts';

const PAGES = 200;
const CHUNK = 4 * 1024 * 1024;

answerOrders(datasetOrder, async ({ input }): Promise<DatasetReport> => {
  // Once before it counts, so that it is in memory for all.
  await readPlainly(input);
  const plainRead = await timed(() => readPlainly(input));
  const heldUpIdle = await watched(() => delay(2000));
  let reader: DatasetReader | undefined;
  try {
    const startedAt = performance.now();
    reader = new DatasetReader({
      script: new URL('../../src/host/datasets/datasetWorker.ts', import.meta.url),
      unended: 'line',
      onState: () => undefined,
      onFailure: (error) => {
        throw error;
      },
    });
    const report = await readAsViewer(reader, input, startedAt);
    return { ...report, bytes: (await stat(input)).size, plainRead, heldUpIdle, peakBytes: peakMemory() };
  } finally {
    reader?.dispose();
  }
});

async function readAsViewer(reader: DatasetReader, input: string, startedAt: number) {
  let [firstRows, found, sampled] = [0, 0, 0];
  const times: DatasetReport['index'][] = [];
  let pages: DatasetReport['pages'] = { count: 0, median: 0, worst: 0 };
  const heldUp = await watched(async () => {
    const first = firstPage(reader, startedAt);
    times.push(await timed(() => reader.ask({ type: 'update', path: input })));
    firstRows = await first;
    pages = await randomPages(reader, reader.state.counts.total);
    const text: ViewQuery = { ...WHOLE, text: 'needle' };
    const condition: ViewQuery = { ...WHOLE, text: 'scores.help > 9 and score == 3', mode: 'condition' };
    times.push(
      await timed(async () => {
        found = await searched(reader, text);
      }),
    );
    times.push(await timed(() => searched(reader, condition)));
    times.push(
      await timed(async () => {
        sampled = (await reader.ask({ type: 'statistics' }))?.records ?? 0;
      }),
    );
  });
  const nothing = { passed: 0, processor: 0 };
  const [index = nothing, searchText = nothing, searchCondition = nothing, statistics = nothing] = times;
  const lines = reader.state.counts.total;
  return { lines, firstRows, pages, found, sampled, heldUp, index, searchText, searchCondition, statistics };
}

/** Time that passed, and processor time of all threads: on a busy machine the first says little. */
async function timed(work: () => Promise<unknown>): Promise<DatasetReport['index']> {
  const [startedAt, cpuBefore] = [performance.now(), cpuMilliseconds()];
  await work();
  return { passed: performance.now() - startedAt, processor: cpuMilliseconds() - cpuBefore };
}

/** The longest that this thread was held up meanwhile. */
async function watched(work: () => Promise<unknown>): Promise<number> {
  const loop = monitorEventLoopDelay({ resolution: 5 });
  loop.enable();
  await work();
  loop.disable();
  return loop.max / 1e6;
}

async function readPlainly(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(CHUNK);
    for (let at = 0; ;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
      if (bytesRead === 0) return;
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
}

async function firstPage(reader: DatasetReader, startedAt: number): Promise<number> {
  for (;;) {
    const { rows } = await reader.ask({ type: 'page', query: WHOLE, start: 0, count: 100, columns: null });
    if (rows.length === 100) return performance.now() - startedAt;
  }
}

async function randomPages(reader: DatasetReader, total: number): Promise<DatasetReport['pages']> {
  const random = seededRandom(5, []);
  const times: number[] = [];
  for (let page = 0; page < PAGES; page += 1) {
    const start = Math.floor(random() * (total - 100));
    const { passed } = await timed(() => reader.ask({ type: 'page', query: WHOLE, start, count: 100, columns: null }));
    times.push(passed);
  }
  return { count: PAGES, median: median(times), worst: Math.max(...times) };
}

/** How many rows a query finds, when the search is over. */
async function searched(reader: DatasetReader, query: ViewQuery): Promise<number> {
  for (;;) {
    const { counts } = await reader.ask({ type: 'page', query, start: 0, count: 1, columns: [] });
    if (!counts.isSearching) return counts.matched;
    await delay(5);
  }
}
