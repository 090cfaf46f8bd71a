/** About how many records a source of files holds, without reading it whole. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { isRecordFormat } from '../datasets/sourceFormats.ts';
import type { ReadStep } from '../pipeline/plan.ts';
import type { FilesSource } from '../pipeline/sourcePlan.ts';
import { BYTES_PER_TOKEN } from './load.ts';
import { sampled } from './expectedRecords.ts';

/** Bytes of a file's beginning that are looked at; the records behind it are taken to be like those in it. */
const HEAD_BYTES = 256 * 1024;
/** Files whose beginnings are looked at; of more, the others are taken to be like these. */
const MOST_FILES = 50;
/** Bytes of a record where no line tells: a page of a table, a function, a commit. */
const RECORD_BYTES = 500;
const LINE_FEED = 0x0a;

/** Records that a `read` step gives: its files' lines, or the chunks that their bytes make; after its `sample`. */
export function guessSize({ source, sample, chunk }: ReadStep): number {
  if (source.kind !== 'files') return 1;
  if (chunk !== undefined) {
    const bytes = source.files.reduce((total, { path }) => total + sizeOf(path), 0);
    const each = chunk.size === null ? RECORD_BYTES : chunk.size * BYTES_PER_TOKEN;
    const documents = Math.max(1, source.files.length);
    const share = sample === undefined ? 1 : sampled(documents, sample) / documents;
    return Math.max(1, Math.round((bytes / each) * share));
  }
  const records = Math.max(1, Math.round(recordsOf(source)));
  return sample === undefined ? records : sampled(records, sample);
}

function recordsOf({ files }: FilesSource): number {
  let records = 0;
  let bytes = 0;
  for (const { path, as } of files.slice(0, MOST_FILES)) {
    const size = sizeOf(path);
    bytes += size;
    if (!isRecordFormat(as)) records += 1;
    else if (as === 'jsonl' || as === 'csv' || as === 'tsv') records += linesOf(path, size) - (as === 'jsonl' ? 0 : 1);
    else records += size / RECORD_BYTES;
  }
  if (files.length <= MOST_FILES || bytes === 0) return records;
  return records * (files.reduce((total, { path }) => total + sizeOf(path), 0) / bytes);
}

/** The lines of a file, exactly where it is small. */
function linesOf(path: string, size: number): number {
  const head = Buffer.allocUnsafe(Math.min(size, HEAD_BYTES));
  let length: number;
  try {
    const file = openSync(path, 'r');
    try {
      length = readSync(file, head, 0, head.length, 0);
    } finally {
      closeSync(file);
    }
  } catch {
    return 0;
  }
  if (length === 0) return 0;
  let lines = 0;
  for (let at = head.indexOf(LINE_FEED); at !== -1 && at < length; at = head.indexOf(LINE_FEED, at + 1)) lines += 1;
  if (length === size) return head[length - 1] === LINE_FEED ? lines : lines + 1;
  return Math.max(1, lines) * (size / length);
}

/** In bytes; 0 of what is not there, which the run will say. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
