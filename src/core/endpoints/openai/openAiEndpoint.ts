import type { Endpoint } from '../endpoint.ts';
import type { NamedProfile } from '../profile.ts';
import { chatBody } from './chatBody.ts';
import { createOpenAiService, type OpenAiDeps } from './openAiService.ts';

/** Any service with chat completions as OpenAI's protocol has them, its embeddings and its list of models. */
export function createOpenAiEndpoint(named: NamedProfile, deps: OpenAiDeps): Endpoint {
  const { name, profile } = named;
  const service = createOpenAiService(named, deps);
  const { maxTokensField } = service.ways;
  return {
    name,
    identity: profile.identity ?? `openai ${service.address}`,
    ...service.batch('/v1/chat/completions', 'chat'),
    body: (request) => service.fit(chatBody(request, maxTokensField), request.model).body,
    chat: (request, options = {}) =>
      service.ask(
        { path: '/chat/completions', body: chatBody(request, maxTokensField), form: 'chat' },
        request,
        options,
      ),
    models: (signal) => service.models(signal),
    embed: (model, texts, options) => service.embed(model, texts, options),
    // The sockets belong to whoever made the fetch.
    close: () => Promise.resolve(),
  };
}
