import type { Endpoint } from './endpoint.ts';
import type { FetchFunction } from './httpFetch.ts';
import { createOpenAiEndpoint } from './openai/openAiEndpoint.ts';
import type { NamedProfile } from './profile.ts';
