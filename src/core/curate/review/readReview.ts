import type { Diagnostic } from '../../errors.ts';
import { readLines } from '../../datasets/readLines.ts';
import { checkValue } from '../../files/checkValue.ts';
import { isJsonObject, parseJson } from '../../record/json.ts';
import { decisionSchema, type Decision } from './decision.ts';

/** A review file: the last decision of each record, and the lines that are none. */
export interface Review {
  readonly decisions: ReadonlyMap<string, Decision>;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads a review file. A last line without an end that cannot be read is being written, and left out.
 *
 * @param shown the path for messages
 * @throws the file system's error when the file cannot be read
 */
export async function readReview(path: string, shown: string): Promise<Review> {
  const decisions = new Map<string, Decision>();
  const diagnostics: Diagnostic[] = [];
  for await (const { number, bytes, ended } of readLines(path)) {
    const text = bytes?.toString('utf8') ?? '';
    if (bytes !== null && text.trim() === '') continue;
    const value = parseJson(text);
    const position = { file: shown, line: number };
    if (!isJsonObject(value)) {
      if (!ended) continue;
      diagnostics.push({ severity: 'error', code: 'not-json', message: 'the line is no JSON object', position });
      continue;
    }
    const checked = checkValue(value, decisionSchema, () => position);
    if (checked.value === undefined) diagnostics.push(...checked.diagnostics);
    else if (isEmptyDecision(checked.value)) decisions.delete(checked.value.id);
    else decisions.set(checked.value.id, checked.value);
  }
  return { decisions, diagnostics };
}

/** Whether a line takes an earlier one back. */
export function isEmptyDecision({ verdict, edit, add, rating, note }: Decision): boolean {
  return verdict === null && Object.keys(edit).length === 0 && add === undefined && rating === null && note === null;
}
