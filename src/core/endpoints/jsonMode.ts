import type { EndpointProfile } from './profile.ts';
import { ENDPOINT_PRESETS } from './presets.ts';

/**
 * How a service is told that an answer is to be JSON: `response_format` with the schema, `response_format` without it, or
 * in words alone.
 */
export type JsonMode = NonNullable<EndpointProfile['json_mode']>;

/** What the profile says, else what is known of the service, else the kind's own: `schema` for the chats of OpenAI's protocol. */
export function jsonModeOf({ json_mode: own, kind, base_url: url }: EndpointProfile): JsonMode {
  if (own !== undefined) return own;
  return CHATS.has(kind) ? (presetMode(url) ?? 'schema') : 'none';
}

/** Kinds that take the parameters of OpenAI's chats. A pool or a completion service may not: it is asked in words. */
const CHATS: ReadonlySet<string> = new Set(['openai', 'sample']);

function presetMode(url: string | undefined): JsonMode | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { origin } = new URL(url);
  return ENDPOINT_PRESETS.find(
    ({ baseUrl, isLocal }) => !isLocal && URL.canParse(baseUrl) && new URL(baseUrl).origin === origin,
  )?.jsonMode;
}
