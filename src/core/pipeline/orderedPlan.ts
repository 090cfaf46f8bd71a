/** The part of the plan that sees its records in place order: what draws, mixes, divides and de-duplicates. */
import type { NgramUnit } from '../curate/dedup/ngrams.ts';
import type { Normalization } from '../curate/dedup/normalizeText.ts';
import type { StepBase } from './plan.ts';

/** Yields its records in random order. */
export interface ShuffleStep extends StepBase {
  readonly kind: 'shuffle';
  readonly seed: number;
}

/** Draws records at random; their order stays. */
/**
 * So many; such a share (above 0, up to 1); of each value of `per` its quota, of values without one `others` (0: none); or
 * of each value of `per` as many as the rarest has. Values that are no texts are known by their JSON.
 */
export type SampleSize =
  | { readonly count: number }
  | { readonly ratio: number }
  | { readonly quotas: Readonly<Record<string, number>>; readonly others: number }
  | { readonly balanced: true };

/** Draws records at random. */
export interface SampleStep extends StepBase {
  readonly kind: 'sample';
  readonly size: SampleSize;
  /** With a ratio: so many at least, of each group, as far as there are. */
  readonly atLeast?: number;
  /** Expression over the fields: only records for which it is true are drawn. */
  readonly when?: string;
  /** Draws nothing once so many records have come in. */
  readonly target?: number;
  /** `quiet`: those that are not drawn go on by another way, so they are not listed as turned down. */
  readonly rest?: 'quiet';
  /** Dotted path of a field: drawn from the records of each of its values. */
  readonly per?: string;
  readonly seed: number;
}

/** Divides the records at random. */
export interface SplitStep extends StepBase {
  readonly kind: 'split';
  /** Shares that add up to 1. */
  readonly parts: readonly { readonly name: string; readonly share: number }[];
  /** Dotted path of a field: records with the same value stay together. */
  readonly by?: string;
  /** Dotted path of a field: each value is divided in the same shares. */
  readonly stratify?: string;
  /** Field that takes the name of the part. */
  readonly into: string;
  readonly seed: number;
}

/** Mixes the records of several steps, drawn at random. */
export interface BlendStep extends StepBase {
  readonly kind: 'blend';
  /** The steps of `from`, in their order: all with a weight (above 0), or all with a count. */
  readonly sources: readonly (
    { readonly step: string; readonly weight: number } | { readonly step: string; readonly count: number }
  )[];
  /** With weights: records in all; absent: as many as the scarcest source allows. */
  readonly total?: number;
  /** Take records again where there are too few; keys then end with the number of the copy. */
  readonly repeat: boolean;
  readonly order: 'mixed' | 'sources';
  /** Field that takes the name of the step that a record comes from. */
  readonly mark?: string;
  readonly seed: number;
}

interface DedupBase extends StepBase {
  readonly kind: 'dedup';
  /** Steps it reads from whose records are only compared with. */
  readonly reference: readonly string[];
}

interface TextDedupBase extends DedupBase {
  /** Dotted paths of the fields that are compared, taken together. */
  readonly fields: readonly string[];
  readonly normalize: readonly Normalization[];
}

/** Drops records that are too near to an earlier one, or to a reference record. Thresholds are from 0 to 1. */
export type DedupStep =
  | (TextDedupBase & { readonly method: 'exact' })
  | (TextDedupBase & {
      readonly method: 'fuzzy';
      /** Jaccard similarity of the n-grams. */
      readonly threshold: number;
      readonly ngram: NgramUnit;
      /** Numbers in a MinHash signature. */
      readonly permutations: number;
    })
  /** Compares with the reference alone; a threshold of 0: a single common n-gram is too much. */
  | (TextDedupBase & { readonly method: 'overlap'; readonly threshold: number; readonly ngram: NgramUnit })
  | (DedupBase & {
      readonly method: 'semantic';
      /** Dotted path of the field that holds a vector. */
      readonly embedding: string;
      /** Cosine. */
      readonly threshold: number;
    });
