import { OpenlineError } from '../../errors.ts';
import type { ChatMessage } from '../endpoint.ts';

/** Turns a conversation into the one text that a completion goes on from. */
export interface ConversationFormatter {
  /** As the profile names it, for messages. */
  readonly name: string;
  /** Stop words that belong to the layout. */
  readonly stop: readonly string[];
  /** @throws UnfitConversationError when the layout has no place for one of the turns */
  format(messages: readonly ChatMessage[]): string;
}

/** A conversation that a layout cannot hold, in words that follow the formatter's name. */
export class UnfitConversationError extends OpenlineError {}

/** A conversation with its system message apart. */
export interface SplitConversation {
  readonly system: string | undefined;
  readonly turns: readonly ChatMessage[];
}

/**
 * Takes the system message off the beginning.
 *
 * @throws UnfitConversationError when one stands elsewhere, or nothing else is there
 */
export function splitConversation(messages: readonly ChatMessage[]): SplitConversation {
  const [first] = messages;
  const hasSystem = first?.role === 'system';
  const turns = hasSystem ? messages.slice(1) : messages;
  const stray = turns.findIndex(({ role }) => role === 'system');
  if (stray !== -1) {
    const number = stray + (hasSystem ? 2 : 1);
    throw new UnfitConversationError(`message ${number} is a system message; one can only stand at the beginning`);
  }
  if (turns.length === 0) throw new UnfitConversationError('the conversation has no turn of the user');
  return { system: hasSystem ? first.content : undefined, turns };
}

/** @throws UnfitConversationError unless user and assistant take turns, the user first */
export function requireAlternation(turns: readonly ChatMessage[]): void {
  for (const [index, { role }] of turns.entries()) {
    const expected = index % 2 === 0 ? 'user' : 'assistant';
    if (role === expected) continue;
    throw new UnfitConversationError(
      `turn ${index + 1} is by the ${role}, where the ${expected} should speak; user and assistant have to take turns, the user first`,
    );
  }
}
