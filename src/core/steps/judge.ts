import type { JudgeStep } from '../pipeline/plan.ts';
import { askUntilRead, giveUp } from './attempts.ts';
import { prepareJsonReader } from './askJson.ts';
import { prepareMessages, prepareValues } from './fillTemplate.ts';
import type { StepRunner } from './step.ts';

/** Has a model judge each record; the verdict is an object that conforms to the step's schema. */
export function createJudgeRunner(step: JudgeStep): StepRunner {
  const valuesFor = prepareValues(step.template.placeholders, step);
  const messagesFor = prepareMessages(step.template);
  const read = prepareJsonReader(step.schema, false);
  const { ask, attempts, into, schema, shown } = step;
  const json = { schema, shown };
  return {
    async run(item, context) {
      const filled = valuesFor(item.fields);
      if ('reason' in filled) return { records: [], rejections: [filled] };
      const question = { purpose: 'generate', ask, messages: messagesFor(filled.values), attempts, json } as const;
      const verdict = await askUntilRead(question, context, (answer, address) => read(answer.choices[0], address));
      const { value } = verdict;
      if (value !== null) {
        const { address } = verdict;
        return { records: [{ fields: { ...item.fields, [into]: value }, index: null, address }], rejections: [] };
      }
      if (step.onUnreadable !== 'keep') return giveUp(step.id, item, step.onUnreadable, verdict.rejection);
      const message = `${verdict.rejection.message}; the record is kept without a verdict`;
      const { address } = verdict.rejection;
      return {
        records: [
          { fields: { ...item.fields, [into]: null }, index: null, ...(address === undefined ? {} : { address }) },
        ],
        rejections: [{ ...verdict.rejection, message }],
      };
    },
  };
}
