import { EndpointError } from '../../errors.ts';
import type { EndpointFailure } from '../../errors.ts';
import type { Json, JsonObject } from '../../record/json.ts';
import type { Answer, ChatOptions, ChatRequest, Endpoint } from '../endpoint.ts';
import type { NamedProfile } from '../profile.ts';
import { LanguageModelRefusal } from './languageModels.ts';
import type { LanguageModelAnswer, LanguageModelFailure, LanguageModels } from './languageModels.ts';

/**
 * The models that VS Code itself offers. There is no address and no key: the editor asks the user for consent and the
 * model for the answer. Several choices are several questions, since the editor's models give one answer each.
 *
 * @param given the editor's models; absent outside the editor
 * @throws EndpointError outside the editor
 */
export function createVscodeLmEndpoint({ name, profile }: NamedProfile, given: LanguageModels | undefined): Endpoint {
  if (given === undefined) throw new EndpointError(name, 'not-found', onlyInside(name), { stopsEndpoint: true });
  const models = given;

  async function asking<Result>(signal: AbortSignal | undefined, work: Promise<Result>): Promise<Result> {
    try {
      return await work;
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof LanguageModelRefusal) throw refused(name, error);
      throw error;
    }
  }

  function ask({ model, messages, generation }: ChatRequest, options: ChatOptions): Promise<LanguageModelAnswer> {
    const { n: _n, stream: _stream, ...rest } = generation;
    const { signal, onChunk } = options;
    const timeLimit = AbortSignal.timeout(profile.timeout_s * 1000);
    const either = signal === undefined ? timeLimit : AbortSignal.any([signal, timeLimit]);
    const question = { model, messages, options: rest };
    return asking(signal, models.ask(question, either, onChunk)).catch((error: unknown) => {
      if (!timeLimit.aborted || signal?.aborted === true) throw error;
      throw new EndpointError(name, 'timeout', `Endpoint ${name}: no answer within ${profile.timeout_s} s.`);
    });
  }

  return {
    name,
    identity: profile.identity ?? 'vscode-lm',
    body: requestBody,
    async chat(request: ChatRequest, options: ChatOptions = {}): Promise<Answer> {
      const wanted = Math.max(1, request.generation.n ?? 1);
      const answers = await Promise.all(Array.from({ length: wanted }, () => ask(request, options)));
      const [first] = answers;
      if (first === undefined || answers.some(({ text }) => text === '')) {
        throw new EndpointError(name, 'unreadable', `Endpoint ${name}: the model ${request.model} answered nothing.`);
      }
      return {
        choices: answers.map(({ text }) => ({ text, finishReason: null })),
        model: first.model,
        usage: sumOf(answers),
      };
    },
    models: (signal) => asking(signal, models.list(signal)),
    embed: () =>
      Promise.reject(
        new EndpointError(name, 'rejected', `Endpoint ${name}: VS Code's models do not embed texts; ask another one.`),
      ),
    close: () => Promise.resolve(),
  };
}

/** Why a run with such an endpoint cannot be carried out by the command, and what to do. */
export function onlyInside(name: string): string {
  return `Endpoint ${name} asks the models of VS Code (kind vscode-lm), which are there only inside VS Code: run the pipeline there, or name another endpoint (--endpoint, --base-url).`;
}

function requestBody({ model, messages, generation }: ChatRequest): JsonObject {
  const { extra, ...parameters } = generation;
  const body: Record<string, Json> = { model, messages: messages.map(({ role, content }) => ({ role, content })) };
  for (const [field, value] of Object.entries({ ...parameters, ...extra })) body[field] = value;
  return body;
}

function sumOf(answers: readonly LanguageModelAnswer[]): Answer['usage'] {
  const sum = { prompt: 0, completion: 0 };
  for (const { usage } of answers) {
    if (usage === null) return null;
    sum.prompt += usage.prompt;
    sum.completion += usage.completion;
  }
  return sum;
}

function refused(name: string, { failure, message }: LanguageModelRefusal): EndpointError {
  const { kind, words } = MEANINGS[failure];
  // Consent and a block do not come back by asking again; somebody has to do something.
  const stopsEndpoint = failure !== 'failed';
  return new EndpointError(name, kind, `Endpoint ${name}: ${words} (${message}).`, { stopsEndpoint });
}

const MEANINGS: Readonly<Record<LanguageModelFailure, { readonly kind: EndpointFailure; readonly words: string }>> = {
  'not-found': { kind: 'unknown-model', words: 'VS Code does not offer this model' },
  'no-permissions': { kind: 'forbidden', words: 'VS Code was not allowed to ask this model for Openline' },
  blocked: { kind: 'payment', words: 'the model is blocked for now, perhaps a quota is used up' },
  failed: { kind: 'server', words: 'the model failed' },
};
