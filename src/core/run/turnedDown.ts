/** What a run turned down, so that a later one asks for it once more instead of taking the same answers over. */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { parseJson } from '../record/json.ts';
import { scanJournal } from './journal.ts';
import { kindOf, readLine } from './journalLine.ts';
import { originOf, type AnswerOrigin } from './reuse.ts';
import { runPaths, runsFolder, type TurnedDown } from './runFolder.ts';

const rejectSchema = z.object({
  step: z.string(),
  reason: z.string(),
  at: z.string().optional(),
  steps: z.array(z.object({ at: z.string().optional() })).default([]),
});

/**
 * The answers that what was turned down was made from: of a step that asks its own, with all attempts; else the last on
 * the way there. Empty when the run is gone.
 */
export async function answersTurnedDown(root: string, of: TurnedDown): Promise<readonly AnswerOrigin[]> {
  const paths = runPaths(join(runsFolder(root), of.run));
  const wanted = await addressesOf(paths.rejects, of);
  const origins: AnswerOrigin[] = [];
  if (wanted.size === 0) return origins;
  scanJournal(paths.journal, (at, _span, line) => {
    if (!wanted.has(at)) return;
    const kind = kindOf(at, line);
    if (kind === 'answer' || kind === 'batched') origins.push({ run: of.run, at });
    else if (kind === 'reused') origins.push(originOf(readLine(line)?.['from']) ?? { run: of.run, at });
  });
  return origins;
}

async function addressesOf(path: string, { step, reason }: TurnedDown): Promise<ReadonlySet<string>> {
  const addresses = new Set<string>();
  const stream = createReadStream(path);
  try {
    for await (const line of createInterface({ input: stream })) {
      const reject = rejectSchema.safeParse(parseJson(line)).data;
      if (reject?.step !== step || (reason !== undefined && reject.reason !== reason)) continue;
      const at = reject.at ?? reject.steps.findLast((before) => before.at !== undefined)?.at;
      for (const address of at === undefined ? [] : attemptsUpTo(at)) addresses.add(address);
    }
  } catch {
    // The run was removed meanwhile: there is nothing to leave aside.
  } finally {
    stream.destroy();
  }
  return addresses;
}

/** An address ends with the number of the attempt; a list may have been converted by the model besides. */
function attemptsUpTo(at: string): readonly string[] {
  const slash = at.lastIndexOf('/');
  const last = Number(at.slice(slash + 1));
  const attempts = Array.from({ length: last + 1 }, (_, attempt) => `${at.slice(0, slash)}/${attempt}`);
  return attempts.flatMap((address) => [address, address.replace('/', '.conversion/')]);
}
