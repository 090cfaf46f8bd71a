import * as z from 'zod';
import {
  LANGUAGE_MODEL_FAILURES,
  LanguageModelRefusal,
  type LanguageModelAnswer,
  type LanguageModels,
} from '../core/endpoints/vscodeLm/languageModels.ts';
import type { FromChild } from '../core/run/childProtocol.ts';

const id = z.int();
/** What the editor says of the questions that it was asked. */
export const modelMessages = [
  z.object({ type: z.literal('lm.chunk'), id, text: z.string() }),
  z.object({
    type: z.literal('lm.answer'),
    id,
    answer: z.object({
      text: z.string(),
      model: z.string(),
      usage: z.object({ prompt: z.number(), completion: z.number() }).nullable(),
    }),
  }),
  z.object({ type: z.literal('lm.models'), id, names: z.array(z.string()) }),
  z.object({ type: z.literal('lm.error'), id, failure: z.enum(LANGUAGE_MODEL_FAILURES), message: z.string() }),
] as const;
const modelMessage = z.discriminatedUnion('type', modelMessages);
type ModelMessage = z.infer<typeof modelMessage>;

interface Pending {
  readonly onText: ((text: string) => void) | undefined;
  readonly resolve: (result: LanguageModelAnswer | readonly string[]) => void;
  readonly reject: (reason: unknown) => void;
}

/** The editor's models, asked over IPC: each question has a number, under which the editor answers. */
export class ChildModels implements LanguageModels {
  readonly #send: (message: FromChild) => void;
  readonly #pending = new Map<number, Pending>();
  #count = 0;

  constructor(send: (message: FromChild) => void) {
    this.#send = send;
  }

  /** Hands in a message of the editor's. What nobody waits for any more is dropped. */
  receive(message: ModelMessage): void {
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return;
    switch (message.type) {
      case 'lm.chunk':
        pending.onText?.(message.text);
        return;
      case 'lm.answer':
        pending.resolve(message.answer);
        return;
      case 'lm.models':
        pending.resolve(message.names);
        return;
      case 'lm.error':
        pending.reject(new LanguageModelRefusal(message.failure, message.message));
    }
  }

  /** The editor has gone: whatever waits for it ends. */
  close(): void {
    for (const { reject } of this.#pending.values()) {
      reject(new LanguageModelRefusal('failed', 'VS Code has gone away'));
    }
  }

  async ask(...[question, signal, onText]: Parameters<LanguageModels['ask']>): ReturnType<LanguageModels['ask']> {
    const streams = onText !== undefined;
    const message = (number: number): FromChild => ({ type: 'lm.request', id: number, question, streams });
    const answer = await this.#request(message, signal, onText);
    if ('text' in answer) return answer;
    throw new LanguageModelRefusal('failed', 'VS Code answered something else');
  }

  async list(signal: AbortSignal | undefined): Promise<readonly string[]> {
    const names = await this.#request(
      (number) => ({ type: 'lm.list', id: number }),
      signal,
      () => undefined,
    );
    if (!('text' in names)) return names;
    throw new LanguageModelRefusal('failed', 'VS Code answered something else');
  }

  async #request(
    message: (id: number) => FromChild,
    signal: AbortSignal | undefined,
    onText: ((text: string) => void) | undefined,
  ): Promise<LanguageModelAnswer | readonly string[]> {
    signal?.throwIfAborted();
    const number = (this.#count += 1);
    const { promise, resolve, reject } = Promise.withResolvers<LanguageModelAnswer | readonly string[]>();
    const onAbort = (): void => {
      this.#send({ type: 'lm.cancel', id: number });
      reject(signal?.reason);
    };
    this.#pending.set(number, { onText, resolve, reject });
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      this.#send(message(number));
      return await promise;
    } finally {
      this.#pending.delete(number);
      signal?.removeEventListener('abort', onAbort);
    }
  }
}
