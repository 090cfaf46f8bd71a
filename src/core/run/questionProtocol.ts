/**
 * What the editor asks of a child that serves its panels: counts of tokens, single answers as they stream in, and
 * statistics of datasets. The first message keeps the child open until the channel closes; every question has an id of its own.
 */
import type { ExpectedReading } from '../answers/readExpected.ts';
import type { Encoding } from '../curate/encodings.ts';
import type { ChatMessage, GenerationParameters } from '../endpoints/endpoint.ts';
import type { NamedProfile } from '../endpoints/profile.ts';
import type { EndpointFailure } from '../errors.ts';
import type { JsonObject } from '../record/json.ts';
import type { Expects } from '../prompts/template.ts';
import type { DatasetDescription } from './describeDataset.ts';
import type { RunAnswer, RunQuestion } from './runQuestions.ts';

/** A question to a model, once, with the answer streamed. */
export interface ModelQuestion {
  /** With the key that belongs to it; a pool with its replicas. */
  readonly profile: NamedProfile;
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly generation: GenerationParameters;
  /** How the answer is read; absent: as it is. */
  readonly expects?: Expects;
  /** JSON Schema that the answer is held against; with `expects: json`. */
  readonly schema?: JsonObject;
}

/** What came of a question. */
export type ModelAnswer =
  | {
      readonly ok: true;
      /** The answer without its reasoning. */
      readonly text: string;
      readonly reasoning: string | null;
      readonly reading: ExpectedReading;
      readonly model: string;
      /** Tokens as the service counts them. */
      readonly usage: { readonly prompt: number; readonly completion: number } | null;
      /** What the service cannot do and the question went without, in sentences. */
      readonly warnings: readonly string[];
      readonly seconds: number;
    }
  | { readonly ok: false; readonly message: string; readonly failure: EndpointFailure | null };

/** What a dataset is like: of a JSONL file, or of an output of a run. */
export interface DatasetQuestion {
  /** Absolute path of the file, or of the run's folder. */
  readonly path: string;
  /** Which output of a run that has several. */
  readonly output?: string;
  /** Fields whose texts are looked at; absent: all that hold texts. */
  readonly texts?: readonly string[];
  /** Fields that hold embeddings. */
  readonly embeddings?: readonly string[];
  /** Also what only charts show. */
  readonly charts?: boolean;
}

/** The statistics, or why there are none. */
export type DatasetAnswer =
  { readonly ok: true; readonly description: DatasetDescription } | { readonly ok: false; readonly message: string };

/** Editor → child. */
export type ToQuestionChild =
  | { readonly type: 'serve' }
  /** Answered by `counted`. */
  | { readonly type: 'count'; readonly id: number; readonly texts: readonly string[]; readonly encoding?: Encoding }
  /** Answered by `chunk`s and `answered`. */
  | { readonly type: 'ask'; readonly id: number; readonly question: ModelQuestion }
  /** Answered by `describing`s, while the file is read, and `described`. */
  | { readonly type: 'describe'; readonly id: number; readonly question: DatasetQuestion }
  /** Something about a run; answered by `looking`s, where it takes long, and `looked`. */
  | { readonly type: 'look'; readonly id: number; readonly question: RunQuestion }
  /** Gives a question up; nothing comes back for it any more. */
  | { readonly type: 'stop'; readonly id: number };

/** Child → editor. */
export type FromQuestionChild =
  | { readonly type: 'counted'; readonly id: number; readonly tokens: number }
  | { readonly type: 'chunk'; readonly id: number; readonly text: string }
  | { readonly type: 'answered'; readonly id: number; readonly answer: ModelAnswer }
  /** How much of the dataset has been read, from 0 to 1. */
  | { readonly type: 'describing'; readonly id: number; readonly share: number }
  | { readonly type: 'described'; readonly id: number; readonly answer: DatasetAnswer }
  /** How far a longer answer is. */
  | { readonly type: 'looking'; readonly id: number; readonly done: number; readonly failed: number }
  | { readonly type: 'looked'; readonly id: number; readonly answer: RunAnswer };
