import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { parseJson } from '../../core/record/json.ts';
import type { RunEntry, RunOutput } from '../runs/runEntry.ts';
import { resultFiles } from '../runs/runFiles.ts';

/** Where the records of an output are; or why they are not there. */
export type FoundOutput =
  | { readonly path: string }
  /** `none`: nothing was written yet; `gone`: moved or deleted; `replaced`: another run has written the file since. */
  | { readonly absent: 'none' | 'gone' | 'replaced' };

const cardSchema = z.object({ run: z.string() });

/** Looks for the file that holds the records a run wrote to an output. */
export async function findOutput(entry: RunEntry, output: RunOutput): Promise<FoundOutput> {
  const files = resultFiles(entry, output);
  // One whose place was taken is kept in its run's folder.
  const isInPlace = files[0] === output.path;
  if (output.complete && isInPlace && (await writtenBy(output.path)) !== entry.run) {
    return { absent: (await isThere(output.path)) ? 'replaced' : 'gone' };
  }
  for (const path of files) if (await isThere(path)) return { path };
  return { absent: output.complete ? 'gone' : 'none' };
}

/** The run named by the card beside a file; undefined without one. */
async function writtenBy(path: string): Promise<string | undefined> {
  const text = await readFile(`${path}.card.json`, 'utf8').catch(() => '');
  return cardSchema.safeParse(parseJson(text)).data?.run;
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    (info) => info.isFile(),
    () => false,
  );
}
