/** Puts answers of people into the places of a run's own, where those could not be used. */
import * as z from 'zod';
import { InvalidInputError } from '../errors.ts';
import { canonicalJson, isJsonObject } from '../record/json.ts';
import { noteCorrections } from './corrections.ts';
import { JournalReader, JournalWriter, scanJournal, type LineSpan } from './journal.ts';
import { journalLine, kindOf } from './journalLine.ts';
import { LockedError, takeLock } from './lock.ts';
import { readRunFile, runPaths } from './runFolder.ts';

/** A corrected answer. */
export interface Amendment {
  /** Address of the answer in the journal. */
  readonly at: string;
  readonly text: string;
  /** What the correction was asked for with; empty where a person has written it. */
  readonly instruction: string;
  /** Who has written it: `person`, or the model with its endpoint. */
  readonly by: string;
}

const asked = z.object({ hash: z.string(), endpoint: z.string(), request: z.record(z.string(), z.json()) });

/**
 * Appends corrected answers to the journal of a run; the earlier ones stay in it, and are what `explain` of an older copy
 * tells. Working the run through again (`resume`) takes the corrected ones, with all that follows from them.
 *
 * @throws InvalidInputError when the run is worked on, or has never asked what an answer is for
 */
export async function amendAnswers(folder: string, amendments: readonly Amendment[]): Promise<void> {
  const paths = runPaths(folder);
  const { run } = await readRunFile(paths);
  const lock = await takeLock(paths.lock, run).catch((error: unknown) => {
    if (!(error instanceof LockedError)) throw error;
    throw InvalidInputError.of('run-locked', `Run ${run} is being worked on; stop it first`);
  });
  try {
    const wanted = new Set(amendments.map(({ at }) => at));
    const spans = new Map<string, LineSpan>();
    const { intactBytes } = scanJournal(paths.journal, (address, span, line) => {
      if (wanted.has(address) && kindOf(address, line) !== 'attempt') spans.set(address, span);
    });
    const lines = linesFor(amendments, spans, paths.journal, run);
    // First: one that is noted and not there costs nothing, one that is there and not noted is overlooked.
    await noteCorrections(paths, [...wanted]);
    const writer = await JournalWriter.open(paths.journal, intactBytes);
    try {
      await Promise.all(lines.map((line) => writer.append(line)));
    } finally {
      await writer.close();
    }
  } finally {
    await lock.release();
  }
}

function linesFor(
  amendments: readonly Amendment[],
  spans: ReadonlyMap<string, LineSpan>,
  journal: string,
  run: string,
): readonly string[] {
  if (spans.size === 0) throw neverAsked(run, amendments[0]?.at ?? '');
  const reader = new JournalReader(journal);
  try {
    return amendments.map(({ at, text, instruction, by }) => {
      const span = spans.get(at);
      const line = span === undefined ? undefined : reader.read(span);
      const question = asked.safeParse(line).data;
      if (question === undefined) throw neverAsked(run, at);
      const { hash, endpoint, request } = question;
      const before = isJsonObject(line?.['answer']) ? line['answer']['model'] : undefined;
      const model = typeof before === 'string' ? before : '';
      const answer = { choices: [{ text, finishReason: 'stop' }], model, usage: null };
      const members = [
        `"hash":${JSON.stringify(hash)}`,
        `"endpoint":${JSON.stringify(endpoint)}`,
        // As the run itself writes it: it is compared byte by byte.
        `"request":${canonicalJson(request)}`,
        `"amended":${JSON.stringify({ by, instruction, at: new Date().toISOString() })}`,
        `"answer":${JSON.stringify(answer)}`,
      ];
      return journalLine(at, 'amended', members.join(','));
    });
  } finally {
    reader.close();
  }
}

function neverAsked(run: string, at: string): InvalidInputError {
  return InvalidInputError.of('unknown-question', `Run ${run} has not asked ${at}; there is nothing to correct`);
}
