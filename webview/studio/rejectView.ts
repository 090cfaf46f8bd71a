import * as z from 'zod/mini';
import type { ResultRecord } from '../../src/protocol/studio.ts';
import { element } from '../ui/element.ts';
import { createRecordCard } from '../ui/recordCard.ts';
import { fieldsOf } from '../ui/recordFields.ts';
import { reasonText } from '../ui/reasons.ts';
import { drawCard } from './recordView.ts';
import type { TabContext } from './tab.ts';

/** A line of what was turned down, as the engine writes it. */
const rejectSchema = z.object({
  id: z.string(),
  step: z.string(),
  reason: z.string(),
  message: z.string(),
  score: z.optional(z.unknown()),
  at: z.optional(z.string()),
  fields: z.record(z.string(), z.unknown()),
});
export type Reject = z.infer<typeof rejectSchema>;

/** @returns undefined when the line is no reject */
export function readReject(record: ResultRecord): Reject | undefined {
  return rejectSchema.safeParse(fieldsOf(record)).data;
}

/** What was turned down: why, where, and the record. */
export function drawReject(record: ResultRecord, context: TabContext): readonly HTMLElement[] {
  const reject = readReject(record);
  if (reject === undefined) return [drawCard(record, context)];
  const { t } = context.words;
  const { reason, message, score, fields } = reject;
  const why = element(
    'div',
    { class: 'why' },
    element('p', {}, element('strong', { text: reasonText(reason, context.words) })),
    element('p', { text: message }),
  );
  if (score !== undefined) {
    why.append(element('p', { class: 'muted', text: t('Measured: {0}', JSON.stringify(score)) }));
  }
  return [why, createRecordCard(context.words, fields)];
}
