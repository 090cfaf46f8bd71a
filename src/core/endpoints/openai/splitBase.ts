import { EndpointError } from '../../errors.ts';

/**
 * Address without its trailing slash, and the query of the profile and of the address itself.
 *
 * @throws EndpointError when there is no address
 */
export function splitBase(
  name: string,
  baseUrl: string | undefined,
  query: Readonly<Record<string, string>>,
): { base: string; query: string } {
  if (baseUrl === undefined || !URL.canParse(baseUrl)) {
    throw new EndpointError(name, 'not-found', `Endpoint ${name} has no base URL.`, { stopsEndpoint: true });
  }
  const url = new URL(baseUrl);
  for (const [field, value] of Object.entries(query)) url.searchParams.set(field, value);
  return { base: url.origin + url.pathname.replace(/\/+$/u, ''), query: url.search };
}
