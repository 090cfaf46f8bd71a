/**
 * The batches of a run. A run with batches goes on in passes: what is ready to be asked is gathered until nothing else in
 * the flow can move, then the flow is put away; its questions are in files, not in memory. Once a batch is through and its
 * answers are in the journal, the flow begins anew, as a run does that was interrupted, and comes so much further.
 */
import { constants, rmSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import { createEndpoint } from '../../endpoints/createEndpoint.ts';
import { ENDED_STATUSES, type BatchService, type RemoteBatch } from '../../endpoints/batch.ts';
import type { Endpoint } from '../../endpoints/endpoint.ts';
import { batchOptionsOf } from '../../endpoints/profile.ts';
import { BudgetReachedError, EndpointError, InvalidInputError, OpenlineError } from '../../errors.ts';
import type { BudgetLedger } from '../../transport/budget.ts';
import { systemClock, type Clock } from '../../transport/clock.ts';
import { chargeFor } from '../../transport/meter.ts';
import { pricesOf } from '../../endpoints/prices.ts';
import { askedProfile } from '../askedProfile.ts';
import type { BatchProgress, RunNotice } from '../events.ts';
import { JournalReader, JournalWriter } from '../journal.ts';
import { openJournal } from '../journalUsage.ts';
import type { RunJob } from '../runJob.ts';
import { BatchLog, progressOf, type BatchPart } from './batchLog.ts';
import { Collector, type Collected, type CollectorDeps } from './collect.ts';
import { Courier, type BatchDestination } from './courier.ts';
import { Gatherer, requestsOut, type BatchLane } from './gatherer.ts';

const FIRST_LOOK_MS = 1000;
/** How much longer each pause is than the one before. */
const PAUSE_GROWTH = 1.5;
/** How long a service may take to cancel; OpenAI's says up to ten minutes. */
const CANCEL_MS = 15 * 60_000;
const MEGABYTE = 1_000_000;

interface Destination extends BatchDestination {
  readonly endpoint: Endpoint;
  readonly lane: BatchLane;
}

export class BatchRun {
  readonly log: BatchLog;
  readonly #job: RunJob;
  readonly #destinations: ReadonlyMap<string, Destination>;
  readonly #courier: Courier;
  readonly #clock: Clock;
  /** How often a part was turned away because too much is queued. */
  readonly #turnedAway = new Map<number, number>();
  readonly #others = new Map<string, number>();

  private constructor(job: RunJob, log: BatchLog, destinations: ReadonlyMap<string, Destination>, clock: Clock) {
    this.#job = job;
    this.log = log;
    this.#destinations = destinations;
    this.#clock = clock;
    const destination = (name: string): BatchDestination => {
      const found = destinations.get(name);
      if (found === undefined) throw InvalidInputError.of('unknown-endpoint', `there is no endpoint ${name} any more`);
      return found;
    };
    this.#courier = new Courier({ run: job.file.run, log, destination, clock, retryFailed: job.retryFailed });
  }

  /**
   * The batches of a run; undefined where it asks everything at once.
   *
   * @throws InvalidInputError when an endpoint has no batches that should
   */
  static open(job: RunJob, clock: Clock = systemClock): BatchRun | undefined {
    const { plan, paths, settings } = job;
    const log = BatchLog.read(paths.folder);
    const busy = new Set(log.out.map(({ endpoint }) => endpoint));
    const destinations = new Map<string, Destination>();
    for (const name of new Set([...plan.endpoints, ...busy])) {
      const named = askedProfile(job, name);
      const isBatch = named.profile.mode === 'batch';
      if (!isBatch && !busy.has(name)) continue;
      const { http, onWarning } = settings;
      const endpoint = createEndpoint(named, { fetch: http.fetch, transfer: http.transfer, onWarning });
      const { batch: service, identity } = endpoint;
      if (service === undefined)
        throw InvalidInputError.of(
          'no-batches',
          `the endpoint ${name}, of the kind ${named.profile.kind}, takes no batches; the kinds openai and openai-completions do`,
        );
      const options = batchOptionsOf(named.profile);
      const lane = {
        service: identity,
        maxRequests: options.max_requests,
        maxBytes: options.max_megabytes * MEGABYTE,
        isClosing: !isBatch,
      };
      destinations.set(name, { endpoint, service, options, identity, lane });
    }
    return destinations.size === 0 ? undefined : new BatchRun(job, log, destinations, clock);
  }

  /** What is shown of the batches. */
  progress(): readonly BatchProgress[] {
    return this.log.out.map(progressOf);
  }

  get notice(): RunNotice | null {
    return this.#courier.notice;
  }

  /** Gathers the questions of a pass. */
  async gatherer(budget: BudgetLedger): Promise<Gatherer> {
    return new Gatherer({
      log: this.log,
      lanes: new Map([...this.#destinations].map(([name, { lane }]) => [name, lane])),
      carried: this.#job.settings.carry !== undefined,
      out: await requestsOut(this.log),
      others: this.#others,
      enter: ({ endpoint, most }) => budget.enter(chargeFor(most, pricesOf(askedProfile(this.#job, endpoint).profile))),
    });
  }

  /**
   * Submits what was gathered and waits until something that is out has come to its end; its answers are in the journal
   * then.
   *
   * @param stop ends the waiting; what is out stays out
   * @param minutesLeft of the budget
   * @throws EndpointError, BudgetReachedError, the reason of `stop`
   */
  async await(stop: AbortSignal, minutesLeft: number): Promise<void> {
    const deadline = this.#clock.now() + minutesLeft * 60_000;
    for (const { part, stage } of this.log.out) {
      if (stage !== 'created' && !this.#turnedAway.has(part)) await this.#courier.submit(part, stop);
    }
    for (let pause = FIRST_LOOK_MS; ; pause *= PAUSE_GROWTH) {
      let ended = 0;
      for (const { part } of this.log.out) if (await this.#lookAfter(part, stop)) ended += 1;
      if (ended > 0) return;
      const longest = Math.min(...[...this.#destinations.values()].map(({ options }) => options.poll_s * 1000));
      const left = deadline - this.#clock.now();
      if (left <= 0) throw new BudgetReachedError('minutes', this.#job.settings.budget?.minutes ?? 0);
      await this.#clock.sleep(Math.min(pause, longest, left), stop);
    }
  }

  /** Writes what was gathered where a person finds it. @returns the files */
  async export(numbers: readonly number[], { path, force }: Carry): Promise<Carriage> {
    const parts = numbers.map((number) => this.log.part(number));
    const paths = parts.map((_, index) => (index === 0 ? path : numbered(path, index + 1)));
    let requests = 0;
    for (const [index, { part, requests: count }] of parts.entries()) {
      const target = paths[index] ?? path;
      await mkdir(dirname(target), { recursive: true });
      await copyFile(this.log.requestsOf(part), target, force ? 0 : constants.COPYFILE_EXCL).catch((error: unknown) => {
        throw InvalidInputError.of('not-written', `${target} cannot be written: ${reasonOf(error)}`);
      });
      requests += count;
    }
    for (const { part, stage } of this.log.parts) {
      if (stage === 'exported') this.log.note({ event: 'through', part, ...NO_COUNTS });
    }
    for (const [index, { part }] of parts.entries())
      this.log.note({ event: 'exported', part, path: paths[index] ?? path });
    return { run: this.#job.file.run, paths, requests };
  }

  /** What reads the answers of an endpoint. */
  serviceOf(endpoint: string): BatchService {
    const found = this.#destinations.get(endpoint);
    if (found === undefined)
      throw InvalidInputError.of('unknown-endpoint', `there is no endpoint ${endpoint} any more`);
    return found.service;
  }

  /** Cancels everything that is out, and takes what was answered until then. */
  async cancel(): Promise<void> {
    const limit = new AbortController();
    const timer = setTimeout(() => {
      limit.abort(new Error('The service took too long to cancel; resume the run to take what it answers'));
    }, CANCEL_MS);
    try {
      for (const { part, stage } of this.log.out) {
        const isSubmitted =
          stage === 'created' || (stage === 'uploaded' && (await this.#courier.find(part, limit.signal)));
        if (isSubmitted) await this.#courier.cancel(part, limit.signal);
        else this.#through(this.log.part(part), NOTHING_CAME);
      }
      for (let pause = FIRST_LOOK_MS; this.log.out.length > 0; pause *= PAUSE_GROWTH) {
        for (const { part } of this.log.out) await this.#lookAfter(part, limit.signal);
        const longest = Math.min(...[...this.#destinations.values()].map(({ options }) => options.poll_s * 1000));
        if (this.log.out.length > 0) await this.#clock.sleep(Math.min(pause, longest), limit.signal);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** @returns whether a part has come to its end */
  async #lookAfter(number: number, signal: AbortSignal): Promise<boolean> {
    const turned = this.#turnedAway.get(number);
    if (turned !== undefined && this.log.part(number).stage === 'uploaded') {
      // Others are out: their end makes room.
      if (this.log.out.some(({ stage }) => stage === 'created')) return false;
      await this.#courier.submit(number, signal);
    }
    const batch = await this.#courier.look(number, signal);
    const part = this.log.part(number);
    if (batch === 'lost') {
      this.#through(part, NOTHING_CAME);
      return true;
    }
    if (!ENDED_STATUSES.has(batch.status)) return false;
    if (batch.status === 'failed' && batch.outputFile === null) return this.#refused(part, batch, turned ?? 0);
    await this.#collect(part, batch, signal);
    return true;
  }

  async #refused(part: BatchPart, { problems }: RemoteBatch, turned: number): Promise<boolean> {
    const refusal = await this.#courier.refusal(part, problems);
    if (refusal === 'later') {
      const others = this.log.out.filter(({ stage }) => stage === 'created').length > 1;
      const { options } = this.#destinations.get(part.endpoint) ?? {};
      if (others || turned + 1 < (options?.attempts ?? 1)) {
        this.#turnedAway.set(part.part, turned + (others ? 0 : 1));
        this.log.note({ event: 'uploaded', part: part.part, file: part.file ?? '' });
        return false;
      }
    }
    const [first] = problems;
    this.#through(part, NOTHING_CAME);
    if (refusal !== 'later') throw refusal;
    const what = `the service takes no batch of ${part.requests} requests: ${first?.message ?? ''}. Set \`batch: { max_requests: … }\` in the profile to fewer, then resume`;
    throw new EndpointError(part.endpoint, 'rate-limited', `Endpoint ${part.endpoint}: ${what}`, {
      stopsEndpoint: true,
    });
  }

  async #collect(part: BatchPart, batch: RemoteBatch, signal: AbortSignal): Promise<void> {
    const { service, options } = this.#destinations.get(part.endpoint) ?? {};
    if (service === undefined || options === undefined) throw new Error(`no service for ${part.endpoint}`);
    const collected = await collectInto(
      this.#job,
      { log: this.log, part, service, attempts: options.attempts },
      (take) => this.#takeFiles(part, batch, service, take, signal),
    );
    this.#through(part, collected);
    if (collected.stopping !== null) throw collected.stopping;
  }

  async #takeFiles(
    { endpoint }: BatchPart,
    batch: RemoteBatch,
    service: BatchDestination['service'],
    collector: Collector,
    signal: AbortSignal,
  ): Promise<void> {
    for (const file of [batch.outputFile, batch.errorFile]) {
      if (file === null) continue;
      await this.#courier.persist(endpoint, signal, () => collector.take(service.download(file, signal)));
    }
    const told = `Endpoint ${endpoint}: the batch ended (${batch.status}) without an answer to this request.`;
    const missing = new EndpointError(endpoint, batch.status === 'expired' ? 'timeout' : 'server', told);
    await collector.missing(missing, batch.status === 'cancelled');
  }

  /** Notes that a part is through and tells what is missing. */
  #through(part: BatchPart, { answered, failed, again, unasked, foreign, reasons }: Collected): void {
    const { onWarning } = this.#job.settings;
    this.log.note({ event: 'through', part: part.part, answered, failed, again, unasked });
    for (const path of [this.log.requestsOf(part.part), this.log.indexOf(part.part)]) rmSync(path, { force: true });
    const name = part.batch ?? `part ${part.part}`;
    for (const [message, requests] of reasons)
      onWarning?.(`${name}: ${requests} requests without an answer: ${message}`);
    if (foreign > 0) onWarning?.(`${name}: ${foreign} lines that are no answers to its requests were passed over`);
    if (unasked > 0)
      onWarning?.(
        `${name}: ${unasked} answers are to requests of earlier inputs; they are in ${this.log.unaskedOf(part.part)}`,
      );
  }
}

const NO_COUNTS = { answered: 0, failed: 0, again: 0, unasked: 0 };
const NOTHING_CAME: Collected = {
  ...{ ...NO_COUNTS, foreign: 0 },
  stopping: null,
  reasons: [],
};

/** Opens the journal for the answers of a part, and closes it when they are all in it. */
export async function collectInto(
  { paths }: Pick<RunJob, 'paths'>,
  deps: Omit<CollectorDeps, 'journal' | 'reader' | 'writer'>,
  act: (collector: Collector) => Promise<void>,
): Promise<Collected> {
  const journal = openJournal(paths.journal);
  const writer = await JournalWriter.open(paths.journal, journal.intactBytes);
  const reader = journal.spans.size === 0 ? null : new JournalReader(paths.journal, { isChecked: true });
  try {
    const collector = await Collector.open({ ...deps, journal, reader, writer });
    try {
      await act(collector);
    } finally {
      await collector.close();
    }
    return await collector.close();
  } finally {
    await writer.close();
    reader?.close();
  }
}

type Carry = NonNullable<RunJob['settings']['carry']>;

/** Files of requests that a person carries to a service. */
export interface Carriage {
  readonly run: string;
  readonly paths: readonly string[];
  readonly requests: number;
}

/** The run waits for a person: its requests are in files. */
export class CarriedError extends OpenlineError {
  readonly carriage: Carriage;

  constructor(carriage: Carriage) {
    super(
      `${carriage.requests === 1 ? '1 request is' : `${carriage.requests} requests are`} in ${carriage.paths.join(', ')}; the answers are awaited.`,
    );
    this.carriage = carriage;
  }
}

/** `requests.jsonl` → `requests-2.jsonl`. */
function numbered(path: string, number: number): string {
  const { dir, name, ext } = parse(path);
  return join(dir, `${name}-${number}${ext}`);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && error.code === 'EEXIST'
    ? 'there is such a file already (--force overwrites it)'
    : error.message;
}
