/** Processes of the benchmark: the parent gives orders over IPC, the child answers each. */
import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';

const envelope = z.object({ id: z.int(), content: z.unknown(), error: z.string().optional() });

/** A child process that takes orders. */
export class Worker {
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, { resolve: (content: unknown) => void; reject: (error: Error) => void }>();
  #orders = 0;

  /** @param file name of a module in this folder */
  constructor(file: string, execArgv: readonly string[] = []) {
    this.#child = fork(join(import.meta.dirname, file), {
      execArgv: ['--disable-warning=ExperimentalWarning', ...execArgv],
      serialization: 'advanced',
    });
    this.#child.on('message', (raw) => {
      const { id, content, error } = envelope.parse(raw);
      const pending = this.#pending.get(id);
      this.#pending.delete(id);
      if (error === undefined) pending?.resolve(content);
      else pending?.reject(new Error(error));
    });
    this.#child.on('exit', (code, signal) => {
      for (const { reject } of this.#pending.values()) reject(new Error(`${file} ended: ${signal ?? code ?? ''}`));
      this.#pending.clear();
    });
  }

  /** Gives an order and checks the answer. */
  async ask<Answer>(order: object, schema: z.ZodType<Answer>): Promise<Answer> {
    const id = (this.#orders += 1);
    const content = await new Promise<unknown>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#child.send({ id, content: order });
    });
    return schema.parse(content);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.disconnect();
    await gone;
  }
}

/** In the child: carries out the parent's orders one after the other, and ends with the parent. */
export function answerOrders<Order>(
  schema: z.ZodType<Order>,
  carryOut: (order: Order) => object | Promise<object>,
): void {
  let before: Promise<void> = Promise.resolve();
  process.on('message', (raw) => {
    const { id, content } = envelope.parse(raw);
    before = before.then(async () => {
      try {
        process.send?.({ id, content: await carryOut(schema.parse(content)) });
      } catch (error) {
        process.send?.({
          id,
          content: null,
          error: error instanceof Error ? (error.stack ?? error.message) : String(error),
        });
      }
    });
  });
  process.on('disconnect', () => process.exit());
}

/** Processor time of this process so far, all its threads. */
export function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The most memory that this process has had so far, in bytes, resident. */
export function peakMemory(): number {
  return process.resourceUsage().maxRSS * 1024;
}
