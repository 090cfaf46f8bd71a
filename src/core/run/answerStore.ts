/**
 * Where a run's answers come from, in this order: its own journal (it was interrupted before), an earlier run's journal
 * (the same request was paid for already), the model service. Whatever comes from outside is in this run's journal before
 * anybody sees it.
 */
import type { Answer, ChatRequest } from '../endpoints/endpoint.ts';
import { EndpointError, OpenlineError } from '../errors.ts';
import { canonicalJson, type Json } from '../record/json.ts';
import type { Place } from '../record/key.ts';
import type { Asked } from '../steps/step.ts';
import { chatBound, type TokenCount } from '../transport/around.ts';
import type { Connection } from '../transport/connect.ts';
import type { LatencyHistogram } from '../transport/latency.ts';
import { readAnswer, requestHash } from './answer.ts';
import {
  hashOf,
  journalLine,
  kindOf,
  membersBehind,
  readLine,
  type JournalReader,
  type JournalWriter,
  type LineSpan,
} from './journal.ts';
import type { Pace } from './pace.ts';
import type { ReuseIndex } from './reuse.ts';
import type { Turns } from './turns.ts';

/** The run is stopping: nothing more is asked. What is in flight ends up in the journal. */
export class StoppingError extends OpenlineError {
  constructor() {
    super('The run is stopping');
  }
}

/** Counts kept per step while the run goes on; the snapshot is made from them. */
export interface AskCounters {
  /** Requests answered by a service in this process. */
  requests: number;
  /** Answers taken over from earlier runs. */
  reused: number;
  /** Answers found in the run's own journal. */
  replayed: number;
  inFlight: number;
  /** Tokens of the requests of this process, as the services counted them. */
  promptTokens: number;
  completionTokens: number;
  /** How long its answers took. */
  readonly latency: LatencyHistogram;
}

export interface AnswerStoreDeps {
  readonly connections: ReadonlyMap<string, Connection>;
  /** Lines of the journal as it was when the run was taken up again; empty for a new run. */
  readonly journalled: ReadonlyMap<string, LineSpan>;
  readonly reader: JournalReader | null;
  readonly writer: JournalWriter;
  readonly reuse: ReuseIndex | null;
  /** Failures in the journal are asked again. */
  readonly retryFailed: boolean;
  readonly signal: AbortSignal;
  /** Goes through the questions one at a time where it is about paying for nothing needless; null: as the slots allow. */
  readonly turns: Turns | null;
  /** What answers that are there already have to keep to. */
  readonly pace: Pace;
}

/** Somebody who may be asked, and what. */
export interface Candidate {
  readonly endpoint: string;
  readonly request: ChatRequest;
}

interface Question {
  readonly connection: Connection;
  readonly request: ChatRequest;
  readonly hash: string;
  /** Members of its journal line that are known before it is asked. */
  readonly members: string;
}

export class AnswerStore {
  readonly #deps: AnswerStoreDeps;
  readonly #admission = new AbortController();
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(deps: AnswerStoreDeps) {
    this.#deps = deps;
  }

  /** Nothing more is asked from now on; requests that were not sent yet fail with StoppingError. */
  stop(): void {
    if (!this.#admission.signal.aborted) this.#admission.abort(new StoppingError());
  }

  /** Whether answers that are there already wait to be looked up: those who have them need no new records to go on. */
  get isReplaying(): boolean {
    return this.#deps.pace.isBusy;
  }

  /** Resolves when no request is under way any more. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  /**
   * Finds or gets the answer for an address.
   *
   * @param candidates whom to ask: the first, and those that take over when the one before has failed for good
   * @throws EndpointError when the last candidate's endpoint is stopped; BudgetReachedError, JournalError, StoppingError,
   *   the signal's reason
   */
  ask(address: string, candidates: readonly Candidate[], place: Place, counters: AskCounters): Promise<Asked> {
    const { turns } = this.#deps;
    const find = (): Promise<Asked> => this.#find(address, candidates, place, counters);
    // The turn is taken before anything is looked up: whoever is still looking when a turn is given out has missed it.
    return turns === null ? find() : turns.take(place, find);
  }

  async #find(address: string, candidates: readonly Candidate[], place: Place, counters: AskCounters): Promise<Asked> {
    // Its turn may have come after the end.
    this.#checkGoingOn();
    const span = this.#deps.journalled.get(address);
    if (this.#deps.turns === null && (span !== undefined || this.#deps.reuse?.isEmpty === false)) {
      await this.#deps.pace.pass(place);
      this.#checkGoingOn();
    }
    const questions = candidates.map((candidate) => this.#question(candidate));
    const own = this.#fromJournal(address, span, questions);
    if (own.asked !== undefined) {
      counters.replayed += 1;
      return own.asked;
    }
    let failed: Asked | undefined;
    for (const [number, question] of questions.entries()) {
      if (number < own.next) continue;
      const last = number === questions.length - 1;
      const earlier = await this.#takeOver(address, question, counters);
      if (earlier !== undefined) return earlier;
      const asking = this.#send(address, question, place, counters, last);
      this.#underWay.add(asking);
      try {
        failed = await asking;
        if (failed.answer !== null) return failed;
      } finally {
        this.#underWay.delete(asking);
      }
    }
    if (failed === undefined) throw new Error(`nobody to ask for ${address}`);
    return failed;
  }

  #checkGoingOn(): void {
    if (this.#admission.signal.aborted) throw new StoppingError();
  }

  #question({ endpoint, request }: Candidate): Question {
    const connection = this.#deps.connections.get(endpoint);
    if (connection === undefined) throw new Error(`no connection for endpoint ${endpoint}`);
    const body = canonicalJson(connection.body(request));
    const hash = requestHash(connection.identity, body);
    return {
      connection,
      request,
      hash,
      members: `"hash":"${hash}","endpoint":${JSON.stringify(endpoint)},"request":${body}`,
    };
  }

