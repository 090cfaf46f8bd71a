import type { EmbedStep } from '../pipeline/plan.ts';
import { comparePlaces, formatKey, type Key } from '../record/key.ts';
import { fieldAt, type Outcome, type StepRunner } from './step.ts';

/**
 * Turns the text of a field into a vector. Vectors of several lengths cannot be compared; which of them is wrong nobody can
 * tell (least of all by which came first), so that they stay, and the person is told.
 */
export function createEmbedRunner({ id, field, into, ask, batchSize, extra }: EmbedStep): StepRunner {
  const lengths = new Map<number, { count: number; key: Key }>();
  return {
    async run(item, context) {
      const text = fieldAt(item.fields, field);
      if (text === undefined) return turnedDown('missing-field', `the record has no field ${field}`);
      if (typeof text !== 'string') return turnedDown('not-a-text', `${field} is ${JSON.stringify(text)}, not a text`);
      // Services refuse an empty text, and with it everything that is sent along.
      if (text.trim() === '') return turnedDown('empty', `${field} is empty`);
      if (context.embed === undefined) throw new Error('Nobody to ask for vectors');
      const asked = await context.embed(ask, text, { batchSize, extra });
      if (asked.answer === null) return { records: [], rejections: [asked] };
      const { vector } = asked.answer;
      const { address } = asked;
      if (vector === undefined) return turnedDown('no-vector', `the endpoint ${ask.endpoint} gave no vector`, address);
      const known = lengths.get(vector.length);
      if (known === undefined) lengths.set(vector.length, { count: 1, key: item.key });
      else {
        known.count += 1;
        if (comparePlaces(item.key, known.key) < 0) known.key = item.key;
      }
      return { records: [{ fields: { ...item.fields, [into]: vector }, index: null, address }], rejections: [] };
    },
    remark() {
      if (lengths.size <= 1) return null;
      const told = [...lengths]
        .sort(([one], [other]) => one - other)
        .map(([length, { count, key }]) => `${count} of ${length} numbers, such as record ${formatKey(key)}`);
      return `step ${id}: the endpoint ${ask.endpoint} gave vectors of different lengths, which cannot be compared (${told.join('; ')})`;
    },
  };
}

function turnedDown(reason: string, message: string, address?: string): Outcome {
  return { records: [], rejections: [{ reason, message, ...(address === undefined ? {} : { address }) }] };
}
