/** The models that the editor itself offers, as the engine sees them: whoever runs inside the editor hands this in. */
import type { ChatMessage, GenerationParameters } from '../endpoint.ts';

/** A question to one of the editor's models. Plain JSON: it travels between processes. */
export interface LanguageModelQuestion {
  /** `vendor/id`, or an id or family alone. */
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  /** Handed to the model's provider, which takes what it knows. */
  readonly options: Omit<GenerationParameters, 'n' | 'stream'>;
}

/** What a model of the editor answered. */
export interface LanguageModelAnswer {
  readonly text: string;
  /** `vendor/id` of the model that answered. */
  readonly model: string;
  /** As the model's provider counts; null where it does not. */
  readonly usage: { readonly prompt: number; readonly completion: number } | null;
}

/** Why the editor did not answer: no such model, no consent of the user, blocked (a quota, say), or anything else. */
export const LANGUAGE_MODEL_FAILURES = ['not-found', 'no-permissions', 'blocked', 'failed'] as const;
export type LanguageModelFailure = (typeof LANGUAGE_MODEL_FAILURES)[number];

/** The editor could not or would not answer. */
export class LanguageModelRefusal extends Error {
  readonly failure: LanguageModelFailure;

  constructor(failure: LanguageModelFailure, message: string) {
    super(message);
    this.name = 'LanguageModelRefusal';
    this.failure = failure;
  }
}

/** Access to the editor's models. */
export interface LanguageModels {
  /**
   * @param onText told the pieces of the answer as they come; absent: nobody watches
   * @throws LanguageModelRefusal, or the signal's reason
   */
  ask(
    question: LanguageModelQuestion,
    signal: AbortSignal | undefined,
    onText: ((text: string) => void) | undefined,
  ): Promise<LanguageModelAnswer>;
  /** `vendor/id` of every model there is. @throws LanguageModelRefusal, or the signal's reason */
  list(signal: AbortSignal | undefined): Promise<readonly string[]>;
}
