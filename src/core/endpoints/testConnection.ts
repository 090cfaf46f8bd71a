import { EndpointError } from '../errors.ts';
import type { EndpointFailure } from '../errors.ts';
import type { Endpoint } from './endpoint.ts';
import type { EndpointKind, EndpointProfile } from './profile.ts';

/** What a test of an endpoint came to. */
export interface ConnectionTest {
  readonly ok: boolean;
  /** How long the answer of the model took, or the list of models where no model was asked. */
  readonly seconds: number;
  /** The result in plain words: one or two sentences, never with a key. */
  readonly message: string;
  /** The models the service offers; empty where it does not say. */
  readonly models: readonly string[];
  /** Why it failed; null where it did not, or where only the model is missing. */
  readonly code: EndpointFailure | null;
}

/** Enough to see that it answers, and little enough to cost nothing worth mentioning. */
const ANSWER_TOKENS = 16;
const MODELS_SHOWN = 5;

/**
 * Asks whether the service is ready (where its protocol has that), for its models, and the profile's model for a word.
 *
 * @param now milliseconds of a clock that never goes back
 * @throws the signal's reason when it is aborted
 */
export async function testConnection(
  endpoint: Endpoint,
  profile: EndpointProfile,
  signal?: AbortSignal,
  now: () => number = () => performance.now(),
): Promise<ConnectionTest> {
  const options = signal === undefined ? {} : { signal };
  const startedAt = now();
  const secondsSince = (start: number): number => (now() - start) / 1000;
  let models: readonly string[] = [];
  try {
    await endpoint.ready?.(signal);
  } catch (error) {
    return failed(error, secondsSince(startedAt), models, profile);
  }
  try {
    models = await endpoint.models(signal);
  } catch (error) {
    // A service need not have such a list; whatever else is wrong, the model's answer would fail of it as well.
    const mayGoOn = error instanceof EndpointError && LISTLESS.has(error.failure) && profile.model !== undefined;
    if (!mayGoOn) return failed(error, secondsSince(startedAt), models, profile);
  }
  const { model } = profile;
  if (model === undefined) {
    const seconds = secondsSince(startedAt);
    return {
      ok: false,
      seconds,
      message: `The service answers, but the profile names no model.${offered(models)}`,
      models,
      code: null,
    };
  }
  const askedAt = now();
  try {
    const generation = { max_tokens: ANSWER_TOKENS };
    const answer = await endpoint.chat(
      { model, messages: [{ role: 'user', content: 'Say hello.' }], generation },
      options,
    );
    const seconds = secondsSince(askedAt);
    return {
      ok: true,
      seconds,
      message: `${answer.model} answered in ${seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`}.`,
      models,
      code: null,
    };
  } catch (error) {
    return failed(error, secondsSince(askedAt), models, profile);
  }
}

/** Failures of the list of models that say nothing about chatting. */
const LISTLESS: ReadonlySet<EndpointFailure> = new Set<EndpointFailure>([
  'not-found',
  'rejected',
  'unreadable',
  'forbidden',
  'server',
]);

function failed(error: unknown, seconds: number, models: readonly string[], { kind }: EndpointProfile): ConnectionTest {
  if (!(error instanceof EndpointError)) throw error;
  const { failure } = error;
  return { ok: false, seconds, message: `${error.message}${adviceOn(failure, models, kind)}`, models, code: failure };
}

function adviceOn(failure: EndpointFailure, models: readonly string[], kind: EndpointKind): string {
  switch (failure) {
    case 'unknown-model':
      return offered(models);
    case 'key-missing':
      return ' Set a key for this endpoint.';
    case 'key-refused':
      return ' Set the right key for this endpoint.';
    case 'rejected':
    case 'not-found':
      return models.length === 0 ? '' : (UNSUITED[kind] ?? '');
    default:
      return '';
  }
}

/** What a service that is there may not have. */
const UNSUITED: Partial<Readonly<Record<EndpointKind, string>>> = {
  openai: ' The service itself is there: perhaps this is no chat model, or the server is too old for chat completions.',
  'openai-completions': ' The service itself is there: perhaps it offers no raw text completions for this model.',
};

function offered(models: readonly string[]): string {
  if (models.length === 0) return '';
  const more = models.length > MODELS_SHOWN ? `, and ${models.length - MODELS_SHOWN} more` : '';
  return ` It offers ${models.slice(0, MODELS_SHOWN).join(', ')}${more}.`;
}
