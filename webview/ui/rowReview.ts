import type { ViewRow } from '../../src/protocol/dataset.ts';
import { setHidden } from './element.ts';
import './review.css';
import type { Wording } from './wording.ts';

/** Shows at a row what was decided about its record, and whether its line is broken. */
export function decorateRow(element: HTMLTableRowElement, row: ViewRow | undefined, { t }: Wording): void {
  const review = row?.review ?? null;
  element.dataset['verdict'] = review?.verdict ?? '';
  const isBroken = row !== undefined && row.broken !== null && row.broken !== 'blank';
  element.classList.toggle('broken', isBroken);
  element.classList.toggle('changed', review?.isChanged === true);
  const [first, second, ...others] = element.cells;
  if (first === undefined) return;
  // A line that cannot be read has no fields: what it says has the room of all columns.
  if (second !== undefined) second.colSpan = isBroken ? 1 + others.length : 1;
  for (const other of others) setHidden(other, isBroken);
  const told = [
    review?.verdict === 'accept' ? t('accepted') : review?.verdict === 'reject' ? t('rejected') : '',
    review?.rating == null ? '' : t('rated {0}', review.rating),
    review?.isEdited === true ? t('edited') : '',
    review?.hasNote === true ? t('with a note') : '',
    review?.isChanged === true ? t('changed since reviewed') : '',
    isBroken ? t('broken') : '',
  ].filter((part) => part !== '');
  const label = [row?.cells[0] ?? '', ...told].join(', ');
  if (told.length > 0) first.setAttribute('aria-label', label);
  else first.removeAttribute('aria-label');
  first.title = told.join(', ');
  first.dataset['marks'] = marksOf(review);
}

/** What stands before the number of a line that was decided about. */
function marksOf(review: ViewRow['review']): string {
  if (review === null) return '';
  const edited = review.isEdited ? '✎' : '';
  return `${edited}${review.rating === null ? '' : `★${review.rating}`}`;
}
