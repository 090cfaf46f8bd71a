/**
 * The plan: what a pipeline file (recipe or steps) comes to once everything it names has been found and checked.
 * The pipeline room makes it, the run room executes it; neither knows the other's insides.
 */
import type { GenerationParameters } from '../endpoints/endpoint.ts';
import type { Template } from '../prompts/template.ts';
import type { Json, JsonObject } from '../record/json.ts';
import type { OutputFormat } from '../datasets/formats.ts';
import type { Refinement } from '../curate/refinement.ts';
import type { CheckSpec } from '../curate/checks/check.ts';
import type { Edit } from '../curate/edits/edit.ts';
import type { ReviewPolicy } from '../curate/review/applyReview.ts';
import type { Decision } from '../curate/review/decision.ts';
import type { Encoding } from '../curate/encodings.ts';
import type { Drawing } from './drawPlan.ts';
import type { Chunking, ReadSource, SampleChoice } from './sourcePlan.ts';
import type { JsonMode } from '../endpoints/jsonMode.ts';
import type { JoinStep } from './joinPlan.ts';
import type { ScriptStep } from './planScript.ts';
import type { EmbedStep, JsonExpectation, JudgeStep, RankStep, RewardStep } from './scoringPlan.ts';

import type { BlendStep, DedupStep, SampleStep, ShuffleStep, SplitStep } from './orderedPlan.ts';

export type { BlendStep, DedupStep, SampleSize, SampleStep, ShuffleStep, SplitStep } from './orderedPlan.ts';
export type { JoinStep } from './joinPlan.ts';
export type { ScriptStep } from './planScript.ts';
export type { EmbedStep, JsonExpectation, JudgeStep, RankStep, RewardStep } from './scoringPlan.ts';

/** What to do with a list of another length than asked for. */
export type OnMismatch = 'trim' | 'keep' | 'discard' | 'fail';
/** What to do with an answer that cannot be read, after its attempts. */
export type OnUnreadable = 'discard' | 'fail';
/** How an answer becomes a list: our reader first, then the model (`auto`), or only one of them. */
export type ConversionMode = 'auto' | 'local' | 'model';

/** Who is asked, and how. `endpoint` is a profile's name; `model` is resolved (profile default filled in). */
export interface Ask {
  readonly endpoint: string;
  readonly model: string;
  readonly generation: GenerationParameters;
  /** Who takes over, one after the other, when the one before has failed for good. */
  readonly fallback?: readonly Ask[];
  /** How the service is told that the answer is to be JSON; there where a step asks for JSON. */
  readonly jsonMode?: JsonMode;
}

/** The request that turns an answer into a YAML list. */
export interface Conversion extends Ask {
  readonly mode: ConversionMode;
  /** Its only placeholder is `llm_response`. */
  readonly template: Template;
}

/** A `generate` step whose answer is read as a list of strings; each element is a record. */
export interface ListExpectation {
  readonly kind: 'list';
  /** Field that takes the element. */
  readonly field: string;
  /** Number of elements asked for; null: any. */
  readonly length: number | null;
  readonly onMismatch: OnMismatch;
  readonly onUnreadable: OnUnreadable;
  /** How often the generation is asked in all before the answer counts as unreadable, at least 1. */
  readonly attempts: number;
  readonly conversion: Conversion;
}

/** A `generate` step whose answer is taken as it is (trimmed); each choice is a record. */
export interface TextExpectation {
  readonly kind: 'text';
  readonly field: string;
  /** Field that takes the conversation: what was asked (without the system message) and the answer. */
  readonly messages?: string;
  readonly attempts: number;
  readonly onUnreadable: OnUnreadable;
}

/** A `generate` step whose answer begins with one of several labels; each choice is a record. */
export interface LabelExpectation {
  readonly kind: 'label';
  /** Field that takes the label, spelt as in `labels`. */
  readonly field: string;
  /** At least two. */
  readonly labels: readonly string[];
  /** Field that takes the whole answer. */
  readonly answerField?: string;
  readonly attempts: number;
  readonly onUnreadable: OnUnreadable;
}

/** A `generate` step whose answer is read as pairs of question and answer; each pair is a record. */
export interface PairsExpectation {
  readonly kind: 'pairs';
  /** Field that takes the question. */
  readonly field: string;
  /** Field that takes the answer. */
  readonly answerField: string;
  /** Field that takes both, with a blank line between. */
  readonly wholeField?: string;
  /** Number of pairs asked for; null: any. */
  readonly length: number | null;
  readonly onMismatch: OnMismatch;
  readonly onUnreadable: OnUnreadable;
  readonly attempts: number;
}

