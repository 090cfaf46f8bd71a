import { readPairs } from '../answers/readPairs.ts';
import type { ChatMessage } from '../endpoints/endpoint.ts';
import type { GenerateStep, PairsExpectation } from '../pipeline/plan.ts';
import type { Item } from '../record/record.ts';
import { askUntilRead, giveUp, readText, unreadable } from './attempts.ts';
import { yieldElements, type Element } from './elements.ts';
import type { Outcome, StepContext } from './step.ts';

/** Asks about a record and makes a record of each pair of question and answer. */
export async function readingPairs(
  { step, expect }: { readonly step: GenerateStep; readonly expect: PairsExpectation },
  item: Item,
  context: StepContext,
  messages: readonly ChatMessage[],
): Promise<Outcome> {
  const { attempts, onUnreadable } = expect;
  const question = { purpose: 'generate', ask: step.ask, messages, attempts } as const;
  const attempt = await askUntilRead(question, context, (answer, address) => {
    const text = readText(answer.choices[0], step.keepTruncated, address);
    if (text.value === null) return text;
    const pairs = readPairs(text.value);
    return pairs.length > 0
      ? { value: pairs, address }
      : unreadable('no-pairs', 'no line of the answer starts with "Question:"', address);
  });
  if (attempt.value === null) return giveUp(step.id, item, onUnreadable, attempt.rejection);
  const elements = attempt.value.map(({ question: asked, answer }): Element => {
    const whole = expect.wholeField === undefined ? {} : { [expect.wholeField]: `${asked}\n\n${answer}` };
    const fields = { ...whole, [expect.field]: asked, [expect.answerField]: answer };
    if (asked === '') return { fields, problem: { reason: 'empty', message: 'has no question' } };
    return answer === '' ? { fields, problem: { reason: 'no-answer', message: 'has no answer' } } : { fields };
  });
  return yieldElements({ step: step.id, expect, noun: 'pair' }, elements, item, attempt.address);
}
