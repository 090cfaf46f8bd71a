import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { jaccard, ngramHashes } from '../../src/core/curate/dedup/ngrams.ts';
import { seededRandom, type Random } from '../../src/core/curate/seededRandom.ts';
import { atLeast, atMost, megabytes, plain, printFigures, ratio, seconds } from './figures.ts';
import { plainReport } from './messages.ts';
import type { Scenario } from './scenario.ts';
import { makeWorkspace, removeWorkspace } from './workspace.ts';

const EXACT = { records: 1_000_000, bytes: 500, milliseconds: 10_000, memory: 500e6 };
const FUZZY = { records: 100_000, bytes: 500, milliseconds: 60_000, memory: 1e9 };
const THRESHOLD = 0.8;
/** One record in so many is planted: a copy of an earlier one, or nearly. */
const PLANTED_EVERY = 10;

/** Time and memory of dropping equal and nearly equal records, and whether the right ones go. */
export const dedup: Scenario = async ({ start }) => {
  const folder = makeWorkspace();
  try {
    for (const method of ['exact', 'fuzzy'] as const) {
      const { records, bytes, milliseconds, memory } = method === 'exact' ? EXACT : FUZZY;
      const input = join(folder, `${method}.jsonl`);
      const planted = await writeInput(input, records, bytes, method === 'fuzzy');
      const worker = start('plainRun.ts');
      const report = await worker.ask({ input, dedup: method }, plainReport);
      await worker.stop();
      const dropped = records - report.records;
      const found = method === 'fuzzy' ? planted - report.plantedLeft : dropped;
      printFigures(`De-duplication, ${method}: ${records} records of ${bytes} bytes, JSONL → dedup → JSONL`, [
        atMost('time', report.milliseconds, milliseconds, seconds),
        atMost('peak', report.peakBytes, memory, megabytes),
        plain('planted and dropped', `${planted} and ${dropped}`),
        atLeast('recall', found / planted, 0.95, ratio),
        atLeast('precision', found / dropped, 0.99, ratio),
      ]);
    }
  } finally {
    removeWorkspace(folder);
  }
};

/** @returns how many records were planted */
async function writeInput(path: string, records: number, bytes: number, nearly: boolean): Promise<number> {
  const random = seededRandom(11, []);
  const stream = createWriteStream(path);
  const recent: string[] = [];
  let planted = 0;
  for (let number = 0; number < records; number += 1) {
    const original = recent[Math.floor(random() * recent.length)];
    const copies = number % PLANTED_EVERY === PLANTED_EVERY - 1 && original !== undefined;
    const text = copies ? (nearly ? nearCopy(original, random) : original) : newText(bytes, random);
    if (copies) planted += 1;
    else recent[number % 1000] = text;
    if (!stream.write(`{"planted":${copies},"text":"${text}"}\n`)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'finish');
  return planted;
}

function word(random: Random): string {
  return Math.floor(random() * 60_000).toString(36);
}

function newText(bytes: number, random: Random): string {
  let text = word(random);
  while (text.length < bytes - 30) text += ` ${word(random)}`;
  return text;
}

/** A copy with as many words replaced as the threshold allows. */
function nearCopy(text: string, random: Random): string {
  const ngrams = ngramHashes(text, { unit: 'characters', size: 5 });
  const words = text.split(' ');
  let copy = text;
  for (;;) {
    words[Math.floor(random() * words.length)] = word(random);
    const next = words.join(' ');
    if (jaccard(ngrams, ngramHashes(next, { unit: 'characters', size: 5 })) < THRESHOLD) return copy;
    copy = next;
  }
}
