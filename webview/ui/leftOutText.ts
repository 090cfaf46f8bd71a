import type { LeftOut } from '../../src/protocol/leftOut.ts';
import type { Wording } from './wording.ts';

/** Tells of records on which a condition could not be worked out; empty: there are none. */
export function leftOutText(leftOut: LeftOut | null, { t, number }: Wording): string {
  if (leftOut === null) return '';
  const { count, line, why } = leftOut;
  return count === 1
    ? t('1 record left out, in line {0}: {1}', number(line + 1), why)
    : t('{0} records left out, the first in line {1}: {2}', number(count), number(line + 1), why);
}
