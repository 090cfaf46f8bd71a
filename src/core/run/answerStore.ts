/**
 * Where a run's answers come from, in this order: its own journal (it was interrupted before), an earlier run's journal
 * (the same request was paid for already), the model service. Whatever comes from outside is in this run's journal before
 * anybody sees it. Above 400 lines, since the order of the three, with fallbacks and batches, is one decision.
 */
import type { Answer } from '../endpoints/endpoint.ts';
import { EndpointError } from '../errors.ts';
import type { Json } from '../record/json.ts';
import type { Place } from '../record/key.ts';
import type { Asked } from '../steps/step.ts';
import { chatBound, textBound, type TokenCount } from '../transport/around.ts';
import type { Connection } from '../transport/connect.ts';
import type { LatencyHistogram } from '../transport/latency.ts';
import { readAnswer } from './answer.ts';
import type { Answers, Standing } from './answers.ts';
import type { BatchQuestion, Gatherer } from './batch/gatherer.ts';
import { EmbedQueue } from './embedQueue.ts';
import { type JournalReader, type JournalWriter, type LineSpan } from './journal.ts';
import { attemptLine, chargeMember, hashOf, journalLine, kindOf, membersBehind, readLine } from './journalLine.ts';
import type { Pace } from './pace.ts';
import {
  embedQuestion,
  nextAfter,
  questionsTo,
  sameCandidate,
  serviceOf,
  type Candidate,
  type EmbedCandidate,
  type Prepared,
  type Question,
} from './question.ts';
import type { ReuseIndex } from './reuse.ts';
import { StoppingError } from './stopping.ts';
import type { Turns } from './turns.ts';

export { STOP_GRACE_MS, StoppingError } from './stopping.ts';

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
  /** Takes the questions that are asked in batches; null: all are asked at once. */
  readonly gatherer: Gatherer | null;
}

/** What the journal has at an address already. */
type Former = Pick<BatchQuestion, 'over' | 'isOther'>;

/** How the store is asked; it does not look at how records came to be. */
type Asking = Omit<Standing, 'origin'>;

/** In the place of an answer that comes with a batch. */
const HELD = Symbol('held');

/** @see Answers; `onHeld` is told when the answer comes with a batch. */
export class AnswerStore implements Answers {
  readonly #deps: AnswerStoreDeps;
  readonly #admission = new AbortController();
  readonly #underWay = new Set<Promise<unknown>>();
  /** Endpoints and models that have rejected a wish and answered without it: they are not asked with it any more. */
  readonly #plainOnly = new Set<string>();
  readonly #embedQueue: EmbedQueue;
  /** Questions that were neither answered nor gathered yet. */
  #asking = 0;

  constructor(deps: AnswerStoreDeps) {
    this.#deps = deps;
    const { writer, signal } = deps;
    this.#embedQueue = new EmbedQueue({ writer, signal, admission: this.#admission.signal });
  }

