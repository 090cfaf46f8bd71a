import type { ExportPreview } from '../core/run/exportPreview.ts';
import type { ExportSource } from '../core/run/exportSource.ts';
import type { ExportReport } from '../core/run/exportTally.ts';
import type { ReviewReport } from '../core/run/exportReview.ts';
import { shorten } from './summaryText.ts';

/** Rejects that are shown one by one. */
const SHOWN_REJECTS = 5;
const LONGEST_EXAMPLE = 60;

/** What each field of a format is taken from, with an example: to be read before anything is written. */
export function mappingText({ looked, fits, fields, rejected, needs }: ExportPreview, format: string): string {
  const of = looked === 1 ? 'the first record' : `the first ${looked} records`;
  const lines = [`${format}, as ${of} tell:`];
  for (const { field, from, example } of fields) {
    const names = Object.entries(from);
    const columns = names.map(([column, count]) => (names.length === 1 ? column : `${column} (${count})`));
    lines.push(`  ${field} ← ${columns.join(', ')}  such as ${cut(JSON.stringify(example))}`);
  }
  const reasons = Object.entries(rejected).map(([reason, count]) => `${count} ${reason}`);
  if (reasons.length > 0) lines.push(`  ${looked - fits} of them do not fit: ${reasons.join(', ')}`);
  if (fits === 0 && looked > 0 && needs !== null) lines.push(`  a record must have ${needs}`);
  return `${lines.join('\n')}\n`;
}

/** The fields that were used, what the review did and what did not fit: for standard error. */
export function exportText(report: ExportReport, source: ExportSource, cwd: string): string {
  const lines = Object.entries(report.fields).map(([field, columns]) => {
    const names = Object.entries(columns);
    const from = names.map(([column, count]) => (names.length === 1 ? column : `${column} (${count})`));
    return `  ${field} ← ${from.join(', ')}`;
  });
  lines.unshift(lines.length === 0 ? 'fields: all as they are' : 'fields:');
  if (report.review !== null) lines.push(...reviewLines(report.review));
  for (const [reason, count] of Object.entries(report.rejected)) lines.push(`rejected: ${count} ${reason}`);
  for (const { line, reason, message } of report.examples.slice(0, SHOWN_REJECTS)) {
    lines.push(`  ${shorten(source.path, cwd)}:${line}: ${reason}: ${message}`);
  }
  if (report.records === 0) lines.push('Warning: there were no records.');
  return `${lines.join('\n')}\n`;
}

function reviewLines({ file, decisions, kept, added, unused }: ReviewReport): string[] {
  const line = `review: ${decisions} decisions in ${file}; kept ${kept.accepted} accepted, ${kept.undecided} undecided, ${kept.changed} changed since${added === 0 ? '' : `, ${added} added`}`;
  const lost = `Warning: ${unused} of the ${decisions} decisions in ${file} are about records that are not there any more.`;
  return unused === 0 ? [line] : [line, lost];
}

function cut(text: string): string {
  return text.length <= LONGEST_EXAMPLE ? text : `${text.slice(0, LONGEST_EXAMPLE - 1)}…`;
}
