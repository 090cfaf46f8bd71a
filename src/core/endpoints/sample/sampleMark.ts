/**
 * What every text of the sample endpoint ends with, so that nobody takes it for the work of a model. It stands inside
 * the items of a list, and is therefore still there when a list has been read, converted and written.
 */
export const SAMPLE_MARK = '(sample)';

/** Puts the mark at the end of a text. */
export function marked(text: string): string {
  return `${text} ${SAMPLE_MARK}`;
}

/** A text without the marks that earlier answers left in it, so that they do not pile up. */
export function withoutMark(text: string): string {
  return text.replaceAll(` ${SAMPLE_MARK}`, '').replaceAll(SAMPLE_MARK, '').trim();
}
