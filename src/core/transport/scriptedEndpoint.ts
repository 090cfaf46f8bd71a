import type { Answer, ChatOptions, ChatRequest, Endpoint } from '../endpoints/endpoint.ts';
import { EndpointError } from '../errors.ts';
import type { EndpointFailure } from '../errors.ts';

/** One request that an endpoint for tests was asked, to be answered when the test likes. */
export interface AskedRequest {
  readonly request: ChatRequest;
  readonly options: ChatOptions;
  answer(text?: string, usage?: { prompt: number; completion: number }): void;
  fail(failure: EndpointFailure, details?: { retryAfterSeconds?: number; stopsEndpoint?: boolean }): void;
}

/** An endpoint for tests that does nothing by itself. */
export interface ScriptedEndpoint extends Endpoint {
  /** Everything it was asked, in order. */
  readonly asked: readonly AskedRequest[];
  /** What the list of models does; tests change it to bring the service back. */
  listModels: () => Promise<readonly string[]>;
}

/**
 * @param script called with each request as it comes, with its number from 0; without one the test answers itself
 */
export function createScriptedEndpoint(script?: (asked: AskedRequest, index: number) => void): ScriptedEndpoint {
  const asked: AskedRequest[] = [];
  const endpoint: ScriptedEndpoint = {
    name: 'scripted',
    identity: 'scripted',
    asked,
    listModels: () => Promise.resolve(['m']),
    body: (request) => ({ model: request.model }),
    chat: (request, options = {}) =>
      new Promise<Answer>((resolve, reject) => {
        const one: AskedRequest = {
          request,
          options,
          answer: (text = 'yes', usage = { prompt: 10, completion: 5 }) => {
            resolve({ choices: [{ text, finishReason: 'stop' }], model: request.model, usage });
          },
          fail: (failure, details) => {
            reject(new EndpointError('scripted', failure, `it failed: ${failure}`, details));
          },
        };
        asked.push(one);
        script?.(one, asked.length - 1);
      }),
    models: () => endpoint.listModels(),
    embed: (_model, texts) => Promise.resolve(texts.map(() => [1, 0])),
    close: () => Promise.resolve(),
  };
  return endpoint;
}

/** A request whose only message is the text. */
export function ask(text = 'hi', maxTokens = 100): ChatRequest {
  return { model: 'm', messages: [{ role: 'user', content: text }], generation: { max_tokens: maxTokens } };
}
