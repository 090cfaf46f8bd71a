import type { JudgeStep } from '../pipeline/plan.ts';
import { isJsonObject, type Json } from '../record/json.ts';
import type { Item } from '../record/record.ts';
import type { TemplateValues } from '../prompts/renderTemplate.ts';
import { askUntilRead, giveUp, type Unread } from './attempts.ts';
import { prepareJsonReader } from './askJson.ts';
import { prepareMessages, prepareValues } from './fillTemplate.ts';
import type { Outcome, StepContext, StepRunner } from './step.ts';

/** A verdict that has been read. */
interface Verdict {
  readonly value: Exclude<Json, null>;
  readonly addresses: readonly string[];
}

/**
 * Has a model judge each record; the verdict is an object that conforms to the step's schema. Two responses are compared
 * in both orders, so that a liking for the first or the second place cancels out.
 */
export function createJudgeRunner(step: JudgeStep): StepRunner {
  const valuesFor = prepareValues(step.template.placeholders, step);
  const messagesFor = prepareMessages(step.template);
  const read = prepareJsonReader(step.schema, false);
  const { ask, attempts, schema, shown, compare } = step;
  const json = { schema, shown };

  async function judge(values: TemplateValues, context: StepContext, part?: number): Promise<Verdict | Unread> {
    const order = part === undefined ? {} : { part };
    const question = { purpose: 'generate', ask, messages: messagesFor(values), attempts, json, ...order } as const;
    const verdict = await askUntilRead(question, context, (answer, address) => read(answer.choices[0], address));
    return verdict.value === null ? verdict : { value: verdict.value, addresses: [verdict.address] };
  }

  return {
    async run(item, context) {
      const filled = valuesFor(item.fields);
      if ('reason' in filled) return { records: [], rejections: [filled] };
      if (compare === undefined) return conclude(step, item, await judge(filled.values, context));
      const swapped = swap(filled.values, compare);
      const verdicts = await Promise.all([judge(filled.values, context, 0), judge(swapped, context, 1)]);
      return conclude(step, item, agreed(verdicts));
    },
  };
}

function swap(values: TemplateValues, [first, second]: readonly [string, string]): TemplateValues {
  return { ...values, [first]: values[second] ?? '', [second]: values[first] ?? '' };
}

/** The winner in both orders, else a tie. The reasons are those of either order. */
function agreed([straight, swapped]: readonly [Verdict | Unread, Verdict | Unread]): Verdict | Unread {
  if (straight.value === null) return straight;
  if (swapped.value === null) return swapped;
  const [first, second] = [straight.value, swapped.value].map((value) => (isJsonObject(value) ? value : {}));
  const votes = [first?.['winner'] ?? 'tie', turned(second?.['winner'] ?? 'tie')];
  const winner = votes[0] === votes[1] ? (votes[0] ?? 'tie') : 'tie';
  const reasons = [first?.['reason'] ?? null, second?.['reason'] ?? null];
  return { value: { winner, votes, reasons }, addresses: [...straight.addresses, ...swapped.addresses] };
}

function turned(winner: Json): Json {
  return winner === 'A' ? 'B' : winner === 'B' ? 'A' : winner;
}

function conclude(step: JudgeStep, item: Item, verdict: Verdict | Unread): Outcome {
  const { into } = step;
  if (verdict.value !== null) {
    const { value, addresses } = verdict;
    const [address] = addresses;
    const missed = missedCriteria(step, value);
    const from = address === undefined ? {} : { address };
    const fields = { ...item.fields, [into]: value };
    if (missed.length > 0) {
      const message = `not met: ${missed.join('; ')}`;
      return { records: [], rejections: [{ reason: 'criterion-not-met', message, score: value, fields, ...from }] };
    }
    const several = addresses.length > 1 ? { addresses } : {};
    return { records: [{ fields, index: null, ...from, ...several }], rejections: [] };
  }
  const { rejection } = verdict;
  if (step.onUnreadable !== 'keep') return giveUp(step.id, item, step.onUnreadable, rejection);
  const message = `${rejection.message}; the record is kept without a verdict`;
  const from = rejection.address === undefined ? {} : { address: rejection.address };
  return {
    records: [{ fields: { ...item.fields, [into]: null }, index: null, ...from }],
    rejections: [{ ...rejection, message }],
  };
}

/** The criteria that the verdict says are not met, with their names. */
function missedCriteria({ criteria = [] }: JudgeStep, verdict: Json): readonly string[] {
  return criteria.flatMap((text, index) => {
    const name = `criterion_${index + 1}`;
    return isJsonObject(verdict) && verdict[name] === 'N' ? [`${name} (${text})`] : [];
  });
}
