/** Carries parts to their services and looks after them: uploads, submits, finds again, asks how far they are, cancels. */
import { createReadStream } from 'node:fs';
import { ENDED_STATUSES, type BatchProblem, type BatchService, type RemoteBatch } from '../../endpoints/batch.ts';
import type { BatchOptions } from '../../endpoints/profile.ts';
import { EndpointError, InvalidInputError } from '../../errors.ts';
import type { Clock } from '../../transport/clock.ts';
import type { RunNotice } from '../events.ts';
import type { BatchLog, BatchPart } from './batchLog.ts';
import { readIndex } from './partFile.ts';

/** A service that answers batches of the run. */
export interface BatchDestination {
  readonly service: BatchService;
  readonly options: BatchOptions;
  /** The endpoint's identity. */
  readonly identity: string;
}

export interface CourierDeps {
  readonly run: string;
  readonly log: BatchLog;
  readonly destination: (endpoint: string) => BatchDestination;
  readonly clock: Clock;
  /** Submit although the service cannot tell whether it has the batch already, or has lost it. */
  readonly retryFailed: boolean;
}

/** How long a service that has never answered is tried, and one that has: a batch may take a day, and so may an outage. */
const FIRST_CONTACT_SECONDS = 30;
const PATIENCE_SECONDS = 86_400;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

const RUN_KEY = 'openline_run';
const PART_KEY = 'openline_part';
/** What a service has against a batch only for now: too much of it is queued. */
const PASSING_PROBLEMS = /limit_exceeded|rate_limit|too_many/u;

export class Courier {
  readonly #deps: CourierDeps;
  readonly #reached = new Set<string>();
  #notice: RunNotice | null = null;

  constructor(deps: CourierDeps) {
    this.#deps = deps;
  }

  /** Something worth telling while a service is waited for. */
  get notice(): RunNotice | null {
    return this.#notice;
  }

  /** Brings a part to its service. @throws EndpointError, the signal's reason */
  async submit(number: number, signal: AbortSignal): Promise<void> {
    const { log, run } = this.#deps;
    const part = log.part(number);
    const { service, options } = this.#destinationOf(part);
    if (part.stage === 'ready') {
      const name = `openline-${run}-${number}.jsonl`;
      const open = (): AsyncIterable<Uint8Array> => createReadStream(log.requestsOf(number)) as AsyncIterable<Buffer>;
      const file = await this.persist(part.endpoint, signal, () =>
        service.upload({ name, bytes: part.bytes, open }, signal),
      );
      log.note({ event: 'uploaded', part: number, file });
    } else if (await this.find(number, signal)) return;
    const { file } = log.part(number);
    const order = {
      file: file ?? '',
      url: part.url,
      window: options.window,
      metadata: { [RUN_KEY]: run, [PART_KEY]: String(number) },
    };
    let isUncertain = false;
    await this.persist(part.endpoint, signal, async () => {
      // An answer that did not arrive may have been a yes.
      if (isUncertain && (await this.find(number, signal))) return;
      try {
        const { id } = await service.create(order, signal);
        log.note({ event: 'created', part: number, batch: id });
      } catch (error) {
        isUncertain ||= !(error instanceof EndpointError) || error.failure !== 'rate-limited';
        throw error;
      }
    });
  }

  /**
   * Looks whether a part that was uploaded was submitted as well, before the process could note it.
   *
   * @throws EndpointError when the service cannot tell
   */
  async find(number: number, signal: AbortSignal): Promise<boolean> {
    const { log, run, retryFailed } = this.#deps;
    const part = log.part(number);
    const { service } = this.#destinationOf(part);
    try {
      return await this.persist(part.endpoint, signal, async () => {
        for await (const batch of service.list(signal)) {
          const isIts = batch.metadata[RUN_KEY] === run && batch.metadata[PART_KEY] === String(number);
          if (!isIts || batch.status === 'failed') continue;
          log.note({ event: 'created', part: number, batch: batch.id });
          return true;
        }
        return false;
      });
    } catch (error) {
      if (!(error instanceof EndpointError) || error.failure !== 'not-found') throw error;
      if (retryFailed) return false;
      const what = `The service does not list its batches, so nobody can tell whether part ${number} of this run (file ${part.file ?? ''}) was submitted before the process ended.`;
      throw stopped(part.endpoint, 'not-found', `${error.message} ${what} If it was not, resume with --retry-failed.`);
    }
  }

