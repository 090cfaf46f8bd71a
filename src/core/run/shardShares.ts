/** What part of the endpoints' limits a shard may use: it grows as other shards end. */
import { stat } from 'node:fs/promises';

/** By how many shards the limits are divided. */
export interface Sharers {
  /** The shards that have not ended: they share what may be under way at once. */
  readonly now: number;
  /** Those and the ones that ended less than a minute ago, whose requests count against limits per minute still. */
  readonly lately: number;
}

/** The sharers at present, and a word when they have become fewer. */
export interface Shares {
  readonly first: Sharers;
  /** @param onFewer must not throw */
  watch(onFewer: (sharers: Sharers) => void): void;
  close(): void;
}

/** The window of limits per minute, in milliseconds. */
const MINUTE = 60_000;
const LOOK_MS = 1000;

export const ALONE: Shares = {
  first: { now: 1, lately: 1 },
  watch: () => undefined,
  close: () => undefined,
};

/**
 * @param doneFiles one for each shard, written when it has ended. Whoever looks at them sees at least the shards that have
 *   not ended, so that the shares of all are never too large together.
 */
export async function openShares(doneFiles: readonly string[], lookMs = LOOK_MS): Promise<Shares> {
  const first = await countSharers(doneFiles);
  let known = first;
  let timer: NodeJS.Timeout | undefined;
  return {
    first,
    watch(onFewer) {
      let isLooking = false;
      const look = async (): Promise<void> => {
        if (isLooking) return;
        isLooking = true;
        const found = await countSharers(doneFiles);
        isLooking = false;
        // A file that has been seen once may be out of sight for a while on a shared file system.
        const sharers = { now: Math.min(known.now, found.now), lately: Math.min(known.lately, found.lately) };
        const areFewer = sharers.now < known.now || sharers.lately < known.lately;
        known = sharers;
        if (areFewer && timer !== undefined) onFewer(sharers);
      };
      timer = setInterval(() => void look(), lookMs).unref();
    },
    close() {
      clearInterval(timer);
      timer = undefined;
    },
  };
}

async function countSharers(doneFiles: readonly string[]): Promise<Sharers> {
  const ended = await Promise.all(
    doneFiles.map((path) =>
      stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => null,
      ),
    ),
  );
  const counted = (isOut: (at: number) => boolean): number => ended.filter((at) => at === null || !isOut(at)).length;
  return {
    now: Math.max(
      1,
      counted(() => true),
    ),
    lately: Math.max(
      1,
      counted((at) => at + MINUTE <= Date.now()),
    ),
  };
}
