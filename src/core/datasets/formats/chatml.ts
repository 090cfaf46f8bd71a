import { checkConversation, CONVERSATION_SOURCE, conversationOf, type Message, type Role } from './conversation.ts';
import { isUnfit, unfit, type DatasetFormat, type Unfit } from './format.ts';

const START = '<|im_start|>';
const END = '<|im_end|>';
const TURN = /<\|im_start\|>(?<role>system|user|assistant)\n(?<content>.*?)<\|im_end\|>\n/suy;

/**
 * `{"text": …}` with a whole conversation in ChatML, each message as `<|im_start|>role`, a line feed, the content and
 * `<|im_end|>` with a line feed: for trainers that take plain text. A text that holds one of these marks would be read as
 * turns that nobody took; it is turned down.
 */
export const chatml: DatasetFormat = {
  ...CONVERSATION_SOURCE,
  compose(values) {
    const messages = conversationOf(values);
    if (isUnfit(messages)) return messages;
    const marked = messages.findIndex(({ content }) => content.includes(START) || content.includes(END));
    if (marked !== -1) return unfit('control-token', `message ${marked + 1} holds a mark of ChatML itself`);
    // Whether it is a conversation is told before it is a text, with the place of what is wrong.
    return checkConversation(messages) ?? { text: messages.map(formatTurn).join('') };
  },
  check(line) {
    const { text } = line;
    if (typeof text !== 'string') return unfit('not-text', 'text is not a text');
    const messages = parseTurns(text);
    return isUnfit(messages) ? messages : checkConversation(messages);
  },
};

function formatTurn({ role, content }: Message): string {
  return `${START}${role}\n${content}${END}\n`;
}

function parseTurns(text: string): readonly Message[] | Unfit {
  const messages: Message[] = [];
  const turn = new RegExp(TURN);
  while (turn.lastIndex < text.length) {
    const { role, content } = turn.exec(text)?.groups ?? {};
    if (role === undefined || content === undefined) return unfit('not-messages', 'the text is not ChatML');
    if (content.includes(START)) return unfit('control-token', `message ${messages.length + 1} holds a mark of ChatML`);
    messages.push({ role: role as Role, content });
  }
  return messages;
}
