import { isJsonObject } from '../../record/json.ts';
import type { Json, JsonObject } from '../../record/json.ts';
import type { ChatRequest } from '../endpoint.ts';
import type { EndpointProfile } from '../profile.ts';

/**
 * The body of a chat-completion request: what is set, nothing else, then `extra` as it is. A streamed answer is asked to
 * tell its usage too.
 */
export function chatBody(request: ChatRequest, maxTokensField: EndpointProfile['max_tokens_field']): JsonObject {
  const { model, messages, generation } = request;
  const body: Record<string, Json> = {
    model,
    messages: messages.map(({ role, content }) => ({ role, content })),
  };
  if (generation.max_tokens !== undefined) body[maxTokensField] = generation.max_tokens;
  if (generation.temperature !== undefined) body['temperature'] = generation.temperature;
  if (generation.top_p !== undefined) body['top_p'] = generation.top_p;
  if (generation.n !== undefined) body['n'] = generation.n;
  if (generation.seed !== undefined) body['seed'] = generation.seed;
  if (generation.stop !== undefined) body['stop'] = generation.stop;
  if (generation.stream !== undefined) body['stream'] = generation.stream;
  if (generation.extra !== undefined) Object.assign(body, generation.extra);
  if (body['stream'] === true) body['stream_options'] = withUsage(body['stream_options']);
  return body;
}

function withUsage(options: Json | undefined): JsonObject {
  return { include_usage: true, ...(isJsonObject(options) ? options : {}) };
}
