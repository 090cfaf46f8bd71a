/** The process that counts tokens, asks models and measures datasets for panels. It is started when it is first needed. */
import type { ToChild } from '../../core/run/childProtocol.ts';
import type { DatasetAnswer, DatasetQuestion, ModelAnswer, ModelQuestion } from '../../core/run/questionProtocol.ts';
import type { RunAnswer, RunQuestion, RunQuestionKind, RunQuestions } from '../../core/run/runQuestions.ts';
import type { RepairProgress } from '../../core/run/repair.ts';
import { ChildLink } from '../runs/childLink.ts';
import type { ChildStart } from '../runs/askChild.ts';

interface Waiting {
  readonly onChunk?: (text: string) => void;
  readonly onTokens?: (tokens: number) => void;
  readonly onAnswer?: (answer: ModelAnswer) => void;
  readonly onShare?: (share: number) => void;
  readonly onDescribed?: (answer: DatasetAnswer) => void;
  readonly onLooking?: (progress: RepairProgress) => void;
  readonly onLooked?: (answer: RunAnswer) => void;
  readonly fail: (error: Error) => void;
}

/** A process that nobody has asked anything for so long is ended, in milliseconds. */
const IDLE_MS = 120_000;

/** Thrown when the process ends before it has answered. */
export class QuestionChildGoneError extends Error {
  override readonly name = 'QuestionChildGoneError';
}

export class QuestionChild {
  readonly #start: ChildStart;
  readonly #onErrorLine: (line: string) => void;
  readonly #waiting = new Map<number, Waiting>();
  #link: ChildLink | undefined;
  #isReady = false;
  #held: ToChild[] = [];
  #idle: NodeJS.Timeout | undefined;
  #nextId = 1;

  constructor(start: ChildStart, onErrorLine: (line: string) => void) {
    this.#start = start;
    this.#onErrorLine = onErrorLine;
  }

  /** Tokens of some texts together, with what surrounds messages. @throws QuestionChildGoneError */
  count(texts: readonly string[]): Promise<number> {
    return new Promise((resolve, reject) => {
      const id = this.#wait({ onTokens: resolve, fail: reject });
      this.#send({ type: 'count', id, texts });
    });
  }

