import type { JsonObject } from '../../record/json.ts';
import { seededRandom } from '../seededRandom.ts';
import type { TokenCounter } from '../tokens.ts';
import { Frequencies } from './frequencies.ts';
import { HashCounts } from './hashCounts.ts';
import { hashText } from './hashText.ts';
import { leafFields } from './leafFields.ts';
import { comparable, similarity } from './likeness.ts';
import { Sample } from './sample.ts';
import { tellApart } from './tellApart.ts';
import { NEAR, TextStatistics, type TextSummary } from './textStatistics.ts';
import { isTopicField } from './topicTree.ts';
import { usefulness, type Labelled, type Usefulness } from './usefulness.ts';

/** Texts of either dataset that the classifiers see. */
const SAMPLED = 2000;

/** One of two datasets that are compared: texts as they come, in bounded memory (and up to 32 bytes a text, see HashCounts). */
export class DatasetSide {
  readonly statistics: TextStatistics;
  readonly sample = new Sample<string>(SAMPLED, seededRandom(1, []));
  readonly labelled = new Sample<Labelled>(SAMPLED, seededRandom(2, []));
  readonly topics = new Frequencies();
  readonly hashes = new HashCounts();
  readonly #field: string;
  readonly #label: string | null;
  records = 0;
  /** Records that have no text in the field. */
  withoutText = 0;
  withoutLabel = 0;

  /**
   * @param label field with the label; null: there is none
   * @param share see {@link TextStatistics}
   */
  constructor(counter: TokenCounter | null, field: string, label: string | null, share = 1) {
    this.statistics = new TextStatistics(counter, share);
    this.#field = field;
    this.#label = label;
  }

  add(fields: JsonObject): void {
    this.records += 1;
    let text: string | undefined;
    let label: string | undefined;
    for (const [name, value] of leafFields(fields)) {
      if (name === this.#field && typeof value === 'string') text = value;
      if (name === this.#label && typeof value !== 'object') label = String(value);
      if (isTopicField(name) && typeof value === 'string') this.topics.add(value);
    }
    if (this.#label !== null && label === undefined) this.withoutLabel += 1;
    if (text === undefined || text.trim() === '') {
      this.withoutText += 1;
      return;
    }
    const found = text;
    this.statistics.add(found);
    this.sample.add(() => found);
    if (label !== undefined) this.labelled.add(() => ({ text: found, label }));
    this.hashes.add(hashOf(found));
  }
}

export interface Comparison {
  readonly records: readonly [number, number];
  readonly withoutText: readonly [number, number];
  readonly texts: readonly [TextSummary, TextSummary];
  /** By n: Jensen–Shannon divergence of the n-grams, 0 (the same) to 1 (nothing in common). */
  readonly divergence: Readonly<Record<string, number>>;
  /** By n: share of the second dataset's n-grams that the first has, each as often as it occurs. */
  readonly covered: Readonly<Record<string, number>>;
  readonly topics: { readonly both: number; readonly onlyFirst: number; readonly onlySecond: number } | null;
  readonly duplicates: {
    /** Records of the second whose text (case and white space aside) the first has, too. */
    readonly exact: number;
    readonly exactShare: number;
    /** Share of a sample of the second with a near duplicate in a sample of the first; null without texts. */
    readonly nearShare: number | null;
    readonly sampled: readonly [number, number];
  };
  /** How well a small classifier tells them apart; null with too few texts. */
  readonly tellApart: { readonly auc: number | null; readonly sampled: readonly [number, number] };
  /** What the second adds to a model tested on the first; a sentence where that cannot be told; null without labels. */
  readonly usefulness: Usefulness | string | null;
}

/** Compares two datasets; the first is the authentic one where that matters. */
export function compareDatasets(first: DatasetSide, second: DatasetSide, labelled: boolean, seed = 0): Comparison {
  const byLength = (value: (a: Frequencies, b: Frequencies) => number): Readonly<Record<string, number>> =>
    Object.fromEntries(
      ([1, 2, 3] as const).map((length) => [
        String(length),
        value(first.statistics.ngrams(length), second.statistics.ngrams(length)),
      ]),
    );
  let exact = 0;
  for (const [hash, count] of second.hashes.entries()) if (first.hashes.has(hash)) exact += count;
  const texts = [first.statistics.summary(), second.statistics.summary()] as const;
  const [a, b] = [first.sample.elements, second.sample.elements];
  return {
    records: [first.records, second.records],
    withoutText: [first.withoutText, second.withoutText],
    texts,
    divergence: byLength(divergence),
    covered: byLength(coverage),
    topics: compareTopics(first.topics, second.topics),
    duplicates: {
      exact,
      exactShare: exact / Math.max(1, texts[1].texts),
      nearShare: nearShare(first.statistics.signatures, second.statistics.signatures),
      sampled: [first.statistics.signatures.length, second.statistics.signatures.length],
    },
    tellApart: { auc: tellApart(a, b, seed), sampled: [a.length, b.length] },
    usefulness: labelled ? usefulness(first.labelled.elements, second.labelled.elements, seed) : null,
  };
}

/** Two hashes of 32 and 21 bits: a chance of one in a million that any two of 100 000 texts share them. */
function hashOf(text: string): number {
  const plain = comparable(text);
  return hashText(plain) * 2 ** 21 + (hashText(plain, 0x9e3779b9) >>> 11);
}

/** Jensen–Shannon divergence in bits (Lin 1991). */
function divergence(first: Frequencies, second: Frequencies): number {
  if (first.total === 0 || second.total === 0) return first.total === second.total ? 0 : 1;
  const counts = new Map(first.entries());
  let sum = 0;
  const part = (share: number, other: number): number =>
    share === 0 ? 0 : (share / 2) * Math.log2((2 * share) / (share + other));
  let [left, right] = [first.total, second.total];
  for (const [name, count] of second.entries()) {
    const other = (counts.get(name) ?? 0) / first.total;
    sum += part(count / second.total, other) + part(other, count / second.total);
    right -= count;
    left -= counts.get(name) ?? 0;
    counts.delete(name);
  }
  for (const count of counts.values()) {
    sum += part(count / first.total, 0);
    left -= count;
  }
  // What was forgotten as rare is in neither table: it counts as different.
  return Math.min(1, sum + left / first.total / 2 + right / second.total / 2);
}

function coverage(first: Frequencies, second: Frequencies): number {
  if (second.total === 0) return 0;
  let covered = 0;
  for (const [name, count] of second.entries()) if (first.has(name)) covered += count;
  return covered / second.total;
}

function compareTopics(first: Frequencies, second: Frequencies): Comparison['topics'] {
  if (first.total === 0 && second.total === 0) return null;
  const names = (topics: Frequencies): string[] => [...topics.entries()].map(([name]) => name);
  const both = names(second).filter((name) => first.has(name)).length;
  return { both, onlyFirst: first.distinct - both, onlySecond: second.distinct - both };
}

function nearShare(first: readonly Uint32Array[], second: readonly Uint32Array[]): number | null {
  if (first.length === 0 || second.length === 0) return null;
  const near = second.filter((one) => first.some((other) => similarity(one, other) >= NEAR)).length;
  return near / second.length;
}
