/** Conversations: how they are found in records, and what every format wants of them. */
import { isJsonObject, type Json, type JsonObject } from '../../record/json.ts';
import { MESSAGES_COLUMNS, PROMPT_COLUMNS, RESPONSE_COLUMNS, SYSTEM_COLUMNS } from './columns.ts';
import { isUnfit, unfit, type DatasetFormat, type Unfit } from './format.ts';

export type Role = 'system' | 'user' | 'assistant';

export interface Message {
  readonly role: Role;
  readonly content: string;
}

/** The names under which formats know the three who speak. */
const ROLES: ReadonlyMap<string, Role> = new Map([
  ['system', 'system'],
  ['developer', 'system'],
  ['user', 'user'],
  ['human', 'user'],
  ['assistant', 'assistant'],
  ['gpt', 'assistant'],
  ['model', 'assistant'],
]);

/** What the formats of conversations are made from: a list of messages, or a question with its answer. */
export const CONVERSATION_SOURCE: Pick<DatasetFormat, 'usual' | 'shapes'> = {
  usual: {
    messages: MESSAGES_COLUMNS,
    prompt: PROMPT_COLUMNS,
    response: RESPONSE_COLUMNS,
    system: SYSTEM_COLUMNS,
  },
  shapes: [
    { needs: ['messages'], also: [] },
    { needs: ['prompt', 'response'], also: ['system'] },
  ],
};

/** The conversation that the values of a record's fields make. */
export function conversationOf({ messages, prompt, response, system }: JsonObject): readonly Message[] | Unfit {
  if (messages !== undefined) return readMessages(messages);
  const turns: Message[] = [];
  for (const [role, name, value] of [
    ['system', 'system', system],
    ['user', 'prompt', prompt],
    ['assistant', 'response', response],
  ] as const) {
    if (value === undefined) continue;
    if (typeof value !== 'string') return unfit('not-text', `${name} is not a text`);
    // An empty system message says nothing; the others must say something.
    if (role !== 'system' || value.trim() !== '') turns.push({ role, content: value });
  }
  return turns;
}

/** Reads messages as `{ role, content }` or `{ from, value }`. */
export function readMessages(value: Json): readonly Message[] | Unfit {
  if (!Array.isArray(value)) return unfit('not-messages', 'the messages are not a list');
  const messages: Message[] = [];
  for (const [index, element] of (value as readonly Json[]).entries()) {
    const message = readMessage(element, index + 1);
    if (isUnfit(message)) return message;
    messages.push(message);
  }
  return messages;
}

function readMessage(element: Json, number: number): Message | Unfit {
  if (!isJsonObject(element)) return unfit('not-messages', `message ${number} is not an object`);
  const called = ['tool_calls', 'function_call'].find((name) => Object.hasOwn(element, name) && element[name] !== null);
  if (called !== undefined) return unfit('tool-call', `message ${number} has ${called}, which this format cannot hold`);
  const name = element['role'] ?? element['from'];
  const content = element['content'] ?? element['value'];
  if (typeof name !== 'string') return unfit('not-messages', `message ${number} has no role`);
  const role = ROLES.get(name);
  if (role === undefined) {
    return unfit(
      'unknown-role',
      `message ${number} has the role ${JSON.stringify(name)}; known are system, user, assistant`,
    );
  }
  if (content === undefined || content === null) return unfit('empty-content', `message ${number} has no content`);
  if (typeof content !== 'string') return unfit('not-text', `the content of message ${number} is not a text`);
  return { role, content };
}

/** What a model can be trained on: a system message at the most, then user and assistant by turns, an answer at the end. */
export function checkConversation(messages: readonly Message[]): Unfit | null {
  if (messages.length === 0) return unfit('no-messages', 'there are no messages');
  const turns = messages[0]?.role === 'system' ? messages.slice(1) : messages;
  for (const [index, { role, content }] of messages.entries()) {
    if (content.trim() === '') return unfit('empty-content', `message ${index + 1} (${role}) is empty`);
  }
  for (const [index, { role }] of turns.entries()) {
    const expected: Role = index % 2 === 0 ? 'user' : 'assistant';
    if (role === expected) continue;
    const number = index + 1 + messages.length - turns.length;
    if (role === 'system')
      return unfit('misplaced-system', `message ${number} is a system message; only the first may be`);
    return unfit('roles-not-alternating', `message ${number} is by the ${role}, expected the ${expected}`);
  }
  if (turns.length === 0) return unfit('no-answer', 'there is nothing but a system message');
  if (turns.length % 2 === 1)
    return unfit('no-answer', 'the conversation ends with the user: there is no answer to learn');
  return null;
}

/** Checks messages as they stand on a line, whose roles and keys must be just these. */
export function checkLine(
  value: Json | undefined,
  keys: { role: string; content: string; names: Readonly<Record<string, Role>> },
): Unfit | null {
  if (!Array.isArray(value)) return unfit('not-messages', 'the messages are not a list');
  const messages: Message[] = [];
  for (const [index, element] of (value as readonly Json[]).entries()) {
    const name = isJsonObject(element) ? element[keys.role] : undefined;
    const content = isJsonObject(element) ? element[keys.content] : undefined;
    const role = typeof name === 'string' && Object.hasOwn(keys.names, name) ? keys.names[name] : undefined;
    if (role === undefined) return unfit('unknown-role', `message ${index + 1} has no role of this format`);
    if (typeof content !== 'string') return unfit('not-text', `the content of message ${index + 1} is not a text`);
    messages.push({ role, content });
  }
  return checkConversation(messages);
}
