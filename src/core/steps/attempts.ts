/** Asking until an answer can be used, and what becomes of a record when none can. Shared by the steps that ask a model. */
import { readChoice } from '../answers/readChoice.ts';
import type { Answer, ChatMessage, Choice } from '../endpoints/endpoint.ts';
import type { Ask, OnUnreadable } from '../pipeline/plan.ts';
import { formatKey } from '../record/key.ts';
import type { Item } from '../record/record.ts';
import {
  StepFailedError,
  type JsonWish,
  type Outcome,
  type Purpose,
  type Rejection,
  type StepContext,
} from './step.ts';

/** What an attempt came to: something read, or the reason why not and whether asking again could help. */
export type Attempt<T> = { readonly value: T; readonly address: string } | Unread;

/** Nothing could be read. `again`: asking once more may help. */
export interface Unread {
  readonly value: null;
  readonly rejection: Rejection;
  readonly again: boolean;
}

/** A question that may be asked several times. */
export interface Question {
  readonly purpose: Purpose;
  readonly ask: Ask;
  readonly messages: readonly ChatMessage[];
  /** How often it is asked in all, at least 1. */
  readonly attempts: number;
  /** The answer is to be JSON. */
  readonly json?: JsonWish;
  /** Which of several questions about the record it is; absent: there is one. */
  readonly part?: number;
}

/** Asks up to `attempts` times until an answer can be read; only further attempts alter the seed. */
export async function askUntilRead<T>(
  { purpose, ask, messages, attempts, json, part }: Question,
  context: StepContext,
  read: (answer: Answer, address: string, attempt: number) => Attempt<T> | Promise<Attempt<T>>,
): Promise<Attempt<T>> {
  for (let number = 0; ; number += 1) {
    const asked = await context.ask(purpose, number, varied(ask, number), messages, part, json);
    if (asked.answer === null) return { value: null, rejection: asked, again: false };
    const result = await read(asked.answer, asked.address, number);
    if (result.value !== null || !('again' in result && result.again) || number + 1 >= attempts) return result;
    context.onAskedAgain?.(result.rejection.reason);
  }
}

function varied(ask: Ask, attempt: number): Ask {
  const { seed } = ask.generation;
  return attempt === 0 || seed === undefined
    ? ask
    : { ...ask, generation: { ...ask.generation, seed: seed + attempt } };
}

/**
 * Text of a choice without its reasoning, or why it cannot be used.
 *
 * @param keepTruncated use what was cut off by max_tokens, as far as it goes
 */
export function readText(choice: Choice | undefined, keepTruncated: boolean, address: string): Attempt<string> {
  if (choice === undefined) return unreadable('empty', 'the answer has no choice', address);
  const { text, problem } = readChoice(choice);
  if (problem === undefined || (problem.reason === 'truncated' && keepTruncated && text !== ''))
    return { value: text, address };
  // A cut, filtered or refused answer would come again; an empty one may well not.
  return { value: null, rejection: { ...problem, address }, again: problem.reason === 'empty' };
}

/** An answer that cannot be read, but may be when it is asked for again. */
export function unreadable(
  reason: string,
  message: string,
  address: string,
): { value: null; rejection: Rejection; again: true } {
  return { value: null, rejection: { reason, message, address }, again: true };
}

/** What becomes of a record without a usable answer. @throws StepFailedError where that fails the run */
export function giveUp(step: string, item: Item, onUnreadable: OnUnreadable, rejection: Rejection): Outcome {
  if (onUnreadable === 'fail')
    throw new StepFailedError(step, formatKey(item.key), rejection.reason, rejection.message);
  return { records: [], rejections: [rejection] };
}
