/** How the wish for JSON is told to a service, as its profile says. */
import type { ChatMessage, ChatRequest } from '../endpoints/endpoint.ts';
import type { JsonMode } from '../endpoints/jsonMode.ts';
import type { Json } from '../record/json.ts';
import type { JsonWish } from '../steps/step.ts';
import type { Candidate } from './question.ts';

/**
 * The request with the wish, and the one without `response_format` for services that reject that. Words alone carry the
 * schema in the prompt, where it does not stand there already.
 */
export function askForJson(request: ChatRequest, wish: JsonWish, mode: JsonMode): Pick<Candidate, 'request' | 'plain'> {
  const told = wish.shown ? request : { ...request, messages: withSchema(request.messages, wish) };
  if (mode === 'none') return { request: told };
  if (mode === 'object') return { request: withFormat(told, { type: 'json_object' }), plain: told };
  const format = { type: 'json_schema', json_schema: { name: 'answer', schema: wish.schema } };
  return { request: withFormat(request, format), plain: told };
}

/** What the pipeline itself says of the format stays. */
function withFormat(request: ChatRequest, format: Json): ChatRequest {
  const { generation } = request;
  return { ...request, generation: { ...generation, extra: { response_format: format, ...generation.extra } } };
}

function withSchema(messages: readonly ChatMessage[], { schema }: JsonWish): readonly ChatMessage[] {
  const last = messages.findLastIndex(({ role }) => role === 'user');
  const words = `Form of your answer: one JSON value that conforms to the JSON Schema below, without a code fence and without any other word.\n\n<schema>\n${JSON.stringify(schema)}\n</schema>`;
  return messages.map((message, index) =>
    index === last ? { ...message, content: `${message.content}\n\n${words}` } : message,
  );
}
