import type { Json } from '../../record/json.ts';
import { checkConversation, readMessages } from './conversation.ts';
import { isUnfit, unfit, type Unfit } from './format.ts';

/** A question and its answer, perhaps with a system message. */
export interface SingleTurn {
  readonly system: string | null;
  readonly prompt: string;
  readonly response: string;
}

/** Reads a conversation of one question and one answer, which formats without turns can hold. */
export function singleTurnOf(value: Json): SingleTurn | Unfit {
  const messages = readMessages(value);
  if (isUnfit(messages)) return messages;
  const wrong = checkConversation(messages);
  if (wrong !== null) return wrong;
  const system = messages[0]?.role === 'system' ? messages[0].content : null;
  const [prompt, response, ...more] = system === null ? messages : messages.slice(1);
  if (prompt === undefined || response === undefined || more.length > 0) {
    return unfit(
      'several-turns',
      `the conversation has ${messages.length} messages; this format holds one question and its answer`,
    );
  }
  return { system, prompt: prompt.content, response: response.content };
}
