import type { Endpoint } from './endpoint.ts';
import type { FetchFunction } from './httpFetch.ts';
import { createNemoDeployEndpoint } from './nemoDeploy/nemoDeployEndpoint.ts';
import { createOpenAiEndpoint } from './openai/openAiEndpoint.ts';
import { createOpenAiCompletionsEndpoint } from './openaiCompletions/openAiCompletionsEndpoint.ts';
import { createPoolEndpoint } from './pool/poolEndpoint.ts';
import type { NamedProfile } from './profile.ts';
import { createSampleEndpoint } from './sample/sampleEndpoint.ts';
import type { LanguageModels } from './vscodeLm/languageModels.ts';
import { createVscodeLmEndpoint } from './vscodeLm/vscodeLmEndpoint.ts';
import type { WarningListener } from './warnOnce.ts';

/** What endpoints need from outside. */
export interface EndpointDeps {
  /** How services are reached: `createHttpFetch().fetch`, or another that keeps to the platform's contract. */
  readonly fetch: FetchFunction;
  /** How files travel to services and back: `createHttpFetch().transfer`; without it there are no batches. */
  readonly transfer?: FetchFunction | undefined;
  /** The editor's own models; absent outside the editor. */
  readonly languageModels?: LanguageModels | undefined;
  /** Told of what a service cannot do and a request goes without, once each, in a sentence. */
  readonly onWarning?: WarningListener | undefined;
}

/**
 * The endpoint that a profile describes.
 *
 * @throws EndpointError when the profile lacks what its kind needs (a base URL), or its key cannot be sent
 */
export function createEndpoint(named: NamedProfile, deps: EndpointDeps): Endpoint {
  switch (named.profile.kind) {
    case 'openai':
      return createOpenAiEndpoint(named, deps);
    case 'openai-completions':
      return createOpenAiCompletionsEndpoint(named, deps);
    case 'nemo-deploy':
      return createNemoDeployEndpoint(named, deps);
    case 'pool':
      return createPoolEndpoint(named, (replica) => createEndpoint(replica, deps));
    case 'sample':
      return createSampleEndpoint(named);
    case 'vscode-lm':
      return createVscodeLmEndpoint(named, deps.languageModels);
  }
}
