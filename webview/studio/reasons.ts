import type { Wording } from '../ui/wording.ts';

/** Why a record was turned down, in plain words; a reason that has none stays as the engine calls it. */
export function reasonText(reason: string, { t }: Wording): string {
  const texts: Readonly<Record<string, string>> = {
    'no-list': t('no list in the answer'),
    ambiguous: t('more than one list in the answer'),
    'not-yaml': t('conversion is not YAML'),
    'not-a-list': t('conversion is not a list'),
    'not-strings': t('conversion holds more than texts'),
    hallucination: t('conversion made something up'),
    'list-length': t('list of another length'),
    surplus: t('more than was asked for'),
    empty: t('empty answer'),
    truncated: t('answer was cut off'),
    'content-filter': t('held back by the content filter'),
    refused: t('refused by the model'),
    unreachable: t('service not reached'),
    timeout: t('no answer in time'),
    'rate-limited': t('rate limit'),
    server: t('error of the service'),
    rejected: t('request turned down by the service'),
    unreadable: t('answer could not be read'),
    'missing-field': t('missing field'),
  };
  return texts[reason] ?? reason;
}