  /** What the run's own journal says: an answer or a final failure, or with which candidate to go on. */
  #fromJournal(
    address: string,
    span: LineSpan | undefined,
    questions: readonly Question[],
  ): { asked?: Asked; next: number } {
    if (span === undefined || this.#deps.reader === null) return { next: 0 };
    const bytes = this.#deps.reader.bytes(span);
    if (bytes === undefined) return { next: 0 };
    const kind = kindOf(address, bytes);
    const hash = hashOf(address, kind, bytes);
    const number = questions.findIndex((question) => question.hash === hash);
    const question = questions[number];
    // Another request at this address: an input file changed in between. The old answer does not belong to it.
    if (question === undefined) return { next: 0 };
    if (kind === 'fallback') return { next: this.#deps.retryFailed ? 0 : number + 1 };
    if (kind === 'failure' && this.#deps.retryFailed) return { next: 0 };
    // The request is known: what stands behind it is much less to read.
    const line = membersBehind(question.members, address, kind, bytes) ?? readLine(bytes);
    if (kind === 'failure') {
      const asked = { answer: null, address, reason: textOf(line?.['reason']), message: textOf(line?.['message']) };
      return { asked, next: number };
    }
    const answer = readAnswer(line?.['answer']);
    return answer === undefined ? { next: 0 } : { asked: { answer, address }, next: number };
  }

  /** Takes an earlier run's answer to the same request over into this run's journal. */
  async #takeOver(address: string, { hash, members }: Question, counters: AskCounters): Promise<Asked | undefined> {
    const earlier = this.#deps.reuse?.claim(hash, address);
    if (earlier === undefined) return undefined;
    const { origin, answer } = earlier;
    const line = `${members},"from":${JSON.stringify(origin)},"answer":${JSON.stringify(answer)}`;
    await this.#deps.writer.append(journalLine(address, 'reused', line));
    counters.reused += 1;
    return { answer, address };
  }

  async #send(
    address: string,
    { connection, request, members }: Question,
    place: Place,
    counters: AskCounters,
    last: boolean,
  ): Promise<Asked> {
    this.#checkGoingOn();
    const { writer, signal } = this.#deps;
    const keep = (kept: Answer, milliseconds: number): Promise<void> => {
      counters.latency.add(milliseconds);
      // Where nobody counted, the budget is charged the most it can have been; a later process must know.
      const charge = kept.usage === null ? `,${chargeMember(chatBound(request))}` : '';
      const told = `${members},"ms":${Math.round(milliseconds)},"answer":${JSON.stringify(kept)}${charge}`;
      return writer.append(journalLine(address, 'answer', told));
    };
    const onFailed = (charged: TokenCount): void => {
      const told = `"endpoint":${JSON.stringify(connection.name)},${chargeMember(charged)}`;
      // A journal that takes no more lets the next answer fail; that is where it is told.
      writer.append(journalLine(address, 'attempt', told)).catch(() => undefined);
    };
    const onWire = (isOnWire: boolean): void => {
      counters.inFlight += isOnWire ? 1 : -1;
    };
    let answer: Answer;
    try {
      const admission = this.#admission.signal;
      answer = await connection.chat(request, { signal, admission, place, keep, onWire, onFailed });
    } catch (error) {
      if (!(error instanceof EndpointError) || (error.stopsEndpoint && last)) throw error;
      const { failure: reason, message } = error;
      // A stopped endpoint was not even asked: its fallback takes over for everything.
      if (!error.stopsEndpoint) counters.requests += 1;
      const told = `${members},"reason":${JSON.stringify(reason)},"message":${JSON.stringify(message)}`;
      await writer.append(journalLine(address, last ? 'failure' : 'fallback', told));
      return { answer: null, address, reason, message };
    }
    counters.requests += 1;
    counters.promptTokens += answer.usage?.prompt ?? 0;
    counters.completionTokens += answer.usage?.completion ?? 0;
    return { answer, address };
  }
}

function chargeMember({ prompt, completion }: TokenCount): string {
  return `"charge":{"prompt":${prompt},"completion":${completion}}`;
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
