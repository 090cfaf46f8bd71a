/** Records on their way to a cluster: files of ids and texts, the program that works on them, and where they come from. */
import { copyFile, mkdir, open, readdir, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { libraryFolder } from '../../libraryFolder.ts';
import { readLines } from '../readLines.ts';

/** Bytes of a file, about: as many files as keep a cluster busy, none that a worker could not hold. */
const PART_BYTES = 64 * 1024 * 1024;
/** Bytes that go to the disk together. */
const WRITE_BYTES = 1024 * 1024;
const LINE_FEED = Buffer.from('\n');

export const HAND_OVER_FILE = 'hand-over.json';
/** Where the program writes the records that are left. */
export const KEPT_FOLDER = 'kept';
const RECORDS_FOLDER = 'records';

export const handOverSchema = z.object({
  openline: z.literal(1),
  run: z.string().nullable().describe('The run whose records they are'),
  dataset: z.string().describe('Its file, from the folder'),
  sha256: z.string().describe("The file's hash then"),
  records: z.number(),
});
export type HandOver = z.infer<typeof handOverSchema>;

/** The files of ids and texts, in their order. */
export async function partsOf(folder: string): Promise<readonly string[]> {
  const names = await readdir(join(folder, RECORDS_FOLDER));
  return names.sort().map((name) => join(folder, RECORDS_FOLDER, name));
}

/**
 * Makes the folder from a JSONL file.
 *
 * @param folder must not exist
 */
export async function writeHandOver(
  lines: string,
  folder: string,
  origin: HandOver,
  partBytes = PART_BYTES,
): Promise<void> {
  await mkdir(join(folder, RECORDS_FOLDER), { recursive: true });
  await writeParts(lines, join(folder, RECORDS_FOLDER), partBytes);
  await copyFile(join(libraryFolder(), 'nemo-curator', 'curate.py'), join(folder, 'curate.py'));
  await writeFile(join(folder, HAND_OVER_FILE), `${JSON.stringify(origin, null, 2)}\n`);
}

async function writeParts(lines: string, folder: string, partBytes: number): Promise<void> {
  let number = 0;
  let file: FileHandle | undefined;
  let size = 0;
  let waiting: Buffer[] = [];
  let held = 0;
  const flush = async (): Promise<void> => {
    await file?.appendFile(Buffer.concat(waiting));
    waiting = [];
    held = 0;
  };
  const finish = async (): Promise<void> => {
    await flush();
    await file?.close();
    file = undefined;
  };
  try {
    for await (const { bytes } of readLines(lines)) {
      if (bytes === null) continue;
      if (size >= partBytes) await finish();
      if (file === undefined) {
        file = await open(join(folder, `part-${String(number).padStart(5, '0')}.jsonl`), 'w');
        number += 1;
        size = 0;
      }
      waiting.push(bytes, LINE_FEED);
      size += bytes.length + 1;
      held += bytes.length + 1;
      if (held >= WRITE_BYTES) await flush();
    }
    await finish();
  } finally {
    await file?.close();
  }
}
