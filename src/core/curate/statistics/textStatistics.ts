import type { TokenCounter } from '../tokens.ts';
import { seededRandom } from '../seededRandom.ts';
import { countCharacters, plainWords } from '../words.ts';
import { Distribution, type DistributionSummary } from './distribution.ts';
import { Frequencies } from './frequencies.ts';
import { createSigner, similarity } from './likeness.ts';
import { Sample } from './sample.ts';

/** n-grams that are counted. */
const LENGTHS = [1, 2, 3] as const;
/** Texts whose likeness to each other is measured. */
const SAMPLED = 1000;
/** Two texts this alike are near duplicates. */
export const NEAR = 0.8;
const TOP = 20;
/** Characters of a text that are looked at for n-grams and likeness: bounds the work for one record. */
const LONGEST = 200_000;

/** What is told of the texts in one field. */
export interface TextSummary {
  readonly texts: number;
  /** Texts that all but `characters` is told from: a sample where there are very many. */
  readonly measured: number;
  readonly characters: DistributionSummary | null;
  readonly words: DistributionSummary | null;
  /** Of a sample, of every fourth text that is measured. */
  readonly tokens: DistributionSummary | null;
  readonly vocabulary: {
    readonly words: number;
    readonly exact: boolean;
    readonly top: readonly (readonly [string, number])[];
  };
  /** By n: different n-grams as a share of all. */
  readonly distinct: Readonly<Record<string, number>>;
  /** By n: Shannon entropy of the n-grams, in bits. */
  readonly entropy: Readonly<Record<string, number>>;
  readonly repetition: {
    readonly sampled: number;
    /** Mean similarity of a text to the one most like it, 0 to 1; null with fewer than two texts. */
    readonly nearest: number | null;
    /** Share of the texts that have a near duplicate in the sample. */
    readonly nearDuplicates: number | null;
  };
}

/** Bytes of records that are looked at in full; of more, a sample of about as many. */
const FULL_BYTES = 8 * 1024 * 1024;
/** Of a sample, tokens are counted in one text of so many: that takes as long as all else together. */
const TOKENS_OF = 4;

/** The share of a file's texts that is looked at in full. @param bytes size of the file */
export function measuredShare(bytes: number): number {
  return Math.min(1, FULL_BYTES / Math.max(1, bytes));
}

/** Statistics of texts as they come, in bounded memory. */
export class TextStatistics {
  readonly #characters = new Distribution();
  readonly #words = new Distribution();
  readonly #tokens = new Distribution();
  readonly #ngrams = new Map(LENGTHS.map((length) => [length, new Frequencies()] as const));
  readonly #sample = new Sample<Uint32Array>(SAMPLED, seededRandom(0, []));
  readonly #sign = createSigner();
  readonly #counter: TokenCounter | null;
  readonly #share: number;
  readonly #random = seededRandom(3, []);
  #measured = 0;

  /**
   * @param counter null: tokens are not counted
   * @param share chance of each text to be looked at in full; below 1 for sets that would take minutes
   */
  constructor(counter: TokenCounter | null, share = 1) {
    this.#counter = counter;
    this.#share = share;
  }

  add(text: string): void {
    this.#characters.add(countCharacters(text));
    if (this.#share < 1 && this.#random() >= this.#share) return;
    this.#measured += 1;
    const part = text.slice(0, LONGEST);
    const words = plainWords(part);
    this.#words.add(text.length > LONGEST ? plainWords(text).length : words.length);
    const counts = this.#share === 1 || this.#measured % TOKENS_OF === 1;
    if (this.#counter !== null && counts) this.#tokens.add(this.#counter.count(text));
    for (const [length, frequencies] of this.#ngrams) {
      for (let at = 0; at + length <= words.length; at += 1) {
        frequencies.add(length === 1 ? (words[at] ?? '') : words.slice(at, at + length).join(' '));
      }
    }
    if (words.length > 0) this.#sample.add(() => this.#sign(part));
  }

  /** How often each n-gram of so many words (1 to 3) occurs. */
  ngrams(length: (typeof LENGTHS)[number]): Frequencies {
    const found = this.#ngrams.get(length);
    if (found === undefined) throw new Error(`no n-grams of ${length} words`);
    return found;
  }

  /** Signatures of a sample of the texts, for likeness. */
  get signatures(): readonly Uint32Array[] {
    return this.#sample.elements;
  }

  summary(): TextSummary {
    const words = this.#ngrams.get(1);
    const each = (value: (frequencies: Frequencies) => number): Readonly<Record<string, number>> =>
      Object.fromEntries([...this.#ngrams].map(([length, frequencies]) => [String(length), value(frequencies)]));
    return {
      texts: this.#characters.count,
      measured: this.#measured,
      characters: this.#characters.summary(),
      words: this.#words.summary(),
      tokens: this.#tokens.summary(),
      vocabulary: { words: words?.distinct ?? 0, exact: words?.exact ?? true, top: words?.top(TOP) ?? [] },
      distinct: each((all) => (all.total === 0 ? 0 : all.distinct / all.total)),
      entropy: each((all) => all.entropy()),
      repetition: likeness(this.#sample.elements),
    };
  }
}

function likeness(signatures: readonly Uint32Array[]): TextSummary['repetition'] {
  const sampled = signatures.length;
  if (sampled < 2) return { sampled, nearest: null, nearDuplicates: null };
  const nearest = new Float64Array(sampled);
  signatures.forEach((one, first) => {
    for (let second = first + 1; second < sampled; second += 1) {
      const other = signatures[second];
      if (other === undefined) continue;
      const alike = similarity(one, other);
      nearest[first] = Math.max(nearest[first] ?? 0, alike);
      nearest[second] = Math.max(nearest[second] ?? 0, alike);
    }
  });
  const near = nearest.filter((value) => value >= NEAR).length;
  return {
    sampled,
    nearest: nearest.reduce((sum, value) => sum + value, 0) / sampled,
    nearDuplicates: near / sampled,
  };
}
