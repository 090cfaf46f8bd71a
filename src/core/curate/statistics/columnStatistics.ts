/** What the values of one field are like: for the table of a dataset viewer. In bounded memory, whatever comes. */
import type { Json } from '../../record/json.ts';
import { countCharacters } from '../words.ts';
import type { ColumnSummary, ValueKind } from './columnSummary.ts';
import { Distribution } from './distribution.ts';
import { Frequencies } from './frequencies.ts';

const TOP = 8;
/** Different values that are counted one by one. */
const MOST_VALUES = 10_000;
/** Longer texts are no labels. */
const LONGEST_LABEL = 120;

export class ColumnStatistics {
  readonly #kinds = new Map<ValueKind, number>();
  readonly #values = new Frequencies(MOST_VALUES);
  readonly #numbers = new Distribution();
  readonly #lengths = new Distribution();
  #present = 0;

  add(value: Json): void {
    const kind = kindOf(value);
    this.#present += 1;
    this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + 1);
    if (typeof value === 'number') this.#numbers.add(value);
    if (typeof value === 'string') this.#lengths.add(countCharacters(value));
    else if (Array.isArray(value)) this.#lengths.add(value.length);
    if (typeof value === 'number' || typeof value === 'boolean') this.#values.add(String(value));
    else if (typeof value === 'string' && value.length <= LONGEST_LABEL) this.#values.add(value);
  }

  summary(): ColumnSummary {
    const top = this.#values.top(TOP);
    return {
      present: this.#present,
      kinds: Object.fromEntries(this.#kinds),
      distinct: this.#values.distinct,
      isExact: this.#values.exact,
      top: (top[0]?.[1] ?? 0) > 1 ? top : [],
      numbers: this.#numbers.summary(),
      lengths: this.#lengths.summary(),
    };
  }
}

function kindOf(value: Json): ValueKind {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number') return 'number';
  return typeof value === 'boolean' ? 'boolean' : 'map';
}
