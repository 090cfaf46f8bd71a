/**
 * What every step of a preview made: kept in `steps.jsonl` of its folder, so that a person can look at the inside of a
 * pipeline before the run. (A run keeps only what comes out, and the history of that.)
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { isJsonObject, parseJson, type Json, type JsonObject } from '../record/json.ts';
import { formatKey } from '../record/key.ts';
import type { Item } from '../record/record.ts';
import { readAnswer } from './answer.ts';
import { stepOfAddress } from './address.ts';
import { JournalReader, scanJournal, type LineSpan } from './journal.ts';
import { kindOf } from './journalLine.ts';
import { runPaths } from './runFolder.ts';
import { TextFile } from './textFile.ts';

/** Records and rejects of one step that are kept and shown: a preview is to be looked at. */
const MOST_OF_A_STEP = 50;
const addresses = z.array(z.string());
const madeSchema = z.object({
  step: z.string(),
  id: z.string(),
  at: addresses,
  fields: z.record(z.string(), z.json()),
});
const rejectSchema = z.object({
  id: z.string(),
  step: z.string(),
  reason: z.string(),
  message: z.string(),
  at: z.string().optional(),
  fields: z.record(z.string(), z.json()),
});

/** Writes down the records that steps make, the first of each step. */
export class StepRecords {
  readonly #file: TextFile;
  readonly #written = new Map<string, number>();

  private constructor(file: TextFile) {
    this.#file = file;
  }

  static async create(path: string): Promise<StepRecords> {
    return new StepRecords(await TextFile.create(path, { hashed: false }));
  }

  add(step: string, { key, fields, origin }: Item): void {
    const written = this.#written.get(step) ?? 0;
    if (written >= MOST_OF_A_STEP) return;
    this.#written.set(step, written + 1);
    const at = origin?.addresses ?? (origin?.address === undefined ? [] : [origin.address]);
    this.#file.write(`${JSON.stringify({ step, id: formatKey(key), at, fields })}\n`);
  }

  /** @throws the file system's error, where not all could be written */
  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** A message of a request as it was sent. */
export interface SentMessage {
  readonly role: string;
  readonly content: string;
}

/** A question of a step with what came of it. */
export interface PreviewQuestion {
  readonly address: string;
  readonly endpoint: string;
  readonly model: string;
  readonly messages: readonly SentMessage[];
  /** The texts of the answer, one a choice; empty where none came. */
  readonly answers: readonly string[];
}

export interface PreviewRecord {
  readonly id: string;
  readonly fields: JsonObject;
  /** Addresses of the answers it was made from. */
  readonly at: readonly string[];
}

export interface PreviewReject {
  readonly id: string;
  readonly reason: string;
  readonly message: string;
  readonly fields: JsonObject;
  /** Address of the answer it was read from. */
  readonly at: string | null;
}

/** One step of a preview, inside. */
export interface PreviewedStep {
  readonly step: string;
  readonly questions: readonly PreviewQuestion[];
  readonly records: readonly PreviewRecord[];
  readonly rejects: readonly PreviewReject[];
}

interface Gathered {
  readonly questions: PreviewQuestion[];
  readonly records: PreviewRecord[];
  readonly rejects: PreviewReject[];
}

/**
 * What every step of a preview asked and made, by the step's id; steps that nothing has reached are missing. Reads what
 * is there: a preview that goes on, or was stopped, has less.
 */
export async function readPreviewedSteps(folder: string): Promise<ReadonlyMap<string, PreviewedStep>> {
  const paths = runPaths(folder);
  const steps = new Map<string, Gathered>();
  const of = (step: string): Gathered => {
    const known = steps.get(step) ?? { questions: [], records: [], rejects: [] };
    steps.set(step, known);
    return known;
  };
  for await (const line of linesOf(paths.steps)) {
    const made = madeSchema.safeParse(parseJson(line)).data;
    if (made !== undefined) of(made.step).records.push({ id: made.id, fields: made.fields, at: made.at });
  }
  for await (const line of linesOf(paths.rejects)) {
    const reject = rejectSchema.safeParse(parseJson(line)).data;
    if (reject === undefined) continue;
    const { rejects } = of(reject.step);
    const { id, reason, message, fields, at = null } = reject;
    if (rejects.length < MOST_OF_A_STEP) rejects.push({ id, reason, message, fields, at });
  }
  for (const question of questionsOf(paths.journal)) {
    const { questions } = of(stepOfAddress(question.address));
    if (questions.length < MOST_OF_A_STEP) questions.push(question);
  }
  return new Map([...steps].map(([step, gathered]) => [step, { step, ...gathered }]));
}

function questionsOf(journal: string): readonly PreviewQuestion[] {
  const spans = new Map<string, LineSpan>();
  try {
    scanJournal(journal, (address, span, line) => {
      if (kindOf(address, line) !== 'attempt') spans.set(address, span);
    });
  } catch {
    // A preview that has not come so far has no journal yet.
    return [];
  }
  if (spans.size === 0) return [];
  const reader = new JournalReader(journal);
  try {
    return [...spans].map(([address, span]) => {
      const line = reader.read(span) ?? {};
      const request = isJsonObject(line['request']) ? line['request'] : {};
      const answer = readAnswer(line['answer']);
      return {
        address,
        endpoint: textOf(line['endpoint']),
        model: answer?.model ?? textOf(request['model']),
        messages: messagesOf(request),
        answers: answer?.choices.map(({ text }) => text) ?? [],
      };
    });
  } finally {
    reader.close();
  }
}

/** The messages of a request; a service that takes one text has one message. */
function messagesOf(request: JsonObject): readonly SentMessage[] {
  const { messages, prompt, input } = request;
  if (Array.isArray(messages)) {
    return (messages as readonly Json[]).flatMap((message) =>
      isJsonObject(message) ? [{ role: textOf(message['role']), content: textOf(message['content']) }] : [],
    );
  }
  const text = prompt ?? input;
  return text === undefined ? [] : [{ role: 'user', content: textOf(text) }];
}

function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

async function* linesOf(path: string): AsyncIterable<string> {
  const stream = createReadStream(path);
  try {
    yield* createInterface({ input: stream });
  } catch {
    // It is not there yet.
  } finally {
    stream.destroy();
  }
}
