import type { TestContext } from 'node:test';
import { createEndpoint } from '../../../src/core/endpoints/createEndpoint.ts';
import type { ChatRequest, Endpoint, GenerationParameters } from '../../../src/core/endpoints/endpoint.ts';
import { createHttpFetch } from '../../../src/core/endpoints/httpFetch.ts';
import { endpointProfileSchema, type NamedProfile } from '../../../src/core/endpoints/profile.ts';

export interface Opened {
  readonly endpoint: Endpoint;
  readonly named: NamedProfile;
  readonly warnings: readonly string[];
}

/** The endpoint of a profile, as the command makes it; closed when the test is over. */
export function openEndpoint(t: TestContext, fields: object, key?: string): Opened {
  const http = createHttpFetch();
  t.after(() => http.close());
  const named = {
    name: 'service',
    profile: endpointProfileSchema.parse(fields),
    ...(key === undefined ? {} : { key }),
  };
  const warnings: string[] = [];
  const onWarning = (message: string): void => {
    warnings.push(message);
  };
  return { endpoint: createEndpoint(named, { fetch: http.fetch, onWarning }), named, warnings };
}

export function question(model: string, content: string, generation: GenerationParameters = {}): ChatRequest {
  return { model, messages: [{ role: 'user', content }], generation };
}
