import { asError } from '../abortReason.ts';

/** Puts questions that wait at the same moment into one request. */
export interface Gatherer<Item, Result> {
  /**
   * @param key only questions of the same key go together
   * @param most how many may
   * @param signal ends this question alone; the request goes on while anybody waits for it
   * @throws what `send` throws, each question its own; the signal's reason
   */
  ask(key: string, item: Item, most: number, signal?: AbortSignal): Promise<Result>;
}

/** One question that waits. */
interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (reason: unknown) => void;
  gone: boolean;
}

/**
 * @param send answers in the order of the items
 * @param isOneItemsFault whether a failure may be the fault of one item: then each is sent alone, so that it alone fails
 */
export function createGatherer<Item, Result>(
  send: (items: readonly Item[], signal: AbortSignal) => Promise<readonly Result[]>,
  isOneItemsFault: (error: unknown) => boolean,
): Gatherer<Item, Result> {
  const groups = new Map<
    string,
    { most: number; waiting: Waiting<Item, Result>[]; controllers: Map<Waiting<Item, Result>, () => void> }
  >();

  function flush(key: string): void {
    const group = groups.get(key);
    groups.delete(key);
    const left = group?.waiting.filter(({ gone }) => !gone) ?? [];
    while (left.length > 0) void carry(left.splice(0, group?.most ?? 1), group?.controllers);
  }

  async function carry(
    batch: readonly Waiting<Item, Result>[],
    onGone: Map<Waiting<Item, Result>, () => void> | undefined,
  ): Promise<void> {
    const controller = new AbortController();
    for (const one of batch) {
      onGone?.set(one, () => {
        if (batch.every(({ gone }) => gone)) controller.abort(new Error('Nobody waits for it any more'));
      });
    }
    try {
      const results = await send(
        batch.map(({ item }) => item),
        controller.signal,
      );
      for (const [index, { resolve, reject }] of batch.entries()) {
        const result = results[index];
        if (result === undefined) reject(new Error('A batch was answered in part'));
        else resolve(result);
      }
    } catch (error) {
      const alone = batch.filter(({ gone }) => !gone);
      if (batch.length > 1 && isOneItemsFault(error)) for (const one of alone) void carry([one], onGone);
      else for (const { reject } of alone) reject(error);
    }
  }

  return {
    ask: (key, item, most, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(asError(signal.reason));
          return;
        }
        let group = groups.get(key);
        if (group === undefined) {
          group = { most, waiting: [], controllers: new Map() };
          groups.set(key, group);
          // Whoever is ready in the same turn of the event loop comes along.
          setImmediate(flush, key);
        }
        const { controllers } = group;
        const leave = (): void => signal?.removeEventListener('abort', onAbort);
        const waiting: Waiting<Item, Result> = {
          item,
          gone: false,
          resolve: (result) => {
            leave();
            resolve(result);
          },
          reject: (reason) => {
            leave();
            reject(asError(reason));
          },
        };
        const onAbort = (): void => {
          waiting.gone = true;
          waiting.reject(signal?.reason);
          controllers.get(waiting)?.();
        };
        signal?.addEventListener('abort', onAbort, { once: true });
        group.waiting.push(waiting);
      }),
  };
}
