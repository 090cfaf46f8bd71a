/**
 * What is known of a run's batches, in its folder: `batches/log.jsonl`, one event a line, each on the device before
 * anything is done that builds on it; beside it, of every part that is not through, the file of its requests and an index
 * of whose they are. So a run finds its batches again whenever its process ended.
 */
import { closeSync, existsSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { InvalidInputError } from '../../errors.ts';
import { parseJson } from '../../record/json.ts';
import type { BatchProgress } from '../events.ts';

const count = z.number().int().min(0);
const part = count;
const eventSchema = z.discriminatedUnion('event', [
  /** The file of requests is whole. */
  z.object({
    event: z.literal('ready'),
    part,
    endpoint: z.string(),
    /** The endpoint's identity: whom the batch belongs to. */
    service: z.string(),
    url: z.string(),
    requests: count,
    bytes: count,
    /** A person carries it: no service is sent it. */
    carried: z.boolean(),
    /** The most tokens that its requests can take, for budgets. */
    most: z.object({ prompt: count, completion: count }),
  }),
  /** The service has the file. From here on there may be a batch, too. */
  z.object({ event: z.literal('uploaded'), part, file: z.string() }),
  z.object({ event: z.literal('created'), part, batch: z.string() }),
  /** What the service said last. */
  z.object({ event: z.literal('status'), part, status: z.string(), completed: count, failed: count, total: count }),
  /** Its requests were written into a file that a person carries. */
  z.object({ event: z.literal('exported'), part, path: z.string() }),
  /** Whatever came of it is in the journal; what has no answer is asked again. */
  z.object({ event: z.literal('through'), part, answered: count, failed: count, again: count, unasked: count }),
]);
export type BatchEvent = z.infer<typeof eventSchema>;
type Ready = Extract<BatchEvent, { event: 'ready' }>;

/** A file of requests on its way to a service and back. */
export interface BatchPart extends Omit<Ready, 'event'> {
  /** Where it stands: on the disk, uploaded, submitted, carried by a person, through. */
  readonly stage: 'ready' | 'uploaded' | 'created' | 'exported' | 'through';
  readonly file: string | null;
  readonly batch: string | null;
  readonly path: string | null;
  readonly status: string | null;
  readonly counts: { readonly completed: number; readonly failed: number; readonly total: number };
}

/** Whether the requests of a part are a service's to answer: they are asked nowhere else. */
export function isOut({ stage, carried }: BatchPart): boolean {
  return !carried && (stage === 'ready' || stage === 'uploaded' || stage === 'created');
}

/** A part as it is shown. */
export function progressOf({
  part: number,
  endpoint,
  batch,
  stage,
  status,
  requests,
  counts,
}: BatchPart): BatchProgress {
  const shown = stage === 'created' ? (status ?? 'validating') : stage;
  return { part: number, endpoint, batch, status: shown, answered: counts.completed, failed: counts.failed, requests };
}

/** The batches of a run that a service was answering when it was last asked; none where the log cannot be read. */
export function batchesOut(runFolder: string): readonly BatchProgress[] {
  try {
    return BatchLog.read(runFolder).out.map(progressOf);
  } catch {
    // It is told of where it matters: when the run goes on.
    return [];
  }
}

export class BatchLog {
  /** Folder of the parts. */
  readonly folder: string;
  readonly #path: string;
  readonly #parts = new Map<number, BatchPart>();
  /** Bytes of the file up to the end of its last whole line. */
  #whole: number | undefined;

  private constructor(folder: string) {
    this.folder = folder;
    this.#path = join(folder, 'log.jsonl');
  }

  /**
   * Reads the log of a run; there need not be one.
   *
   * @throws InvalidInputError when a line of it is damaged: whoever passed it over might ask everything in it again
   */
  static read(runFolder: string): BatchLog {
    const log = new BatchLog(join(runFolder, 'batches'));
    if (!existsSync(log.#path)) return log;
    const text = readFileSync(log.#path, 'utf8');
    // What stands behind the last line feed was being written when the process ended; nothing was built on it.
    const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
    lines.forEach((line, index) => {
      if (line === '') return;
      const event = eventSchema.safeParse(parseJson(line));
      if (!event.success)
        throw InvalidInputError.of('damaged-run', 'this line is damaged; the batches of the run cannot be told', {
          file: log.#path,
          line: index + 1,
        });
      log.#take(event.data);
    });
    return log;
  }

  get parts(): readonly BatchPart[] {
    return [...this.#parts.values()];
  }

  /** Parts that are a service's to answer. */
  get out(): readonly BatchPart[] {
    return this.parts.filter(isOut);
  }

  get next(): number {
    return Math.max(0, ...this.#parts.keys()) + 1;
  }

  part(number: number): BatchPart {
    const found = this.#parts.get(number);
    if (found === undefined) throw new Error(`no part ${number}`);
    return found;
  }

  requestsOf(number: number): string {
    return join(this.folder, `${number}.requests.jsonl`);
  }

  indexOf(number: number): string {
    return join(this.folder, `${number}.index.jsonl`);
  }

  /** Answers to requests that the run does not ask any more. */
  unaskedOf(number: number): string {
    return join(this.folder, `${number}.unasked.jsonl`);
  }

  /** Notes an event; it is on the device when this returns. */
  note(event: BatchEvent): void {
    mkdirSync(this.folder, { recursive: true });
    const descriptor = openSync(this.#path, existsSync(this.#path) ? 'r+' : 'w+');
    try {
      // Half a line that a process left behind goes before the first that this one writes.
      this.#whole ??= readFileSync(descriptor).lastIndexOf(0x0a) + 1;
      ftruncateSync(descriptor, this.#whole);
      this.#whole += writeSync(descriptor, `${JSON.stringify(event)}\n`, this.#whole);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    this.#take(event);
  }

  #take(event: BatchEvent): void {
    if (event.event === 'ready') {
      const { event: _, ...rest } = event;
      const counts = { completed: 0, failed: 0, total: rest.requests };
      this.#parts.set(rest.part, {
        ...rest,
        ...{ stage: 'ready', file: null, batch: null, path: null, status: null, counts },
      });
      return;
    }
    const known = this.#parts.get(event.part);
    if (known === undefined) return;
    this.#parts.set(event.part, { ...known, ...changeBy(event) });
  }
}

function changeBy(event: Exclude<BatchEvent, Ready>): Partial<BatchPart> {
  switch (event.event) {
    case 'uploaded':
      return { stage: 'uploaded', file: event.file, batch: null, status: null };
    case 'created':
      return { stage: 'created', batch: event.batch };
    case 'status': {
      const { status, completed, failed, total } = event;
      return { status, counts: { completed, failed, total } };
    }
    case 'exported':
      return { stage: 'exported', path: event.path };
    case 'through':
      return { stage: 'through' };
  }
}
