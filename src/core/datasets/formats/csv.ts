/**
 * CSV as RFC 4180 describes it: commas, double quotes around what needs them, quotes inside doubled, a header. Lines end
 * with LF, as in all of Openline's files.
 */
import type { Json } from '../../record/json.ts';

/**
 * How a text begins that spreadsheets would take for a formula (OWASP, "CSV Injection"), the wide forms of these signs
 * included, behind any number of apostrophes.
 */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/u;
/** A number is no danger, and a column of numbers shall stay one. */
const PLAIN_NUMBER = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/u;
const QUOTED = /[",\r\n]/u;

/** Names or values as one line, without the line feed that ends it. */
export function formatRow(cells: readonly Json[], raw: boolean): string {
  const texts = cells.map((cell) => formatCell(cell, raw));
  // One empty column would be an empty line, which readers skip.
  return texts.length === 1 && texts[0] === '' ? '""' : texts.join(',');
}

/**
 * Texts as they are, numbers, true and false as in JSON, lists and objects as JSON, null as nothing (an empty text is
 * `""`).
 *
 * @param raw otherwise a text that begins like a formula gets an apostrophe before it; it is undone by taking one away
 *   from texts that match `'+[=+\-@…]`
 */
function formatCell(value: Json, raw: boolean): string {
  if (value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (text === '') return '""';
  const safe = !raw && FORMULA.test(text) && !PLAIN_NUMBER.test(text) ? `'${text}` : text;
  return QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
