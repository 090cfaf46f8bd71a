import { createHash } from 'node:crypto';

/** A repeatable stream of random numbers. */
export interface Random {
  /** At least 0, less than 1. */
  next(): number;
  /** A whole number, at least 0, less than `below`. */
  integer(below: number): number;
  /** One of the elements. @throws RangeError for an empty list */
  pick<T>(elements: readonly T[]): T;
  /** `count` different elements (all of them when there are fewer), in random order. */
  draw<T>(elements: readonly T[], count: number): T[];
}

/** A stream that depends on the text alone: SHA-256 seeds the generator sfc32 (Chris Doty-Humphrey, PractRand). */
export function randomFrom(seed: string): Random {
  const digest = createHash('sha256').update(seed).digest();
  let a = digest.readUInt32LE(0);
  let b = digest.readUInt32LE(4);
  let c = digest.readUInt32LE(8);
  let counter = 1;

  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 0x1_0000_0000;
  };
  const integer = (below: number): number => Math.floor(next() * below);
  const pick = <T>(elements: readonly T[]): T => {
    if (elements.length === 0) throw new RangeError('nothing to pick from');
    return elements[integer(elements.length)] as T;
  };
  const draw = <T>(elements: readonly T[], count: number): T[] => {
    // A partial Fisher-Yates shuffle.
    const pool = [...elements];
    const size = Math.min(count, pool.length);
    for (let index = 0; index < size; index += 1) {
      const other = index + integer(pool.length - index);
      [pool[index], pool[other]] = [pool[other] as T, pool[index] as T];
    }
    return pool.slice(0, size);
  };
  return { next, integer, pick, draw };
}
