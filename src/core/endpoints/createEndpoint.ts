import type { Endpoint } from './endpoint.ts';
import type { FetchFunction } from './httpFetch.ts';
import { createOpenAiEndpoint } from './openai/openAiEndpoint.ts';
import type { NamedProfile } from './profile.ts';
import { createSampleEndpoint } from './sample/sampleEndpoint.ts';

/** What endpoints need from outside. */
export interface EndpointDeps {
  /** How services are reached: `createHttpFetch().fetch`, or another that keeps to the platform's contract. */
  readonly fetch: FetchFunction;
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
    case 'sample':
      return createSampleEndpoint(named);
  }
}
