import type { EmbedStep } from '../pipeline/plan.ts';
import { formatKey } from '../record/key.ts';
import { fieldAt, type Outcome, type StepRunner } from './step.ts';

/**
 * Turns the text of a field into a vector. All vectors of a step have one length: the first that comes in decides, and a
 * record with another is turned down.
 */
export function createEmbedRunner({ field, into, ask, batchSize, extra }: EmbedStep): StepRunner {
  let first: { readonly length: number; readonly key: string } | undefined;
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
      first ??= { length: vector.length, key: formatKey(item.key) };
      if (vector.length !== first.length) {
        const message = `the endpoint ${ask.endpoint} gave ${vector.length} numbers for ${field}, and ${first.length} for record ${first.key}: vectors of different lengths cannot be compared`;
        return turnedDown('vector-length', message, address);
      }
      return { records: [{ fields: { ...item.fields, [into]: vector }, index: null, address }], rejections: [] };
    },
  };
}

function turnedDown(reason: string, message: string, address?: string): Outcome {
  return { records: [], rejections: [{ reason, message, ...(address === undefined ? {} : { address }) }] };
}
