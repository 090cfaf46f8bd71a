import type { Json, JsonObject } from '../../record/json.ts';
import { fieldAt } from '../../steps/step.ts';
import type { TokenCounter } from '../tokens.ts';
import { Associations, type AssociationCounts } from './associations.ts';
import { Distribution, type DistributionSummary } from './distribution.ts';
import { EmbeddingStatistics, type EmbeddingSummary, type SimilarityMap } from './embeddingStatistics.ts';
import { Frequencies } from './frequencies.ts';
import { leafFields } from './leafFields.ts';
import { TextStatistics, type TextSummary } from './textStatistics.ts';
import { isTopicField, TopicTree } from './topicTree.ts';

/** Fields that are looked at, at the most; records with more are told of in `fieldsLeftOut`. */
const MOST_FIELDS = 100;
/** Fields whose texts are looked at, at the most: each takes some ten megabytes. */
const MOST_TEXTS = 16;
/** A field with more different values than this is no label. */
const MOST_LABELS = 50;
const LONGEST_LABEL = 200;
const SHOWN_TOPICS = 10;
/** Texts that repeat this often on the average are labels. */
const LABEL_REPEATS = 2;

export interface NumberSummary extends DistributionSummary {
  /** Values that are no numbers, in a field that has numbers. */
  readonly notNumbers: number;
}

export interface LabelSummary {
  readonly records: number;
  readonly values: number;
  /** Entropy as a share of that of an even distribution: 1 is balanced, 0 is one value only. */
  readonly balance: number;
  /** Share of the most frequent value. */
  readonly largest: number;
  readonly counts: readonly (readonly [string, number])[];
}

export interface TopicSummary {
  readonly topics: number;
  /** Records for each topic. */
  readonly records: DistributionSummary | null;
  readonly balance: number;
  /** The topics with the most records, and those with the fewest. */
  readonly most: readonly (readonly [string, number])[];
  readonly fewest: readonly (readonly [string, number])[];
}

/** What is told of a set of records. */
export interface RecordSummary {
  readonly records: number;
  /** Records that have each field. */
  readonly fields: Readonly<Record<string, number>>;
  readonly fieldsLeftOut: number;
  readonly texts: Readonly<Record<string, TextSummary>>;
  readonly numbers: Readonly<Record<string, NumberSummary>>;
  readonly labels: Readonly<Record<string, LabelSummary>>;
  readonly topics: Readonly<Record<string, TopicSummary>>;
  /** By the fields that were named as embeddings. */
  readonly embeddings: Readonly<Record<string, EmbeddingSummary>>;
  readonly associations: { readonly mentions: Readonly<Record<string, number>>; readonly near: AssociationCounts };
}

interface FieldState {
  /** Records that have the field, and the last of them: it may stand in one several times. */
  seen: number;
  last: number;
  readonly text: TextStatistics;
  readonly labels: Frequencies;
  readonly numbers: Distribution;
  notNumbers: number;
  longestText: number;
  texts: number;
}

/** Statistics of records as they come, in memory that is bounded by the number of fields. */
export class RecordStatistics {
  readonly #counter: TokenCounter | null;
  readonly #share: number;
  readonly #embeddings: ReadonlyMap<string, EmbeddingStatistics>;
  readonly #only: readonly string[] | null;
  readonly #fields = new Map<string, FieldState>();
  readonly #leftOut = new Set<string>();
  readonly #associations = new Associations();
  readonly #topics = new Map<string, Frequencies>();
  /** The topics as a tree, for a chart. */
  readonly topicTree = new TopicTree();
  #records = 0;
  #textFields = 0;

  /**
   * @param only fields whose texts are looked at; null: all
   * @param embeddings fields that hold embeddings
   * @param share see {@link TextStatistics}
   */
  constructor(
    counter: TokenCounter | null,
    only: readonly string[] | null = null,
    { embeddings = [], share = 1 }: { readonly embeddings?: readonly string[]; readonly share?: number } = {},
  ) {
    this.#counter = counter;
    this.#only = only;
    this.#share = share;
    this.#embeddings = new Map(embeddings.map((field) => [field, new EmbeddingStatistics()]));
  }

  get records(): number {
    return this.#records;
  }