  /** How far a part is. @throws EndpointError, the signal's reason */
  async look(number: number, signal: AbortSignal): Promise<RemoteBatch | 'lost'> {
    const part = this.#deps.log.part(number);
    const { service } = this.#destinationOf(part);
    const id = part.batch ?? '';
    try {
      const batch = await this.persist(part.endpoint, signal, () => service.retrieve(id, signal));
      this.#note(part, batch);
      return batch;
    } catch (error) {
      if (!(error instanceof EndpointError) || error.failure !== 'not-found') throw error;
      if (this.#deps.retryFailed) return 'lost';
      const hint = `The service does not know ${id}: it was removed there, or the key is another account's. To ask its requests again, resume with --retry-failed.`;
      throw stopped(part.endpoint, 'not-found', `${error.message} ${hint}`);
    }
  }

  /** Asks the service to cancel a part; one that has ended meanwhile is left as it is. */
  async cancel(number: number, signal: AbortSignal): Promise<void> {
    const part = this.#deps.log.part(number);
    const { service } = this.#destinationOf(part);
    await this.persist(part.endpoint, signal, async () => {
      try {
        this.#note(part, await service.cancel(part.batch ?? '', signal));
      } catch (error) {
        // Nothing is left to cancel; that it has ended is seen at the next look.
        if (!(error instanceof EndpointError) || (error.status !== 409 && error.status !== 400)) throw error;
      }
    });
  }

  /**
   * Does something as often as it takes: a service that is away for a while is waited for, in growing pauses and as long as
   * it asks to.
   */
  async persist<Result>(endpoint: string, signal: AbortSignal, act: () => Promise<Result>): Promise<Result> {
    const { clock } = this.#deps;
    const begun = clock.now();
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      try {
        const result = await act();
        this.#reached.add(endpoint);
        this.#notice = null;
        return result;
      } catch (error) {
        if (!(error instanceof EndpointError) || !error.retryable) throw error;
        const wait = Math.max(pause, (error.retryAfterSeconds ?? 0) * 1000);
        const patience = this.#reached.has(endpoint) ? PATIENCE_SECONDS : FIRST_CONTACT_SECONDS;
        if (clock.now() - begun + wait > patience * 1000) throw stopped(endpoint, error.failure, error.message);
        this.#notice = { endpoint, message: `${error.message} Trying again in ${Math.ceil(wait / 1000)} s.` };
        await clock.sleep(wait, signal);
      }
    }
  }

  /** What a service has against a batch: to be tried again later, or the error that ends the run. */
  async refusal(part: BatchPart, problems: readonly BatchProblem[]): Promise<EndpointError | 'later'> {
    const [first] = problems;
    if (problems.length > 0 && problems.every(({ code }) => PASSING_PROBLEMS.test(code))) return 'later';
    const which = first?.line === undefined || first.line === null ? '' : await this.#lineOf(part, first.line);
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
    const why = first === undefined ? 'it gave no reason' : `${which}${first.message}${more}`;
    const kind = first?.code.includes('model') === true ? 'unknown-model' : 'rejected';
    const told = `Endpoint ${part.endpoint}: the service refused the batch ${part.batch ?? ''} as a whole: ${why}`;
    return stopped(part.endpoint, kind, told);
  }

  async #lineOf(part: BatchPart, line: number): Promise<string> {
    let number = 0;
    for await (const { at } of readIndex(this.#deps.log.indexOf(part.part))) {
      number += 1;
      if (number === line) return `request ${at} (line ${line}): `;
    }
    return `line ${line}: `;
  }

  #note(part: BatchPart, { status, counts }: RemoteBatch): void {
    const { completed, failed } = counts;
    const total = counts.total === 0 ? part.requests : counts.total;
    const known = part.counts.completed + part.counts.failed;
    // The figures are looked at by people: a hundredth is fine enough for a file that is forced to the device.
    const isNews = completed + failed - known > total / 100 || ENDED_STATUSES.has(status);
    if (status !== part.status || isNews)
      this.#deps.log.note({ event: 'status', part: part.part, status, completed, failed, total });
  }

  /** @throws InvalidInputError when the profile leads elsewhere by now */
  #destinationOf(part: BatchPart): BatchDestination {
    const destination = this.#deps.destination(part.endpoint);
    if (destination.identity === part.service) return destination;
    throw InvalidInputError.of(
      'other-service',
      `batches of this run are at ${part.service}, but the endpoint ${part.endpoint} is ${destination.identity} now; change it back, then resume`,
    );
  }
}

function stopped(endpoint: string, failure: EndpointError['failure'], message: string): EndpointError {
  return new EndpointError(endpoint, failure, message, { stopsEndpoint: true });
}