  /** Nothing more is asked from now on; requests that were not sent yet fail with StoppingError. */
  stop(): void {
    if (!this.#admission.signal.aborted) this.#admission.abort(new StoppingError());
  }

  get isReplaying(): boolean {
    return this.#deps.pace.isBusy;
  }

  get isBusy(): boolean {
    return this.#asking > 0;
  }

  /** Whether questions are gathered for batches. */
  get gathers(): boolean {
    return this.#deps.gatherer !== null;
  }

  /** Resolves when no request is under way any more. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  ask(address: string, candidates: readonly Candidate[], standing: Asking): Promise<Asked> {
    const { place, counters, onHeld } = standing;
    return this.#counted(onHeld, () => this.#inTurn(place, () => this.#find(address, candidates, place, counters)));
  }

  async #find(
    address: string,
    candidates: readonly Candidate[],
    place: Place,
    counters: AskCounters,
  ): Promise<Asked | typeof HELD> {
    const span = await this.#letReplaysPass(address, place);
    const questions = questionsTo(candidates, this.#deps.connections);
    const own = this.#fromJournal(address, span, questions);
    if (own.asked !== undefined) {
      counters.replayed += 1;
      return own.asked;
    }
    const { gatherer } = this.#deps;
    let next: number | undefined = own.next;
    let failed: Asked | undefined;
    while (next !== undefined) {
      const number: number = this.#withoutVain(next, questions);
      const question = questions[number];
      if (question === undefined) break;
      const earlier = await this.#takeOver(address, sameCandidate(questions, number), counters);
      if (earlier !== undefined) return earlier;
      const follows = (reason: string): number | undefined => nextAfter(questions, number, reason);
      const { connection, chat } = question;
      const about = { ...own.former, url: connection.batch?.chatUrl ?? '', model: chat.model, most: chatBound(chat) };
      const asked =
        (gatherer === null
          ? undefined
          : await this.#gather(gatherer, address, { ...question, ...about }, follows, counters)) ??
        (await this.#track(this.#send(address, question, place, counters, follows)));
      if (asked === HELD) return HELD;
      if (asked.answer !== null) {
        if (question.form === 'plain') this.#plainOnly.add(serviceOf(question));
        return asked;
      }
      failed = asked;
      next = follows(asked.reason);
    }
    if (failed === undefined) throw new Error(`nobody to ask for ${address}`);
    return failed;
  }

  embed(address: string, candidate: EmbedCandidate, standing: Asking): Promise<Asked> {
    const { place, counters, onHeld } = standing;
    return this.#counted(onHeld, () =>
      this.#inTurn(place, () => this.#findVector(address, candidate, place, counters)),
    );
  }

  async #findVector(
    address: string,
    candidate: EmbedCandidate,
    place: Place,
    counters: AskCounters,
  ): Promise<Asked | typeof HELD> {
    const span = await this.#letReplaysPass(address, place);
    const { model, text, extra, batchSize } = candidate;
    const { connection, ...question } = embedQuestion(candidate, this.#deps.connections);
    const own = this.#fromJournal(address, span, [question]);
    if (own.asked !== undefined) {
      counters.replayed += 1;
      return own.asked;
    }
    const earlier = await this.#takeOver(address, [question], counters);
    if (earlier !== undefined) return earlier;
    const most = { prompt: textBound([text]), completion: 0 };
    const about = { ...own.former, url: connection.batch?.embedUrl ?? '', model, most };
    const { gatherer } = this.#deps;
    const gathered =
      gatherer === null
        ? undefined
        : await this.#gather(gatherer, address, { ...question, ...about, connection }, () => undefined, counters);
    if (gathered !== undefined) return gathered;
    const { members } = question;
    const entry = { address, text, members, place, counters };
    return this.#track(this.#embedQueue.ask({ connection, model, extra, batchSize }, entry));
  }

  /** What is held has left: the promise is nobody's, and what hangs on it goes. */
  async #counted(onHeld: (() => void) | undefined, find: () => Promise<Asked | typeof HELD>): Promise<Asked> {
    this.#asking += 1;
    let asked: Asked | typeof HELD;
    try {
      asked = await find();
    } finally {
      this.#asking -= 1;
    }
    if (asked !== HELD) return asked;
    onHeld?.();
    return new Promise(() => undefined);
  }