export type Expectation = ListExpectation | TextExpectation | LabelExpectation | PairsExpectation | JsonExpectation;

export interface StepBase {
  readonly id: string;
  /**
   * Steps it reads from. `source` is the position in the list as written in the file: the prefix of the keys where
   * there are several, the same whether or not a neighbour was left out by its `when`. Empty: it starts the flow.
   */
  readonly from: readonly { readonly step: string; readonly source: number }[];
  /** Whether keys get the source's index as a prefix (true when the file lists several sources). */
  readonly prefixesKeys: boolean;
}

/** Records from outside. A step without a source yields one empty record. */
export interface ReadStep extends StepBase {
  readonly kind: 'read';
  readonly source: ReadSource;
  /** Which of what the source holds is taken; absent: all. */
  readonly sample?: SampleChoice;
  /** How the texts are cut into records; absent: not at all. */
  readonly chunk?: Chunking;
}

/** Asks a model once a record. */
export interface GenerateStep extends StepBase {
  readonly kind: 'generate';
  readonly template: Template;
  /** Placeholder ← dotted path of a record field. */
  readonly bind: Readonly<Record<string, string>>;
  /** Placeholder ← fixed value. */
  readonly values: Readonly<Record<string, string | number>>;
  readonly ask: Ask;
  readonly expect: Expectation;
  readonly keepTruncated: boolean;
  /** When the step's only input yields nothing at all, the run fails. */
  readonly essential: boolean;
  /** A field is cut into segments, each is asked about. Only with a text expectation and one choice. */
  readonly segments?: Segments;
  /** What is done with the answers. Only with a text expectation. */
  readonly refinement?: AnswerRefinement;
  /** How tokens are counted; there where segments or refinements need it. */
  readonly encoding?: Encoding;
}

/** How a document is cut into segments. Limits are in tokens. */
export interface Segments {
  /** Dotted path of the field that holds the document. */
  readonly field: string;
  /** Shorter documents are turned down whole. */
  readonly minDocumentTokens: number;
  /** Shorter segments are turned down. */
  readonly minTokens: number;
  /** What the model takes: the prompt and a segment together. */
  readonly maxInputTokens: number;
}

/** What is done with each answer, in order, and with the joined answers to a document's segments. */
export interface AnswerRefinement {
  readonly each: readonly Refinement[];
  /** Stands between the joined answers; null: they are not joined, and each is a record. */
  readonly separator: string | null;
  readonly joined: readonly Refinement[];
}

/** Whether a step makes one record of the answers to a document's segments. */
export function joinsAnswers({ segments, refinement }: GenerateStep): boolean {
  return segments !== undefined && typeof refinement?.separator === 'string';
}

/** Holds a conversation about each record between two models, the first user turn being a field of the record. */
export interface DialogueStep extends StepBase {
  readonly kind: 'dialogue';
  /** Dotted path of the field that is the first user turn. */
  readonly openline: string;
  /** Field that takes the turns, a list of `{ role, content }`, without system messages. */
  readonly into: string;
  /** User turns in all, the first included, at least 1. */
  readonly userTurns: number;
  /** Whether the last user turn is answered. `user` needs two user turns at least. */
  readonly endsWith: 'assistant' | 'user';
  /** Asks for the next user turn; takes `conversation_history`. */
  readonly template: Template;
  /** A template, too; absent: none. */
  readonly assistantSystem?: Template;
  /** Placeholder ← dotted path of a record field, of both templates. */
  readonly bind: Readonly<Record<string, string>>;
  /** Placeholder ← fixed value, of both templates. */
  readonly values: Readonly<Record<string, string | number>>;
  readonly user: Ask;
  readonly assistant: Ask;
  /** How often a turn is asked for in all while its answer is empty, at least 1. */
  readonly attempts: number;
  readonly onUnreadable: OnUnreadable;
  readonly keepTruncated: boolean;
}

/** Changes fields without asking anybody. */
export interface ModifyStep extends StepBase {
  readonly kind: 'modify';
  /** Dotted paths of texts that are edited before anything else; there with `edits`. */
  readonly texts?: readonly string[];
  readonly edits?: readonly Edit[];
  /** Old name → new name, carried out in order. */
  readonly rename: Readonly<Record<string, string>>;
  /** Fields set to fixed values. */
  readonly set: JsonObject;
  /** Fields worked out from the record, in order: field ← expression; behind `set`, before `remove`. */
  readonly compute?: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
  /** A record comes out for every combination of one value of each field, the last varying fastest; behind the rest. */
  readonly cross?: readonly { readonly field: string; readonly values: readonly Json[] }[];
}