  /**
   * Asks a model.
   *
   * @param signal gives the question up
   * @throws the signal's reason, QuestionChildGoneError
   */
  ask(question: ModelQuestion, onChunk: (text: string) => void, signal: AbortSignal): Promise<ModelAnswer> {
    return this.#untilAborted(
      signal,
      (onAnswer, fail) => ({ onChunk, onAnswer, fail }),
      (id) => ({ type: 'ask', id, question }),
    );
  }

  /**
   * Measures a dataset or run; a large one takes half a minute.
   *
   * @param onShare told now and then how much has been read, from 0 to 1
   * @param signal gives the question up
   * @throws the signal's reason, QuestionChildGoneError
   */
  describe(question: DatasetQuestion, onShare: (share: number) => void, signal: AbortSignal): Promise<DatasetAnswer> {
    return this.#untilAborted(
      signal,
      (onDescribed, fail) => ({ onShare, onDescribed, fail }),
      (id) => ({ type: 'describe', id, question }),
    );
  }

  /**
   * Asks something about a run, or has something done with it.
   *
   * @param signal gives the question up
   * @throws the signal's reason, QuestionChildGoneError, Error with what went wrong in a sentence
   */
  async look<Kind extends RunQuestionKind>(
    question: Extract<RunQuestion, { readonly kind: Kind }>,
    signal: AbortSignal,
    onLooking?: (progress: RepairProgress) => void,
  ): Promise<RunQuestions[Kind]['answer']> {
    const answer = await this.#untilAborted<RunAnswer>(
      signal,
      (onLooked, fail) => ({ onLooked, fail, ...(onLooking === undefined ? {} : { onLooking }) }),
      (id) => ({ type: 'look', id, question }),
    );
    if (!answer.ok) throw new Error(answer.message);
    // The child answers each kind of question with what belongs to it.
    return answer.value;
  }

  /**
   * The same for what has a result when it is stopped halfway: the answer is waited for all the same.
   *
   * @param stop asks for an early end
   */
  async lookUntilStopped<Kind extends RunQuestionKind>(
    question: Extract<RunQuestion, { readonly kind: Kind }>,
    stop: AbortSignal,
    onLooking: (progress: RepairProgress) => void,
  ): Promise<RunQuestions[Kind]['answer']> {
    let onStop = (): void => undefined;
    const answer = await new Promise<RunAnswer>((resolve, reject) => {
      const id = this.#wait({ onLooked: resolve, onLooking, fail: reject });
      onStop = () => this.#send({ type: 'stop', id });
      this.#send({ type: 'look', id, question });
      stop.addEventListener('abort', onStop, { once: true });
      if (stop.aborted) onStop();
    }).finally(() => stop.removeEventListener('abort', onStop));
    if (!answer.ok) throw new Error(answer.message);
    return answer.value;
  }

  #untilAborted<Answer>(
    signal: AbortSignal,
    waitingFor: (answer: (answer: Answer) => void, fail: (error: Error) => void) => Waiting,
    question: (id: number) => ToChild,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(asError(signal.reason));
        return;
      }
      const settle = (): void => {
        signal.removeEventListener('abort', stop);
      };
      const id = this.#wait(
        waitingFor(
          (answer) => {
            settle();
            resolve(answer);
          },
          (error) => {
            settle();
            reject(error);
          },
        ),
      );
      const stop = (): void => {
        this.#waiting.delete(id);
        this.#send({ type: 'stop', id });
        reject(asError(signal.reason));
      };
      signal.addEventListener('abort', stop, { once: true });
      this.#send(question(id));
    });
  }

  /** Ends the process; it is started again when it is needed. It ends by itself when nobody has asked for a while. */
  release(): void {
    clearTimeout(this.#idle);
    this.#link?.release();
    this.#link = undefined;
  }

  #wait(waiting: Waiting): number {
    clearTimeout(this.#idle);
    const id = this.#nextId;
    this.#nextId += 1;
    this.#waiting.set(id, waiting);
    return id;
  }

  #send(message: ToChild): void {
    const link = this.#link ?? this.#open();
    if (this.#isReady) link.send(message);
    else this.#held.push(message);
  }

  #open(): ChildLink {
    this.#isReady = false;
    const relay = this.#start.relay((reply) => {
      link.send(reply);
    });
    const link: ChildLink = new ChildLink(
      { type: 'serve' },
      {
        script: this.#start.script,
        environment: this.#start.environment(),
        onErrorLine: this.#onErrorLine,
        onMessage: (message) => {
          if (relay.receive(message)) return;
          if (message.type === 'ready') {
            this.#isReady = true;
            for (const held of this.#held.splice(0)) link.send(held);
          } else if (message.type === 'chunk') this.#waiting.get(message.id)?.onChunk?.(message.text);
          else if (message.type === 'counted') this.#settle(message.id)?.onTokens?.(message.tokens);
          else if (message.type === 'answered') this.#settle(message.id)?.onAnswer?.(message.answer);
          else if (message.type === 'describing') this.#waiting.get(message.id)?.onShare?.(message.share);
          else if (message.type === 'described') this.#settle(message.id)?.onDescribed?.(message.answer);
          else if (message.type === 'looking') this.#waiting.get(message.id)?.onLooking?.(message);
          else if (message.type === 'looked') this.#settle(message.id)?.onLooked?.(message.answer);
          else if (message.type === 'log') this.#onErrorLine(message.message);
        },
      },
    );
    this.#link = link;
    void link.ended.then(({ errorText }) => {
      relay.dispose();
      if (this.#link === link) this.#link = undefined;
      else if (this.#link !== undefined) return;
      this.#held = [];
      const error = new QuestionChildGoneError(errorText === '' ? 'The process ended unexpectedly.' : errorText);
      for (const { fail } of this.#waiting.values()) fail(error);
      this.#waiting.clear();
    });
    return link;
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    clearTimeout(this.#idle);
    if (this.#waiting.size === 0) this.#idle = setTimeout(() => this.release(), IDLE_MS);
    return waiting;
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
