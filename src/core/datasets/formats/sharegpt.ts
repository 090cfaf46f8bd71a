import { checkLine, CONVERSATION_SOURCE, conversationOf } from './conversation.ts';
import { isUnfit, type DatasetFormat } from './format.ts';

const NAMES = { system: 'system', user: 'human', assistant: 'gpt' } as const;
const KEYS = {
  role: 'from',
  content: 'value',
  names: { system: 'system', human: 'user', gpt: 'assistant' },
} as const;

/**
 * `{"conversations": [{"from", "value"}, …]}` with the speakers human and gpt; a system message stands first, as system.
 * FastChat, Axolotl and LLaMA-Factory read it.
 */
export const sharegpt: DatasetFormat = {
  ...CONVERSATION_SOURCE,
  compose(values) {
    const messages = conversationOf(values);
    if (isUnfit(messages)) return messages;
    return { conversations: messages.map(({ role, content }) => ({ from: NAMES[role], value: content })) };
  },
  check: (line) => checkLine(line['conversations'], KEYS),
};
