import type { Choice } from '../endpoints/endpoint.ts';
import { takeOutThoughts } from './thoughts.ts';

/** What a choice says, without its reasoning. */
export interface ChoiceReading {
  /** The answer. As the service gave it where it holds no reasoning. Also present where there is a problem. */
  readonly text: string;
  /** What the model thought before it answered, from wherever it stood. */
  readonly reasoning?: string;
  readonly problem?: ChoiceProblem;
}

/** Why a choice should not be used as it is. */
export interface ChoiceProblem {
  readonly reason: 'truncated' | 'content-filter' | 'refused' | 'empty';
  readonly message: string;
}

/** `length` is the protocol's word; the others are what services with protocols of their own pass through. */
const TRUNCATED = new Set(['length', 'max_tokens', 'model_length']);
const FILTERED = new Set(['content_filter', 'safety']);

/**
 * Takes the reasoning out of a choice and tells whether it can be used. Of several problems the first counts: a
 * refusal, the content filter, truncation, an empty answer.
 */
export function readChoice(choice: Choice): ChoiceReading {
  const { text, thoughts } = takeOutThoughts(choice.text);
  const reasoning = [choice.reasoning ?? '', ...thoughts]
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join('\n\n');
  const problem = findProblem(choice, text, reasoning !== '');
  return {
    text,
    ...(reasoning === '' ? {} : { reasoning }),
    ...(problem === undefined ? {} : { problem }),
  };
}

function findProblem(choice: Choice, text: string, hasReasoning: boolean): ChoiceProblem | undefined {
  const { refusal } = choice;
  if (refusal !== undefined && refusal.trim() !== '') {
    return { reason: 'refused', message: `the model refused: ${refusal.trim()}` };
  }
  const finish = choice.finishReason?.toLowerCase() ?? '';
  if (FILTERED.has(finish)) {
    return { reason: 'content-filter', message: 'the service cut the answer off with its content filter' };
  }
  const isEmpty = text.trim() === '';
  if (TRUNCATED.has(finish)) {
    const message =
      isEmpty && hasReasoning
        ? 'the reasoning used up max_tokens before the answer began'
        : 'the answer was cut off at max_tokens';
    return { reason: 'truncated', message };
  }
  if (!isEmpty) return undefined;
  return { reason: 'empty', message: hasReasoning ? 'there is reasoning but no answer' : 'the answer is empty' };
}
