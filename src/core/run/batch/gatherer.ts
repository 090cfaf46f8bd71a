/** Gathers what is ready to be asked into parts, each a file of requests within the limits of its service. */
import { EndpointError, type BudgetReachedError } from '../../errors.ts';
import { StepFailedError } from '../../steps/step.ts';
import type { TokenCount } from '../../transport/around.ts';
import { stepOfAddress } from '../address.ts';
import type { BatchLog } from './batchLog.ts';
import { PartWriter, readIndex, requestId, requestLine } from './partFile.ts';

/** So often in a process a question may come out otherwise than in the pass before; each time is paid for. */
const MOST_OTHERS = 3;

/** A question that is asked in a batch. */
export interface BatchQuestion {
  readonly address: string;
  readonly hash: string;
  /** Its canonical text. */
  readonly request: string;
  readonly endpoint: string;
  readonly url: string;
  /** A file has requests to one model only. */
  readonly model: string;
  /** The most tokens it can take. */
  readonly most: TokenCount;
  /** The hash of what the journal has at its address: a request that another follows, or the same that is asked once more. */
  readonly over?: string;
  /** Whether that belongs to another question: what the question is made of has changed since. */
  readonly isOther?: boolean;
  /** Whether nobody takes over when it fails, by being rejected or otherwise. */
  readonly last: readonly [rejected: boolean, otherwise: boolean];
}

/** How an endpoint takes batches. */
export interface BatchLane {
  /** The endpoint's identity. */
  readonly service: string;
  readonly maxRequests: number;
  readonly maxBytes: number;
  /** Only what is out already waits for its batch; everything else is asked at once. */
  readonly isClosing: boolean;
}

export interface GathererDeps {
  readonly log: BatchLog;
  readonly lanes: ReadonlyMap<string, BatchLane>;
  /** A person carries the parts. */
  readonly carried: boolean;
  /** Requests that are out: nobody asks them again. */
  readonly out: ReadonlySet<string>;
  /** How often another question than before came from an address, in the passes of this process. */
  readonly others: Map<string, number>;
  /** Enters a request into the budget; why there is no room, or null. */
  readonly enter: (question: BatchQuestion) => BudgetReachedError | null;
}

/** The most tokens that the requests of a part can take. */
interface Gathering {
  readonly writer: PartWriter;
  readonly endpoint: string;
  readonly url: string;
  readonly most: { prompt: number; completion: number };
}

/** The ids of all requests that are out. */
export async function requestsOut(log: BatchLog): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for (const { part } of log.out) for await (const { id } of readIndex(log.indexOf(part))) ids.add(id);
  return ids;
}

export class Gatherer {
  readonly #deps: GathererDeps;
  readonly #open = new Map<string, Gathering>();
  readonly #full: Gathering[] = [];
  #next: number;
  #gathered = 0;
  #waiting = 0;
  #held: BudgetReachedError | null = null;

  constructor(deps: GathererDeps) {
    this.#deps = deps;
    this.#next = deps.log.next;
  }

  /** Requests that were gathered and are not out yet. */
  get gathered(): number {
    return this.#gathered;
  }

  /** Requests that wait for a batch that is out. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Why requests were held back; null: none were. */
  get held(): BudgetReachedError | null {
    return this.#held;
  }

  /** Whether a service is answering the question. */
  isOut({ address, hash }: Pick<BatchQuestion, 'address' | 'hash'>): boolean {
    return this.#deps.out.has(requestId(address, hash));
  }

  /** Whether the question waits for a batch; false: it is asked at once. */
  takes(question: Pick<BatchQuestion, 'address' | 'hash' | 'endpoint'>): boolean {
    const lane = this.#deps.lanes.get(question.endpoint);
    if (lane === undefined) return false;
    return !lane.isClosing || this.isOut(question);
  }

  /**
   * Takes a question. It is answered in a later pass of the run, when the journal has its answer.
   *
   * @throws EndpointError when the request alone is larger than a file may be; StepFailedError when each pass asks
   *   something else, and would go on doing so
   */
  take(question: BatchQuestion): void {
    const { endpoint, url, model, address, hash, over, last } = question;
    const id = requestId(address, hash);
    if (this.#deps.out.has(id)) {
      this.#waiting += 1;
      return;
    }
    const lane = this.#deps.lanes.get(endpoint);
    if (lane === undefined) throw new Error(`${endpoint} takes no batches`);
    const line = requestLine(id, url, question.request);
    const length = Buffer.byteLength(line);
    if (length > lane.maxBytes) {
      const message = `Endpoint ${endpoint}: the request has ${length} bytes, more than the ${lane.maxBytes} of a batch's file.`;
      throw new EndpointError(endpoint, 'rejected', message);
    }
    if (question.isOther === true) this.#checkSteady(address);
    const held = this.#deps.enter(question);
    if (held !== null) {
      this.#held ??= held;
      return;
    }
    const gathering = this.#roomFor({ endpoint, url, model }, length, lane);
    const { prompt, completion } = question.most;
    const former = over === undefined ? {} : { over };
    const entry = { id, at: address, hash, most: [prompt, completion], last, ...former } as const;
    gathering.writer.add(line, length, entry);
    gathering.most.prompt += prompt;
    gathering.most.completion += completion;
    this.#gathered += 1;
  }

  /** Inputs may change between two processes, so that once it may be. */
  #checkSteady(address: string): void {
    const { others } = this.#deps;
    const times = (others.get(address) ?? 0) + 1;
    others.set(address, times);
    if (times < MOST_OTHERS) return;
    const message =
      'it asks something else each time that answers have come, so that batches would never end. What it is made of has to be the same each time: a script step, for instance, has to answer a record as it did before';
    throw new StepFailedError(stepOfAddress(address), address.split('/')[1] ?? null, 'unsteady', message);
  }

  /** Closes the parts; from now on they are known to the log. @returns their numbers */
  seal(): readonly number[] {
    const gatherings = [...this.#full, ...this.#open.values()].sort((a, b) => a.writer.number - b.writer.number);
    for (const { writer } of gatherings) writer.close();
    const { carried } = this.#deps;
    for (const { writer, endpoint, url, most } of gatherings) {
      const service = this.#deps.lanes.get(endpoint)?.service ?? '';
      const { number: part, requests, bytes } = writer;
      this.#deps.log.note({ event: 'ready', part, endpoint, service, url, requests, bytes, carried, most });
    }
    this.#clear();
    return gatherings.map(({ writer }) => writer.number);
  }

  /** Forgets what was gathered: the run ends otherwise, and nothing of it was submitted. */
  discard(): void {
    for (const { writer } of [...this.#full, ...this.#open.values()]) writer.discard();
    this.#clear();
  }

  #clear(): void {
    this.#full.length = 0;
    this.#open.clear();
    this.#gathered = 0;
  }

  #roomFor(
    { endpoint, url, model }: Pick<BatchQuestion, 'endpoint' | 'url' | 'model'>,
    length: number,
    { maxRequests, maxBytes }: BatchLane,
  ): Gathering {
    const name = `${endpoint}\n${url}\n${model}`;
    const open = this.#open.get(name);
    if (open !== undefined) {
      const { requests, bytes } = open.writer;
      if (requests < maxRequests && bytes + length <= maxBytes) return open;
      open.writer.close();
      this.#full.push(open);
    }
    const { log } = this.#deps;
    const number = this.#next;
    this.#next += 1;
    const writer = new PartWriter(number, log.requestsOf(number), log.indexOf(number));
    const gathering = { writer, endpoint, url, most: { prompt: 0, completion: 0 } };
    this.#open.set(name, gathering);
    return gathering;
  }
}
