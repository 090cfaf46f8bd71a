/** The layouts that are known by name. Their strings are those of NeMo Curator's conversation formatters. */
import {
  requireAlternation,
  splitConversation,
  UnfitConversationError,
  type ConversationFormatter,
} from './conversationFormatter.ts';
import type { FormatterName } from './formatterSchema.ts';

export const NAMED_LAYOUTS: Readonly<Record<FormatterName, ConversationFormatter>> = {
  'mixtral-8x7b': {
    name: 'mixtral-8x7b',
    stop: [],
    format(messages) {
      const { system, turns } = splitConversation(messages);
      if (system !== undefined) throw new UnfitConversationError('its layout has no place for a system message');
      requireAlternation(turns);
      const text = turns.map(({ role, content }) => content + (role === 'user' ? ' [/INST]' : '</s>[INST] '));
      return `<s> [INST] \n${text.join('')}`;
    },
  },
  nemotron: {
    name: 'nemotron',
    stop: [],
    format(messages) {
      const { system = '', turns } = splitConversation(messages);
      requireAlternation(turns);
      const text = turns.map(
        ({ role, content }) => `${content}\n<extra_id_1>${role === 'user' ? 'Assistant' : 'User'}\n`,
      );
      return `<extra_id_0>System\n${system}\n<extra_id_1>User\n${text.join('')}`;
    },
  },
  none: {
    name: 'none',
    stop: [],
    format(messages) {
      const [first] = messages;
      if (messages.length === 1 && first?.role === 'user') return first.content;
      const found = messages.map(({ role }) => role).join(', ');
      throw new UnfitConversationError(
        `it takes exactly one turn, by the user; the conversation has ${found || 'none'}`,
      );
    },
  },
};