  /** @param line where the record stands in its file, from 0; by default the number of records before it */
  add(fields: JsonObject, line: number = this.#records): void {
    this.#records += 1;
    for (const [field, statistics] of this.#embeddings) statistics.add(fieldAt(fields, field), line);
    const values = [...leafFields(fields)].filter(([name]) => !this.#embeddings.has(name));
    this.topicTree.addFields(values);
    for (const [name, value] of values) this.#addValue(name, value);
  }

  /** The embeddings as maps, those with something to see. */
  maps(): readonly SimilarityMap[] {
    return [...this.#embeddings]
      .map(([field, statistics]) => statistics.map(field))
      .filter(({ points }) => points.length > 1);
  }

  /** The numbers in a field; undefined: there is no such field. */
  numbersIn(field: string): Distribution | undefined {
    return this.#fields.get(field)?.numbers;
  }

  /** Whether a record has this topic. */
  hasTopic(field: string, topic: string): boolean {
    return this.#topics.get(field)?.has(topic) === true;
  }

  summary(): RecordSummary {
    const texts: Record<string, TextSummary> = {};
    const numbers: Record<string, NumberSummary> = {};
    const labels: Record<string, LabelSummary> = {};
    for (const [name, field] of this.#fields) {
      const number = field.numbers.summary();
      if (number !== null) {
        numbers[name] = { ...number, notNumbers: field.notNumbers };
      }
      if (isLabel(field)) labels[name] = labelSummary(field.labels);
      if (field.texts > 0) texts[name] = field.text.summary();
    }
    return {
      records: this.#records,
      fields: Object.fromEntries([...this.#fields].map(([name, { seen }]) => [name, seen])),
      fieldsLeftOut: this.#leftOut.size,
      texts,
      numbers,
      labels,
      topics: Object.fromEntries([...this.#topics].map(([name, topics]) => [name, topicSummary(topics)])),
      associations: this.#associations.summary(),
      embeddings: Object.fromEntries([...this.#embeddings].map(([name, found]) => [name, found.summary()])),
    };
  }

  #addValue(name: string, value: Json): void {
    const field = this.#fieldOf(name);
    if (field === undefined) return;
    if (field.last !== this.#records) field.seen += 1;
    field.last = this.#records;
    // JSON has numbers that are too large to be one here: 1e999 is read as infinite.
    if (typeof value === 'number' && Number.isFinite(value)) field.numbers.add(value);
    else field.notNumbers += 1;
    if (typeof value === 'boolean') field.labels.add(String(value));
    if (typeof value !== 'string') return;
    field.longestText = Math.max(field.longestText, value.length);
    if (value.length <= LONGEST_LABEL) field.labels.add(value);
    if (isTopicField(name)) this.#addTopic(name, value);
    if (this.#only !== null && !this.#only.includes(name)) return;
    // Keys and names of origin are texts by their form only.
    if (this.#only === null && (name === 'id' || name.endsWith('_id') || name.endsWith('.role'))) return;
    if (field.texts === 0) {
      if (this.#textFields >= MOST_TEXTS) {
        this.#leftOut.add(name);
        return;
      }
      this.#textFields += 1;
    }
    field.texts += 1;
    field.text.add(value);
    this.#associations.add(value);
  }

  #addTopic(name: string, topic: string): void {
    const topics = this.#topics.get(name) ?? new Frequencies();
    topics.add(topic);
    this.#topics.set(name, topics);
  }

  #fieldOf(name: string): FieldState | undefined {
    const known = this.#fields.get(name);
    if (known !== undefined) return known;
    if (this.#fields.size >= MOST_FIELDS) {
      if (this.#leftOut.size < MOST_FIELDS * MOST_FIELDS) this.#leftOut.add(name);
      return undefined;
    }
    const field: FieldState = {
      seen: 0,
      last: 0,
      text: new TextStatistics(this.#counter, this.#share),
      labels: new Frequencies(10_000),
      numbers: new Distribution(),
      notNumbers: 0,
      longestText: 0,
      texts: 0,
    };
    this.#fields.set(name, field);
    return field;
  }
}

function isLabel({ labels, longestText }: FieldState): boolean {
  const { distinct, total } = labels;
  return total > 0 && longestText <= LONGEST_LABEL && distinct <= MOST_LABELS && total >= distinct * LABEL_REPEATS;
}

function topicSummary(topics: Frequencies): TopicSummary {
  const all = topics.top(Number.POSITIVE_INFINITY);
  const records = new Distribution();
  for (const [, count] of all) records.add(count);
  const { distinct } = topics;
  return {
    topics: distinct,
    records: records.summary(),
    balance: distinct < 2 ? 0 : topics.entropy() / Math.log2(distinct),
    most: all.slice(0, SHOWN_TOPICS),
    fewest: all.slice(-SHOWN_TOPICS).reverse(),
  };
}

function labelSummary(labels: Frequencies): LabelSummary {
  const { distinct: values, total } = labels;
  const counts = labels.top(MOST_LABELS);
  return {
    records: total,
    values,
    balance: values < 2 ? 0 : labels.entropy() / Math.log2(values),
    largest: (counts[0]?.[1] ?? 0) / total,
    counts,
  };
}
