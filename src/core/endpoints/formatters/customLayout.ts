import { splitConversation, UnfitConversationError, type ConversationFormatter } from './conversationFormatter.ts';
import type { CustomLayout } from './formatterSchema.ts';

/** A formatter from the strings of a profile. */
export function createCustomLayout(layout: CustomLayout): ConversationFormatter {
  const { prefix, system: aroundSystem, user, assistant, stop } = layout;
  return {
    name: 'of its own strings',
    stop,
    format(messages) {
      const { system, turns } = splitConversation(messages);
      if (system !== undefined && aroundSystem === undefined) {
        throw new UnfitConversationError('its layout has no place for a system message; give it `system`');
      }
      if (turns.at(-1)?.role !== 'user') {
        throw new UnfitConversationError(
          `turn ${turns.length} is the last and by the assistant; the model has nothing to answer`,
        );
      }
      const head = system === undefined ? '' : `${aroundSystem?.before ?? ''}${system}${aroundSystem?.after ?? ''}`;
      const body = turns.map(({ role, content }) => {
        const { before, after } = role === 'user' ? user : assistant;
        return before + content + after;
      });
      return prefix + head + body.join('') + assistant.before;
    },
  };
}
