import type { DecisionFilter } from '../../src/protocol/dataset.ts';
import type { Wording } from './wording.ts';

/** Which records a filter by decision shows. */
export function filterText(filter: DecisionFilter, { t }: Wording): string {
  const texts: Readonly<Record<DecisionFilter, string>> = {
    all: t('All records'),
    accepted: t('Accepted'),
    rejected: t('Rejected'),
    undecided: t('Undecided'),
    edited: t('Edited'),
    rated: t('Rated'),
    noted: t('With a note'),
    changed: t('Changed since reviewed'),
    broken: t('Broken lines'),
  };
  return texts[filter];
}
