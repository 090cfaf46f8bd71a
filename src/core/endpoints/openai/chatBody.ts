import { isJsonObject } from '../../record/json.ts';
import type { Json, JsonObject } from '../../record/json.ts';
import type { ChatRequest, GenerationParameters } from '../endpoint.ts';
import type { ServiceWays } from '../serviceWays.ts';

type MaxTokensField = ServiceWays['maxTokensField'];

/** The body of a chat-completion request. */
export function chatBody(request: ChatRequest, maxTokensField: MaxTokensField): JsonObject {
  const { model, messages, generation } = request;
  return {
    model,
    messages: messages.map(({ role, content }) => ({ role, content })),
    ...parametersOf(generation, maxTokensField),
  };
}

/**
 * The parameters of a request: what is set, nothing else, then `extra` as it is. A streamed answer is asked to tell its
 * usage too.
 */
export function parametersOf(generation: GenerationParameters, maxTokensField: MaxTokensField): JsonObject {
  const body: Record<string, Json> = {};
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
