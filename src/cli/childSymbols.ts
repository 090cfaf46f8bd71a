import * as z from 'zod';
import { editorAnswerSchema, type EditorAnswer, type EditorSymbols } from '../core/datasets/symbols/editorSymbols.ts';
import type { FromChild } from '../core/run/childProtocol.ts';

/** What the editor says of the files that it was asked about. */
export const symbolMessage = z.object({
  type: z.literal('symbols.answer'),
  id: z.int(),
  answer: editorAnswerSchema,
});

/** The editor's extensions, asked over IPC: each question has a number, under which the editor answers. */
export class ChildSymbols implements EditorSymbols {
  readonly #send: (message: FromChild) => void;
  readonly #pending = new Map<number, PromiseWithResolvers<EditorAnswer>>();
  #count = 0;

  constructor(send: (message: FromChild) => void) {
    this.#send = send;
  }

  /** Hands in a message of the editor's. What nobody waits for any more is dropped. */
  receive({ id, answer }: z.infer<typeof symbolMessage>): void {
    this.#pending.get(id)?.resolve(answer);
  }

  /** The editor has gone: whatever waits for it ends. */
  close(): void {
    for (const { reject } of this.#pending.values()) reject(new Error('VS Code has gone away'));
  }

  async symbolsOf(path: string, signal: AbortSignal | undefined): Promise<EditorAnswer> {
    signal?.throwIfAborted();
    const id = (this.#count += 1);
    const waiting = Promise.withResolvers<EditorAnswer>();
    const onAbort = (): void => {
      waiting.reject(signal?.reason);
    };
    this.#pending.set(id, waiting);
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      this.#send({ type: 'symbols.request', id, path });
      return await waiting.promise;
    } finally {
      this.#pending.delete(id);
      signal?.removeEventListener('abort', onAbort);
    }
  }
}
