import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { atMost, megabytes, plain, printFigures, ratio, seconds } from './figures.ts';
import { datasetReport, type DatasetReport } from './messages.ts';
import type { Scenario } from './scenario.ts';
import { makeWorkspace, removeWorkspace } from './workspace.ts';

const RECORDS = 1_000_000;
const RECORD_BYTES = 1_073;

const milliseconds = (value: number): string => `${value.toFixed(1)} ms`;

/** The reader behind the dataset viewer on a file of a gigabyte, beside reading the file once. */
export const dataset: Scenario = async ({ start }) => {
  const folder = makeWorkspace();
  const input = join(folder, 'input.jsonl');
  await writeInput(input);
  try {
    const worker = start('datasetRun.ts');
    const report = await worker.ask({ input }, datasetReport);
    await worker.stop();
    const { plainRead, firstRows, index, searchText, searchCondition, statistics, pages } = report;
    const spent = ({ passed, processor }: DatasetReport['index']): string =>
      `${seconds(passed)}, ${seconds(processor)} of processor`;
    const processor = index.processor / plainRead.processor;
    printFigures(`Dataset viewer: ${report.lines} lines, ${megabytes(report.bytes)}`, [
      plain('reading the file once, plainly', spent(plainRead)),
      atMost('first rows', firstRows, 1000, milliseconds),
      plain('index of all lines', spent(index)),
      plain('processor time of the index, times that of a plain read', ratio(processor)),
      plain(`a page of 100 rows anywhere, median of ${pages.count}`, milliseconds(pages.median)),
      plain(`text search, ${report.found} found`, spent(searchText)),
      plain('condition on fields', spent(searchCondition)),
      plain(`statistics of ${report.sampled} sampled records`, spent(statistics)),
      atMost('longest the host was held up', report.heldUp, 50, milliseconds),
      plain('the same while nothing was done', milliseconds(report.heldUpIdle)),
      atMost('peak of the whole process', report.peakBytes, 500e6, megabytes),
    ]);
  } finally {
    removeWorkspace(folder);
  }
};

async function writeInput(path: string): Promise<void> {
  const stream = createWriteStream(path, { highWaterMark: 4 * 1024 * 1024 });
  const filler = 'All work and no play makes a dull set of examples. '.repeat(30);
  for (let number = 0; number < RECORDS; number += 1) {
    const needle = number % 100_000 === 99_999 ? 'needle ' : '';
    const head = `{"id":"${number}","score":${number % 97},"scores":{"help":${number % 11}},"prompt":"Question ${number}","text":"${needle}`;
    const line = `${head}${filler.slice(0, RECORD_BYTES - head.length - 3)}"}\n`;
    if (!stream.write(line)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'finish');
}
