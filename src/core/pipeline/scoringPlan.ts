/** The part of the plan that scores and measures: JSON that is asked for, reward models, judges, embeddings, ranking. */
import type { Template } from '../prompts/template.ts';
import type { JsonObject } from '../record/json.ts';
import type { Ask, OnUnreadable, StepBase } from './plan.ts';

/** A `generate` step whose answer is JSON; each choice is a record. */
export interface JsonExpectation {
  readonly kind: 'json';
  /** Field that takes the value; null: the members of the object become fields. */
  readonly field: string | null;
  /** JSON Schema that the value conforms to. */
  readonly schema: JsonObject;
  /** The template shows the schema itself, so that the question need not. */
  readonly shown: boolean;
  readonly attempts: number;
  readonly onUnreadable: OnUnreadable;
}

/** Scores an answer with a reward model. */
export interface RewardStep extends StepBase {
  readonly kind: 'reward';
  /** Dotted paths: of a conversation that ends with the answer, or of prompt and answer. */
  readonly source: { readonly messages: string } | { readonly prompt: string; readonly response: string };
  /** Field that takes the scores by their names. */
  readonly into: string;
  readonly ask: Ask;
  readonly onUnreadable: OnUnreadable;
}

/** Has a model judge each record. The verdict is an object with the scores, `reason`, and whatever else the judge says. */
export interface JudgeStep extends StepBase {
  readonly kind: 'judge';
  readonly template: Template;
  /** Placeholder ← dotted path of a record field. */
  readonly bind: Readonly<Record<string, string>>;
  /** Placeholder ← fixed value. */
  readonly values: Readonly<Record<string, string | number>>;
  readonly ask: Ask;
  /** JSON Schema of the verdict. */
  readonly schema: JsonObject;
  /** The template says by itself what the verdict looks like, so that the question need not. */
  readonly shown: boolean;
  /** Field that takes the verdict. */
  readonly into: string;
  readonly attempts: number;
  /** Criteria that are met or not, `criterion_1` and so on; a record that misses one is turned down. */
  readonly criteria?: readonly string[];
  /** Placeholders of two responses that are compared, in both orders. */
  readonly compare?: readonly [string, string];
  /** `keep`: the record goes on with null for a verdict. */
  readonly onUnreadable: OnUnreadable | 'keep';
}

/** Turns the text of a field into a vector. */
export interface EmbedStep extends StepBase {
  readonly kind: 'embed';
  /** Dotted path of the text. */
  readonly field: string;
  /** Field that takes the vector. */
  readonly into: string;
  /** Vectors of different models cannot be compared: nobody takes over. */
  readonly ask: Ask;
  /** Texts in a request at the most. */
  readonly batchSize: number;
  /** Further fields of the request. */
  readonly extra: JsonObject;
}

/** Compares records that belong together. A step that sees its records in order. */
export interface RankStep extends StepBase {
  readonly kind: 'rank';
  /** Dotted path of the number; more is better. */
  readonly score: string;
  /** Dotted path of the field whose value makes records compete; absent: they come from the same record. */
  readonly by?: string;
  /** All records compete with each other. */
  readonly all?: true;
  readonly result:
    /** Keeps, in their order, records whose score is no greater than that of this share (0 to 1) of all. */
    | { readonly kind: 'quantile'; readonly share: number }
    | { readonly kind: 'best'; readonly keep: number }
    | {
        readonly kind: 'pair';
        readonly chosen: string;
        readonly rejected: string;
        /** Field that takes the two scores. */
        readonly scores: string;
        /** Dotted paths. */
        readonly prompt: string;
        readonly answer: string;
        readonly margin: number;
      };
}