  /** Leaves the question to a batch, where its endpoint is asked in batches; undefined: it is asked at once. */
  async #gather(
    gatherer: Gatherer,
    address: string,
    question: Prepared & Omit<BatchQuestion, 'address' | 'endpoint' | 'last'> & { readonly connection: Connection },
    follows: (reason: string) => number | undefined,
    counters: AskCounters,
  ): Promise<Asked | typeof HELD | undefined> {
    const { connection, hash, members } = question;
    if (!gatherer.takes({ address, hash, endpoint: connection.name })) return undefined;
    this.#checkGoingOn();
    const last = [follows('rejected') === undefined, follows('') === undefined] as const;
    try {
      gatherer.take({ ...question, address, endpoint: connection.name, last });
    } catch (error) {
      if (!(error instanceof EndpointError)) throw error;
      return this.#fail(address, members, error, follows);
    }
    counters.inFlight += 1;
    return HELD;
  }

  /**
   * Answers that are there already are let through a few at a time.
   *
   * @returns where the run's own journal has the address
   */
  async #letReplaysPass(address: string, place: Place): Promise<LineSpan | undefined> {
    // Its turn may have come after the end.
    this.#checkGoingOn();
    const { journalled, reuse, turns, pace } = this.#deps;
    const span = journalled.get(address);
    if (turns === null && (span !== undefined || reuse?.isEmpty === false)) {
      await pace.pass(place);
      this.#checkGoingOn();
    }
    return span;
  }

  #checkGoingOn(): void {
    if (this.#admission.signal.aborted) throw new StoppingError();
  }

  async #track<T>(asking: Promise<T>): Promise<T> {
    this.#underWay.add(asking);
    try {
      return await asking;
    } finally {
      this.#underWay.delete(asking);
    }
  }

  /** The turn is taken before anything is looked up: whoever is still looking when a turn is given out has missed it. */
  #inTurn<T>(place: Place, find: () => Promise<T>): Promise<T> {
    return this.#deps.turns === null ? find() : this.#deps.turns.take(place, find);
  }

  /** The number of the question to ask: one whose wish would be rejected is passed over. */
  #withoutVain(number: number, questions: readonly Question[]): number {
    const question = questions[number];
    return question?.form === 'wished' && this.#plainOnly.has(serviceOf(question)) ? number + 1 : number;
  }

  /** What the run's own journal says: an answer or a final failure, or with which question to go on. */
  #fromJournal(
    address: string,
    span: LineSpan | undefined,
    questions: readonly (Prepared | Question)[],
  ): { readonly asked?: Asked; readonly next: number | undefined; readonly former?: Former } {
    const { reader, retryFailed } = this.#deps;
    if (span === undefined || reader === null) return { next: 0 };
    const bytes = reader.bytes(span);
    if (bytes === undefined) return { next: 0 };
    const kind = kindOf(address, bytes);
    const hash = hashOf(address, kind, bytes);
    const number = questions.findIndex((question) => question.hash === hash);
    const question = questions[number];
    // Another request at this address: an input file changed in between. The old answer does not belong to it.
    if (question === undefined) return { next: 0, former: { over: hash, isOther: true } };
    if (kind === 'fallback' || kind === 'failure') {
      if (retryFailed) return { next: 0, former: { over: hash } };
      // It is being asked once more.
      if (this.#deps.gatherer?.isOut({ address, hash }) === true) return { next: number, former: { over: hash } };
    }
    // The request is known: what stands behind it is much less to read.
    const line = membersBehind(question.members, address, kind, bytes) ?? readLine(bytes);
    if (kind === 'fallback')
      return { next: nextAfter(questions, number, textOf(line?.['reason'])) ?? 0, former: { over: hash } };
    if (kind === 'failure') {
      const asked = { answer: null, address, reason: textOf(line?.['reason']), message: textOf(line?.['message']) };
      return { asked, next: number };
    }
    const answer = readAnswer(line?.['answer']);
    if (answer === undefined) return { next: 0 };
    if ('form' in question && question.form === 'plain') this.#plainOnly.add(serviceOf(question));
    return { asked: { answer, address }, next: number };
  }

  /** Takes an earlier run's answer to one of the requests over into this run's journal. */
  async #takeOver(address: string, questions: readonly Prepared[], counters: AskCounters): Promise<Asked | undefined> {
    for (const { hash, members } of questions) {
      const earlier = this.#deps.reuse?.claim(hash, address);
      if (earlier === undefined) continue;
      const { origin, answer } = earlier;
      const line = `${members},"from":${JSON.stringify(origin)},"answer":${JSON.stringify(answer)}`;
      await this.#deps.writer.append(journalLine(address, 'reused', line));
      counters.reused += 1;
      return { answer, address };
    }
    return undefined;
  }

  async #send(
    address: string,
    { connection, chat: request, members }: Question,
    place: Place,
    counters: AskCounters,
    follows: (reason: string) => number | undefined,
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
      // A journal that takes no more lets the next answer fail; that is where it is told.
      writer.append(attemptLine(address, connection.name, charged)).catch(() => undefined);
    };
    const onWire = (isOnWire: boolean): void => {
      counters.inFlight += isOnWire ? 1 : -1;
    };
    let answer: Answer;
    try {
      const admission = this.#admission.signal;
      answer = await connection.chat(request, { signal, admission, place, keep, onWire, onFailed });
    } catch (error) {
      if (!(error instanceof EndpointError)) throw error;
      if (error.stopsEndpoint && follows(error.failure) === undefined) throw error;
      // A stopped endpoint was not even asked: its fallback takes over for everything.
      if (!error.stopsEndpoint) counters.requests += 1;
      return this.#fail(address, members, error, follows);
    }
    counters.requests += 1;
    counters.promptTokens += answer.usage?.prompt ?? 0;
    counters.completionTokens += answer.usage?.completion ?? 0;
    return { answer, address };
  }

  /** A failure that is final for its candidate is in the journal before anybody hears of it. */
  async #fail(
    address: string,
    members: string,
    { failure: reason, message }: EndpointError,
    follows: (reason: string) => number | undefined,
  ): Promise<Asked> {
    const told = `${members},"reason":${JSON.stringify(reason)},"message":${JSON.stringify(message)}`;
    const kind = follows(reason) === undefined ? 'failure' : 'fallback';
    await this.#deps.writer.append(journalLine(address, kind, told));
    return { answer: null, address, reason, message };
  }
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