/**
 * Keeps or drops the records that pass, or marks those that do not. What is held against a record, in this order: the
 * number in `field`, the checks (each on every one of the texts), the expression.
 */
export interface FilterStep extends StepBase {
  readonly kind: 'filter';
  /** Dotted path of a number that is within `min` and `max`, both inclusive. */
  readonly field?: string;
  readonly min?: number;
  readonly max?: number;
  /** Dotted paths of the values that the checks look at; there with `checks`. */
  readonly texts?: readonly string[];
  readonly checks?: readonly CheckSpec[];
  /** Expression over the fields. */
  readonly when?: string;
  /** What happens to records that pass: absent: they are kept, and others turned down; `mark`: all are kept. */
  readonly action?: 'drop' | 'mark';
  /** Field that takes the reasons of those that fail; there with `action: mark`. */
  readonly mark?: string;
  /** Field that takes what the checks measured. */
  readonly store?: string;
}

/** Draws values for each record. */
export interface DrawStep extends StepBase {
  readonly kind: 'draw';
  readonly drawing: Drawing;
}

/** Applies what people decided about the records. */
export interface ReviewStep extends StepBase {
  readonly kind: 'review';
  /** The review file as the pipeline names it, for messages. */
  readonly file: string;
  /** At most one a record. */
  readonly decisions: readonly Decision[];
  readonly policy: ReviewPolicy;
  /** Field that takes the status. */
  readonly mark?: string;
  /** Field that takes the rating. */
  readonly rating?: string;
}

/** Steps that see their records in place order, one after the other. */
export type OrderedStep = BlendStep | JoinStep | DedupStep | ShuffleStep | SampleStep | SplitStep | RankStep;

export type PlanStep =
  | ReadStep
  | GenerateStep
  | DialogueStep
  | ModifyStep
  | FilterStep
  | DrawStep
  | ReviewStep
  | ScriptStep
  | OrderedStep
  | RewardStep
  | JudgeStep
  | EmbedStep;

/** A file the run writes. */
export interface PlanOutput {
  /** Step it takes its records from. */
  readonly from: string;
  /** Absolute path. */
  readonly path: string;
  /** The path as the person wrote it, for messages. */
  readonly shown: string;
  /** Unique within the run; names the partial file. */
  readonly name: string;
  readonly format: OutputFormat;
  /** hf: the licence that its card states. */
  readonly license?: string;
  /** Takes only the records whose field has this value: one part of a split. Absent: all. */
  readonly where?: { readonly field: string; readonly value: string };
  /** The path leads out of the workspace (symbolic links followed), so the person must agree to it. */
  readonly outside: boolean;
  /** Fields in their order (`id`: the record's own, else its key); null: the key, then all in the record's own order. */
  readonly fields: readonly string[] | null;
  /** Field of the format ← record field, where the pipeline says so. */
  readonly map?: Readonly<Record<string, string>>;
}

/** Limits after which a run pauses; 0 or absent: none. */
export interface Budget {
  readonly requests?: number;
  readonly tokens?: number;
  readonly cost?: number;
  readonly minutes?: number;
}

/** Repeats the plan in rounds until there are so many records. */
export interface Target {
  /** Committed records wanted of each output. */
  readonly records: number;
  /** Requests after which it is given up; the run pauses. Absent: only when a whole round adds nothing. */
  readonly maxRequests?: number;
}

/** Everything a run needs to know, in an order in which no step stands before one it reads from. */
export interface Plan {
  /** Absolute path of the pipeline file. */
  readonly file: string;
  /** Name to show: the file's name without its ending. */
  readonly name: string;
  readonly recipe: string | null;
  /** The recipe's parameters as they apply (defaults filled in), or empty. */
  readonly parameters: JsonObject;
  readonly steps: readonly PlanStep[];
  readonly outputs: readonly PlanOutput[];
  readonly budget: Budget;
  /** Absent: one round. */
  readonly target?: Target;
  /** Every run asks anew: nothing is taken over from earlier ones. */
  readonly reuse?: false;
  /** Names of the endpoints that any step asks. */
  readonly endpoints: readonly string[];
  /** SHA-256 of what was planned (canonical JSON of steps and outputs without absolute paths), hex. */
  readonly hash: string;
}
