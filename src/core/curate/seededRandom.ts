import { createHash } from 'node:crypto';
import type { Key } from '../record/key.ts';

/** Draws numbers from 0 (inclusive) to 1 (exclusive). */
export type Random = () => number;

/**
 * Random numbers that depend on a seed and a record's key alone: not on when it is its turn, nor on other records.
 * With a purpose there are others for each purpose. The generator is sfc32 (Chris Doty-Humphrey, PractRand), its state is taken from SHA-256 of seed and key.
 */
export function seededRandom(seed: number, key: Key, purpose?: string): Random {
  const state = createHash('sha256')
    .update(JSON.stringify(purpose === undefined ? [seed, key] : [seed, key, purpose]))
    .digest();
  let [a, b, c, counter] = [0, 4, 8, 12].map((offset) => state.readInt32LE(offset)) as [number, number, number, number];
  return () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
}

/** The elements in random order (Fisher and Yates); the list itself stays as it is. */
export function shuffled<T>(list: readonly T[], random: Random): T[] {
  const order = [...list];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    const [here, there] = [order[last], order[other]];
    if (here === undefined || there === undefined) continue;
    order[last] = there;
    order[other] = here;
  }
  return order;
}
