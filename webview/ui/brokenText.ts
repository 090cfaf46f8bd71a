import type { BrokenReason } from '../../src/protocol/dataset.ts';
import type { Wording } from './wording.ts';

/** Why a line is no record, in a sentence. */
export function brokenText(reason: BrokenReason, { t }: Wording): string {
  const texts: Readonly<Record<BrokenReason, string>> = {
    blank: t('This line is blank.'),
    'not-json': t('This line is not JSON.'),
    'not-an-object': t('This line is JSON, but not an object.'),
    'line-too-long': t('This line is too long to be shown; here is its beginning.'),
    'not-utf8': t('This line is not UTF-8.'),
  };
  return texts[reason];
}
