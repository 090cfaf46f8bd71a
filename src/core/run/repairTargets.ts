/** The records and rejects of a run that are to be put right, read one after the other. */
import * as z from 'zod';
import { readLines } from '../datasets/readLines.ts';
import type { ChatMessage } from '../endpoints/endpoint.ts';
import { isJsonObject, parseJson, type Json, type JsonObject } from '../record/json.ts';
import { reviewId } from '../curate/review/decision.ts';
import { readAnswer } from './answer.ts';
import { runSource } from './exportSource.ts';
import { JournalReader, scanJournal, type LineSpan } from './journal.ts';
import { kindOf } from './journalLine.ts';
import { rejectSchema, type Reject } from './lineage.ts';
import { answerRepair, recordRepair } from './repairPrompt.ts';
import { runPaths } from './runFolder.ts';

/** What is to be put right; lines count from 0. */
export type RepairTargets =
  | { readonly kind: 'records'; readonly output: string; readonly lines: readonly number[] }
  | { readonly kind: 'rejects'; readonly lines: readonly number[] }
  /** Everything that a step turned down for a reason. */
  | { readonly kind: 'cause'; readonly step: string; readonly reason: string };

/** One of them, with what is wrong and what is asked about it. */
export interface RepairTarget {
  readonly kind: 'record' | 'reject';
  readonly line: number;
  readonly id: string;
  /** The record: of a reject what was turned down. */
  readonly fields: JsonObject;
  /** Address of the answer that is put right; null: it is the record that is. */
  readonly at: string | null;
  /** What was said before, where it is an answer. */
  readonly said: string | null;
  readonly messages: (instruction: string) => readonly ChatMessage[];
}

const requestSchema = z.object({
  messages: z.array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })),
});

/** @throws InvalidInputError when the records are not there (any more) */
export async function* readTargets(folder: string, targets: RepairTargets): AsyncGenerator<RepairTarget> {
  if (targets.kind === 'records') yield* readRecords(folder, targets.output, new Set(targets.lines));
  else yield* readRejects(folder, targets);
}

async function* readRecords(folder: string, output: string, wanted: ReadonlySet<number>): AsyncGenerator<RepairTarget> {
  const { path, bytes } = await runSource(folder, output);
  for await (const { number, text } of linesOf(path, wanted, bytes)) {
    const fields = parseJson(text);
    if (!isJsonObject(fields)) continue;
    const { id: _id, openline_id: _key, ...rest } = fields;
    yield {
      kind: 'record',
      line: number,
      id: reviewId(fields, null) ?? String(number),
      fields,
      at: null,
      said: null,
      // The key is not the model's to change.
      messages: (instruction) => recordRepair(rest, instruction, null),
    };
  }
}

async function* readRejects(
  folder: string,
  targets: Exclude<RepairTargets, { kind: 'records' }>,
): AsyncGenerator<RepairTarget> {
  const paths = runPaths(folder);
  const lines = targets.kind === 'rejects' ? new Set(targets.lines) : null;
  const rejects: { readonly line: number; readonly reject: Reject; readonly fields: JsonObject }[] = [];
  for await (const { number, text } of linesOf(paths.rejects, lines)) {
    const value = parseJson(text);
    const reject = rejectSchema.safeParse(value).data;
    if (reject === undefined) continue;
    if (targets.kind === 'cause' && (reject.step !== targets.step || reject.reason !== targets.reason)) continue;
    const fields = isJsonObject(value) && isJsonObject(value['fields']) ? value['fields'] : {};
    rejects.push({ line: number, reject, fields });
  }
  const answers = new Answers(paths.journal, new Set(rejects.flatMap(({ reject }) => reject.at ?? [])));
  try {
    for (const { line, reject, fields } of rejects) yield rejectTarget(line, reject, fields, answers);
  } finally {
    answers.close();
  }
}

function rejectTarget(line: number, reject: Reject, fields: JsonObject, answers: Answers): RepairTarget {
  const { at, message } = reject;
  // One key stands for a record at every step that leaves it as it is.
  const id = `${reject.step}/${reject.id}`;
  const asked = at === undefined ? undefined : answers.read(at);
  if (at === undefined || asked === undefined) {
    const messages: RepairTarget['messages'] = (instruction) => recordRepair(fields, instruction, message);
    return { kind: 'reject', line, id, fields, at: null, said: null, messages };
  }
  const { before, said } = asked;
  return {
    kind: 'reject',
    line,
    id,
    fields,
    at,
    said,
    messages: (instruction) => answerRepair(before, said, instruction, message),
  };
}

/** Requests and answers of a journal by their addresses. */
class Answers {
  readonly #spans = new Map<string, LineSpan>();
  readonly #reader: JournalReader | undefined;

  constructor(journal: string, wanted: ReadonlySet<string>) {
    if (wanted.size === 0) return;
    scanJournal(journal, (address, span, line) => {
      if (wanted.has(address) && kindOf(address, line) !== 'attempt') this.#spans.set(address, span);
    });
    if (this.#spans.size > 0) this.#reader = new JournalReader(journal);
  }

  /** Undefined where it was no conversation. */
  read(at: string): { readonly before: readonly ChatMessage[]; readonly said: string | null } | undefined {
    const span = this.#spans.get(at);
    const line = span === undefined ? undefined : this.#reader?.read(span);
    const request = requestSchema.safeParse(line?.['request']).data;
    if (request === undefined) return undefined;
    const answer: Json | undefined = line?.['answer'];
    return { before: request.messages, said: readAnswer(answer)?.choices[0]?.text ?? null };
  }

  close(): void {
    this.#reader?.close();
  }
}

/** @param wanted numbers of the lines, from 0; null: all */
async function* linesOf(
  path: string,
  wanted: ReadonlySet<number> | null,
  size?: number,
): AsyncGenerator<{ readonly number: number; readonly text: string }> {
  let left = wanted?.size ?? Number.POSITIVE_INFINITY;
  for await (const { number: from1, bytes } of readLines(path, undefined, size)) {
    if (left <= 0) return;
    const number = from1 - 1;
    if (bytes === null || wanted?.has(number) === false) continue;
    left -= 1;
    yield { number, text: bytes.toString('utf8') };
  }
}
