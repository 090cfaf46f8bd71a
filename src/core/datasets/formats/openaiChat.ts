import { checkLine, CONVERSATION_SOURCE, conversationOf } from './conversation.ts';
import { isUnfit, type DatasetFormat } from './format.ts';

const KEYS = {
  role: 'role',
  content: 'content',
  names: { system: 'system', user: 'user', assistant: 'assistant' },
} as const;

/**
 * `{"messages": [{"role", "content"}, …]}` with the roles system, user, assistant: what OpenAI's fine-tuning takes, TRL
 * calls conversational, and most trainers read.
 */
export const openaiChat: DatasetFormat = {
  ...CONVERSATION_SOURCE,
  compose(values) {
    const messages = conversationOf(values);
    return isUnfit(messages) ? messages : { messages: messages.map(({ role, content }) => ({ role, content })) };
  },
  check: (line) => checkLine(line['messages'], KEYS),
};
