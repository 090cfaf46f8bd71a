import type { Wording } from '../ui/wording.ts';

/** Why a record was turned down, in plain words; a reason that has none stays as the engine calls it. */
export function reasonText(reason: string, { t }: Wording): string {
  const texts: Readonly<Record<string, string>> = {
    unreadable: t('answer could not be read'),
    'wrong-length': t('list of another length'),
    length: t('answer was cut off'),
    truncated: t('answer was cut off'),
    'content-filter': t('held back by the content filter'),
    content_filter: t('held back by the content filter'),
    refused: t('refused by the model'),
    refusal: t('refused by the model'),
    request: t('request failed'),
    'request-failed': t('request failed'),
    empty: t('empty answer'),
    filter: t('outside the filter’s bounds'),
  };
  return texts[reason] ?? reason;
}
