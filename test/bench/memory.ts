import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { atMost, megabytes, plain, printFigures, seconds } from './figures.ts';
import { plainReport } from './messages.ts';
import type { Scenario } from './scenario.ts';
import { makeWorkspace, removeWorkspace } from './workspace.ts';

const RECORDS = 1_000_000;
const RECORD_BYTES = 500;

/** Peak memory of a run over many records, with V8 set up as the command does. */
export const memory: Scenario = async ({ start }) => {
  const folder = makeWorkspace();
  const input = join(folder, 'input.jsonl');
  await writeInput(input);
  try {
    const worker = start('plainRun.ts');
    const report = await worker.ask({ input, dedup: null }, plainReport);
    await worker.stop();
    printFigures(`Memory: ${RECORDS} records of ${RECORD_BYTES} bytes, JSONL → modify → JSONL`, [
      plain('time', `${seconds(report.milliseconds)} for ${report.records} records`),
      atMost('peak', report.peakBytes, 400e6, megabytes),
      atMost('growth after the first 100 000', report.growth, 60, (bytes) => `${bytes.toFixed(1)} bytes a record`),
    ]);
  } finally {
    removeWorkspace(folder);
  }
};

async function writeInput(path: string): Promise<void> {
  const stream = createWriteStream(path);
  const filler = 'All work and no play makes a dull set of examples. '.repeat(10);
  for (let number = 0; number < RECORDS; number += 1) {
    const head = `{"name":"record ${number}","text":"`;
    const line = `${head}${filler.slice(0, RECORD_BYTES - head.length - 3)}"}\n`;
    if (!stream.write(line)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'finish');
}
