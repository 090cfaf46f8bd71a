import type { JoinStep } from '../pipeline/joinPlan.ts';
import type { JsonObject } from '../record/json.ts';
import { formatKey } from '../record/key.ts';
import type { Item } from '../record/record.ts';
import { UNDECIDED, type OrderedRunner, type Passage } from './ordered.ts';

/**
 * Merges the records that have the same key in several steps: answers to different questions about one record, asked at
 * the same time. Fields that several have come from the step that stands first. A record that lacks a partner in one of
 * the steps is turned down.
 */
export function createJoinRunner(step: JoinStep): OrderedRunner {
  const sources = step.from.map((source) => source.step);
  /** Key in the steps → what each of them has made under it. */
  let held = new Map<string, Map<string, () => Item>>();
  return {
    needsAll: true,
    take(item, context) {
      const { step: from = '', key = item.key } = item.origin ?? {};
      const name = formatKey(key);
      const partners = held.get(name) ?? new Map<string, () => Item>();
      held.set(name, partners.set(from, context.putAway(item)));
      return UNDECIDED;
    },
    *end() {
      const groups = [...held.values()];
      held = new Map();
      for (const partners of groups) yield merge(step, sources, partners);
    },
  };
}

function merge(step: JoinStep, sources: readonly string[], partners: ReadonlyMap<string, () => Item>): Passage {
  const items = [...partners.values()].map((takeOut) => takeOut());
  const missing = sources.filter((source) => !partners.has(source));
  const [first] = items;
  if (first === undefined) return UNDECIDED;
  if (missing.length > 0) {
    const message = `there is no record with its key from the step ${missing.join(', ')}`;
    return { records: [], rejections: items.map((item) => ({ item, reason: 'no-partner', message })) };
  }
  const { key = first.key } = first.origin ?? {};
  const merged: JsonObject = Object.assign({}, ...items.toReversed().map(({ fields }) => fields)) as JsonObject;
  const index = step.index === undefined ? {} : { [step.index]: key.at(-1) ?? 0 };
  return { records: [{ item: first, key, fields: { ...merged, ...index }, madeFrom: items }], rejections: [] };
}
