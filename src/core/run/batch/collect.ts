/** Brings the answers of a part into the journal, each exactly once, whatever the order and however often it is begun. */
import { createWriteStream, type WriteStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import * as z from 'zod';
import { splitLines, type RawLine } from '../../datasets/readLines.ts';
import type { BatchService } from '../../endpoints/batch.ts';
import type { Answer } from '../../endpoints/endpoint.ts';
import { EndpointError, InvalidInputError } from '../../errors.ts';
import { isJsonObject, parseJson } from '../../record/json.ts';
import { type JournalReader, type JournalWriter } from '../journal.ts';
import { attemptLine, chargeMember, hashOf, journalLine, kindOf } from '../journalLine.ts';
import type { OpenedJournal } from '../journalUsage.ts';
import type { BatchLog, BatchPart } from './batchLog.ts';
import { readIndex, requestOf, type PartEntry } from './partFile.ts';

/** What came of a part. */
export interface Collected {
  readonly answered: number;
  /** Failed for good. */
  readonly failed: number;
  /** Without an answer, to be asked again. */
  readonly again: number;
  /** Answers to what the run does not ask any more. */
  readonly unasked: number;
  /** Lines that are no answers to its requests. */
  readonly foreign: number;
  /** What has to be put right before anything else is asked; null: nothing. */
  readonly stopping: EndpointError | null;
  /** Why requests have no answer, with how many; the most frequent first. */
  readonly reasons: readonly (readonly [message: string, requests: number])[];
}

export interface CollectorDeps {
  readonly log: BatchLog;
  readonly part: BatchPart;
  readonly service: Pick<BatchService, 'readAnswer' | 'refusal' | 'embedUrl'>;
  /** The journal as it was before. */
  readonly journal: OpenedJournal;
  readonly reader: JournalReader | null;
  readonly writer: JournalWriter;
  /** Batches that a request travels in at the most. */
  readonly attempts: number;
}

const lineSchema = z.object({
  custom_id: z.string(),
  response: z.object({ status_code: z.number().int(), body: z.unknown() }).nullish(),
  error: z
    .object({ code: z.string().nullish(), message: z.string().nullish() })
    .nullish()
    // Some services give a text.
    .or(z.string().transform((message) => ({ code: null, message }))),
});
type ResultLine = z.infer<typeof lineSchema>;

/** Lines that are on their way to the journal at the same time. */
const AT_ONCE = 256;
const NOTHING = { prompt: 0, completion: 0 };
/** Codes of a request whose batch was cancelled before it came to it. */
const CANCELLED: ReadonlySet<string> = new Set(['batch_cancelled', 'batch_canceled']);

export class Collector {
  readonly #deps: CollectorDeps;
  readonly #entries = new Map<string, PartEntry>();
  readonly #done = new Set<string>();
  readonly #reasons = new Map<string, number>();
  readonly #counts = { answered: 0, failed: 0, again: 0, unasked: 0, foreign: 0 };
  #requests: FileHandle | undefined;
  #unasked: WriteStream | undefined;
  #stopping: EndpointError | null = null;
  #underWay: Promise<void>[] = [];

  private constructor(deps: CollectorDeps) {
    this.#deps = deps;
  }

  /** Reads whose the answers are. */
  static async open(deps: CollectorDeps): Promise<Collector> {
    const collector = new Collector(deps);
    const { log, part } = deps;
    for await (const entry of readIndex(log.indexOf(part.part))) collector.#entries.set(entry.id, entry);
    collector.#requests = await open(log.requestsOf(part.part));
    return collector;
  }

  /**
   * Takes the lines of an output or error file, piece by piece. May be called again with the same when it broke off.
   *
   * @throws JournalError, whatever the pieces throw
   */
  async take(pieces: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const line of splitLines(buffersOf(pieces))) if (line.bytes?.length !== 0) await this.#takeLine(line);
    await this.#settle();
  }

  async #takeLine({ bytes }: RawLine): Promise<void> {
    const result = resultOf(bytes);
    const entry = result === undefined ? undefined : this.#entries.get(result.custom_id);
    if (result === undefined || entry === undefined) {
      this.#counts.foreign += 1;
      return;
    }
    if (this.#done.has(entry.id)) return;
    this.#done.add(entry.id);
    const standing = this.#standing(entry);
    if (standing === 'answered') this.#counts.answered += 1;
    else if (standing === 'ask') await this.#keep(entry, result);
    else {
      this.#counts.unasked += 1;
      this.#unasked ??= createWriteStream(this.#deps.log.unaskedOf(this.#deps.part.part));
      this.#unasked.write(`${bytes?.toString() ?? ''}\n`);
    }
  }

  /** What the journal has at the address of a request: its answer, one to another request that came after it, or neither. */
  #standing({ at, hash, over }: PartEntry): 'answered' | 'unasked' | 'ask' {
    const { journal, reader } = this.#deps;
    const span = journal.spans.get(at);
    const bytes = span === undefined ? undefined : reader?.bytes(span);
    if (bytes === undefined) return 'ask';
    const kind = kindOf(at, bytes);
    const known = hashOf(at, kind, bytes);
    // A failure that is asked once more makes room for what comes of it.
    if (known === hash && (over !== hash || (kind !== 'failure' && kind !== 'fallback'))) return 'answered';
    return known === over ? 'ask' : 'unasked';
  }

  async #keep(entry: PartEntry, result: ResultLine): Promise<void> {
    const { part, service } = this.#deps;
    const { members, model } = await this.#requestOf(entry);
    let answer: Answer;
    try {
      answer = answerOf(result, service, part, model);
    } catch (error) {
      if (!(error instanceof EndpointError)) throw error;
      await this.#fail(entry, members, error, CANCELLED.has(result.error?.code ?? ''));
      return;
    }
    // Where nobody counted, the budget is charged the most it can have been.
    const [prompt, completion] = entry.most;
    const charge = answer.usage === null ? `,${chargeMember({ prompt, completion })}` : '';
    this.#counts.answered += 1;
    await this.#append(journalLine(entry.at, 'answer', `${members},"answer":${JSON.stringify(answer)}${charge}`));
  }

  async #fail(entry: PartEntry, members: string, error: EndpointError, isCancelled: boolean): Promise<void> {
    const { part, journal, attempts } = this.#deps;
    this.#reasons.set(error.message, (this.#reasons.get(error.message) ?? 0) + 1);
    if (isCancelled) {
      this.#counts.again += 1;
      return;
    }
    const tries = journal.tries.get(entry.at);
    // A process that was killed while it collected has written it already.
    if (tries?.has(part.part) !== true) await this.#append(attemptLine(entry.at, part.endpoint, NOTHING, part.part));
    const tried = new Set([...(tries ?? []), part.part]).size;
    if (error.stopsEndpoint || (error.retryable && tried < attempts)) {
      if (error.stopsEndpoint) this.#stopping ??= error;
      this.#counts.again += 1;
      return;
    }
    const [rejected, otherwise] = entry.last;
    const kind = (error.failure === 'rejected' ? rejected : otherwise) ? 'failure' : 'fallback';
    const message = error.retryable && tried > 1 ? `${error.message} (in ${tried} batches in a row)` : error.message;
    const told = `${members},"reason":${JSON.stringify(error.failure)},"message":${JSON.stringify(message)}`;
    if (kind === 'failure') this.#counts.failed += 1;
    else this.#counts.again += 1;
    await this.#append(journalLine(entry.at, kind, told));
  }

  /**
   * What has no line in any file: the batch ended before it came to them.
   *
   * @param isCancelled it ended because a person wanted it to
   */
  async missing(error: EndpointError, isCancelled: boolean): Promise<void> {
    for (const entry of this.#entries.values()) {
      if (this.#done.has(entry.id)) continue;
      this.#done.add(entry.id);
      const standing = this.#standing(entry);
      if (standing === 'answered') this.#counts.answered += 1;
      if (standing !== 'ask') continue;
      const { members } = await this.#requestOf(entry);
      await this.#fail(entry, members, error, isCancelled);
    }
    await this.#settle();
  }

  /** Everything that was taken is in the journal when this resolves. */
  async close(): Promise<Collected> {
    await this.#settle();
    await this.#requests?.close();
    this.#requests = undefined;
    const unasked = this.#unasked;
    if (unasked !== undefined)
      await new Promise<void>((resolve) => {
        unasked.end(resolve);
      });
    const reasons = [...this.#reasons].sort(([, a], [, b]) => b - a);
    return { ...this.#counts, stopping: this.#stopping, reasons };
  }

  async #append(line: string): Promise<void> {
    this.#underWay.push(this.#deps.writer.append(line));
    if (this.#underWay.length >= AT_ONCE) await this.#settle();
  }

  async #settle(): Promise<void> {
    const underWay = this.#underWay;
    this.#underWay = [];
    await Promise.all(underWay);
  }

  /** The request as it was sent, in the form in which it is journalled. */
  async #requestOf({ id, hash, offset, length }: PartEntry): Promise<{ members: string; model: string }> {
    const { part } = this.#deps;
    const buffer = Buffer.allocUnsafe(length);
    await this.#requests?.read(buffer, 0, length, offset);
    const request = requestOf(buffer.toString(), id, part.url);
    const body = parseJson(request);
    if (!isJsonObject(body)) {
      const file = this.#deps.log.requestsOf(part.part);
      throw InvalidInputError.of('damaged-run', `the request ${id} in it is damaged`, { file });
    }
    const { model } = body;
    const members = `"hash":"${hash}","endpoint":${JSON.stringify(part.endpoint)},"request":${request}`;
    return { members, model: typeof model === 'string' ? model : '' };
  }
}

/** A line of an output or error file; undefined when it is none. */
export function resultOf(bytes: Buffer | null): ResultLine | undefined {
  return bytes === null ? undefined : lineSchema.safeParse(parseJson(bytes.toString())).data;
}

/** @throws EndpointError when there is no answer in it */
function answerOf(
  { response, error }: ResultLine,
  service: CollectorDeps['service'],
  { url, endpoint }: BatchPart,
  model: string,
): Answer {
  if (response !== null && response !== undefined) {
    const { status_code: status, body } = response;
    if (status >= 200 && status < 300) return service.readAnswer(body, url, model);
    throw service.refusal(status, body, url, model);
  }
  const code = error?.code ?? '';
  const said = error?.message ?? '';
  const why =
    code === 'batch_expired'
      ? 'the batch expired before this request was answered'
      : CANCELLED.has(code)
        ? 'the batch was cancelled before this request was answered'
        : `the service did not answer this request of the batch (${[code, said].filter((text) => text !== '').join(': ')})`;
  throw new EndpointError(endpoint, code === 'batch_expired' ? 'timeout' : 'server', `Endpoint ${endpoint}: ${why}.`);
}

async function* buffersOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const piece of pieces) yield Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
}
