/** From the elements of an answer (of a list, or pairs) to records: as many as were asked for. */
import type { OnMismatch } from '../pipeline/plan.ts';
import { formatKey } from '../record/key.ts';
import type { JsonObject } from '../record/json.ts';
import type { Item } from '../record/record.ts';
import { StepFailedError, type Outcome, type Rejection, type Yielded } from './step.ts';

/** One element of an answer. */
export interface Element {
  /** What it adds to the record. */
  readonly fields: JsonObject;
  /** Why it cannot be used; the message goes on behind its number (`element 3 of the list …`). */
  readonly problem?: { readonly reason: string; readonly message: string };
}

/** What is done with elements. */
export interface ElementRule {
  /** The step, for messages. */
  readonly step: string;
  readonly expect: { readonly length: number | null; readonly onMismatch: OnMismatch };
  /** What an element is called. */
  readonly noun: 'element' | 'pair';
}

/** Makes a record of each element, as far as their number lets it. @throws StepFailedError where that fails the run */
export function yieldElements(
  { step, expect: { length, onMismatch }, noun }: ElementRule,
  elements: readonly Element[],
  item: Item,
  address: string,
): Outcome {
  const rejections: Rejection[] = [];
  if (length !== null && elements.length !== length) {
    const whole = noun === 'element' ? 'the list' : 'the answer';
    const found = elements.length === 1 ? `1 ${noun}` : `${elements.length} ${noun}s`;
    const message = `${whole} has ${found} instead of ${length}`;
    if (onMismatch === 'fail') throw new StepFailedError(step, formatKey(item.key), 'list-length', message);
    if (onMismatch === 'discard') return { records: [], rejections: [{ reason: 'list-length', message, address }] };
    if (onMismatch === 'trim') {
      for (const surplus of elements.slice(length)) {
        rejections.push({ reason: 'surplus', message, address, fields: { ...item.fields, ...surplus.fields } });
      }
    }
  }
  // A conversion may come back as `[]`: what yields nothing is counted all the same.
  if (elements.length === 0) rejections.push({ reason: 'empty', message: `the list has no ${noun}s`, address });
  const kept = length !== null && onMismatch === 'trim' ? elements.slice(0, length) : elements;
  const records: Yielded[] = [];
  // The index is the one in the answer as it was read, so that a dropped element does not rename its neighbours.
  kept.forEach(({ fields, problem }, index) => {
    const whole = { ...item.fields, ...fields };
    if (problem === undefined) records.push({ fields: whole, index, address });
    else {
      const { reason, message } = problem;
      const place = noun === 'element' ? `element ${index + 1} of the list` : `pair ${index + 1}`;
      rejections.push({
        reason,
        message: `${place} ${message}`,
        address,
        ...(noun === 'pair' ? { fields: whole } : {}),
      });
    }
  });
  return { records, rejections };
}
