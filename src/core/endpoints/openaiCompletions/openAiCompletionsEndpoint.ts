import { EndpointError } from '../../errors.ts';
import type { Json, JsonObject } from '../../record/json.ts';
import type { ChatRequest, Endpoint } from '../endpoint.ts';
import { createFormatter } from '../formatters/createFormatter.ts';
import { stopWordsOf } from '../formatters/stopWords.ts';
import { parametersOf } from '../openai/chatBody.ts';
import { createOpenAiService, type OpenAiDeps } from '../openai/openAiService.ts';
import type { NamedProfile } from '../profile.ts';

/**
 * A service that completes raw text, as OpenAI's older protocol has it: for base models, and for chat models whose layout
 * the user wants to decide. The conversation becomes one text by the profile's formatter.
 *
 * @throws EndpointError when the profile has no formatter, or its tokenizer cannot be used
 */
export function createOpenAiCompletionsEndpoint(named: NamedProfile, deps: OpenAiDeps): Endpoint {
  const { name, profile } = named;
  const service = createOpenAiService(named, deps);
  const formatter = createFormatter(named);

  function bodyFor(request: ChatRequest): JsonObject {
    const { model, messages, generation } = request;
    const stop = stopWordsOf(generation, formatter.stop);
    const body: Record<string, Json> = { model, prompt: formatter.format(messages) };
    return { ...body, ...parametersOf(generation, 'max_tokens'), ...(stop.length === 0 ? {} : { stop }) };
  }

  return {
    name,
    identity: profile.identity ?? `openai-completions ${service.address}`,
    ...service.batch('/v1/completions', 'completion'),
    body(request) {
      try {
        return service.fit(bodyFor(request), request.model).body;
      } catch (error) {
        // What does not fit is never sent; asking says why, and this is what it is about.
        if (!(error instanceof EndpointError)) throw error;
        return { model: request.model, messages: request.messages.map((message) => ({ ...message })) };
      }
    },
    async chat(request, options = {}) {
      return service.ask({ path: '/completions', body: bodyFor(request), form: 'completion' }, request, options);
    },
    models: (signal) => service.models(signal),
    embed: (model, texts, options) => service.embed(model, texts, options),
    close: () => Promise.resolve(),
  };
}
