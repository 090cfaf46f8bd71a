/**
 * What the editor asks of a child that serves the preview of templates: counts of tokens and single answers, as they
 * stream in. The first message keeps the child open until the channel closes; every question has an id of its own.
 */
import type { ExpectedReading } from '../answers/readExpected.ts';
import type { Encoding } from '../curate/encodings.ts';
import type { ChatMessage, GenerationParameters } from '../endpoints/endpoint.ts';
import type { NamedProfile } from '../endpoints/profile.ts';
import type { EndpointFailure } from '../errors.ts';
import type { JsonObject } from '../record/json.ts';
import type { Expects } from '../prompts/template.ts';

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

/** Editor → child. */
export type ToQuestionChild =
  | { readonly type: 'serve' }
  /** Answered by `counted`. */
  | { readonly type: 'count'; readonly id: number; readonly texts: readonly string[]; readonly encoding?: Encoding }
  /** Answered by `chunk`s and `answered`. */
  | { readonly type: 'ask'; readonly id: number; readonly question: ModelQuestion }
  /** Gives a question up; nothing comes back for it any more. */
  | { readonly type: 'stop'; readonly id: number };

/** Child → editor. */
export type FromQuestionChild =
  | { readonly type: 'counted'; readonly id: number; readonly tokens: number }
  | { readonly type: 'chunk'; readonly id: number; readonly text: string }
  | { readonly type: 'answered'; readonly id: number; readonly answer: ModelAnswer };
