/** One conversation between host and webview: requests that are answered, and notices that are not. Both ends use it. */

/** Every message tells by `type` what it is. */
export interface Message {
  readonly type: string;
}

/** What an end answers to each request it takes, by the request's type; requests that are not named get nothing back. */
export type Answers = Readonly<Record<string, unknown>>;

type AnswerTo<A extends Answers, T extends string> = T extends keyof A ? A[T] : unknown;

/** One handler for each message that may come in. What it returns (or resolves with) is the answer. */
export type Handlers<Incoming extends Message, A extends Answers> = {
  readonly [T in Incoming['type']]: (
    message: Extract<Incoming, { readonly type: T }>,
  ) => AnswerTo<A, T> | Promise<AnswerTo<A, T>>;
};

/** The pipe below: an end of `postMessage`. */
export interface Port {
  send(value: unknown): void;
  /** Calls the listener for everything that comes in; returns what ends that. */
  listen(listener: (value: unknown) => void): () => void;
}

export interface MessengerOptions<Incoming extends Message, IncomingAnswers extends Answers> {
  readonly port: Port;
  /** Checks a message that came in. @throws when it is none that this end takes */
  readonly readMessage: (value: unknown) => Incoming;
  /** Checks the answer to a request of the given type. @throws when it is none */
  readonly readAnswer: (type: string, value: unknown) => unknown;
  readonly handlers: Handlers<Incoming, IncomingAnswers>;
  /** Told of what could not be read, and of notices whose handler failed. */
  readonly onError: (error: unknown) => void;
}

/** The other end could not do what it was asked for; the message is its own. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
}

/** The conversation is over; nobody will answer. */
export class DisposedError extends Error {
  override readonly name = 'DisposedError';

  constructor() {
    super('The panel was closed before it got an answer.');
  }
}

interface Pending {
  readonly type: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

type Envelope =
  | { readonly kind: 'request'; readonly id: number; readonly message: unknown }
  | { readonly kind: 'notice'; readonly message: unknown }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly text: string };

/**
 * Sends requests and notices, and answers those of the other end. Every request is answered or rejected: by the other
 * end's answer or error, or by `dispose`.
 */
export class Messenger<
  Incoming extends Message,
  IncomingAnswers extends Answers,
  Outgoing extends Message,
  OutgoingAnswers extends Answers,
> {
  readonly #options: MessengerOptions<Incoming, IncomingAnswers>;
  readonly #pending = new Map<number, Pending>();
  readonly #stopListening: () => void;
  #nextId = 1;
  #disposed = false;

  constructor(options: MessengerOptions<Incoming, IncomingAnswers>) {
    this.#options = options;
    this.#stopListening = options.port.listen((value) => {
      this.#receive(value);
    });
  }

  /** @throws RemoteError when the other end fails, DisposedError when the conversation ends first */
  request<T extends Outgoing['type']>(
    message: Extract<Outgoing, { readonly type: T }>,
  ): Promise<AnswerTo<OutgoingAnswers, T>> {
    if (this.#disposed) return Promise.reject(new DisposedError());
    const id = this.#nextId;
    this.#nextId += 1;
    const answered = new Promise<unknown>((resolve, reject) => {
      this.#pending.set(id, { type: message.type, resolve, reject });
    });
    this.#send({ kind: 'request', id, message });
    // `readAnswer` has checked it against the type of the request.
    return answered as Promise<AnswerTo<OutgoingAnswers, T>>;
  }

  notify(message: Outgoing): void {
    if (!this.#disposed) this.#send({ kind: 'notice', message });
  }

  dispose(): void {
    this.#disposed = true;
    this.#stopListening();
    for (const { reject } of this.#pending.values()) reject(new DisposedError());
    this.#pending.clear();
  }

  #send(envelope: Envelope): void {
    this.#options.port.send(envelope);
  }

  #receive(value: unknown): void {
    const envelope = readEnvelope(value);
    if (envelope === undefined || this.#disposed) return;
    switch (envelope.kind) {
      case 'request':
        void this.#answer(envelope.id, envelope.message);
        return;
      case 'notice':
        void this.#heed(envelope.message);
        return;
      case 'answer':
      case 'failure':
        this.#settle(envelope);
    }
  }

  async #heed(message: unknown): Promise<void> {
    try {
      await this.#handle(message);
    } catch (error) {
      this.#options.onError(error);
    }
  }

  #handle(value: unknown): unknown {
    const message = this.#options.readMessage(value);
    // A message of a type is handed to the handler of that type alone; TypeScript cannot follow the pairing.
    const handler = this.#options.handlers[message.type as Incoming['type']] as (message: Incoming) => unknown;
    return handler(message);
  }

  async #answer(id: number, message: unknown): Promise<void> {
    try {
      const value = await this.#handle(message);
      if (!this.#disposed) this.#send({ kind: 'answer', id, value });
    } catch (error) {
      if (!this.#disposed) this.#send({ kind: 'failure', id, text: textOf(error) });
    }
  }

  #settle(envelope: Extract<Envelope, { readonly kind: 'answer' | 'failure' }>): void {
    const pending = this.#pending.get(envelope.id);
    if (pending === undefined) return;
    this.#pending.delete(envelope.id);
    if (envelope.kind === 'failure') {
      pending.reject(new RemoteError(envelope.text));
      return;
    }
    try {
      pending.resolve(this.#options.readAnswer(pending.type, envelope.value));
    } catch (error) {
      pending.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

/** What came in, when it is an envelope of ours; other scripts may post messages of their own to the same window. */
function readEnvelope(value: unknown): Envelope | undefined {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return undefined;
  const id = 'id' in value && typeof value.id === 'number' ? value.id : undefined;
  if (value.kind === 'notice' && 'message' in value) return { kind: 'notice', message: value.message };
  if (id === undefined) return undefined;
  if (value.kind === 'request' && 'message' in value) return { kind: 'request', id, message: value.message };
  if (value.kind === 'answer') return { kind: 'answer', id, value: 'value' in value ? value.value : undefined };
  if (value.kind === 'failure' && 'text' in value) return { kind: 'failure', id, text: String(value.text) };
  return undefined;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
