import { EndpointError } from '../../errors.ts';
import type { EndpointProfile } from '../profile.ts';

/**
 * All headers of every request to an endpoint; the profile's own win over ours, the key's over everything.
 *
 * @throws EndpointError when the key holds characters that no header can
 */
export function requestHeaders(
  name: string,
  profile: EndpointProfile,
  key: string | undefined,
): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {
    accept: 'application/json',
    'accept-encoding': 'identity',
    'content-type': 'application/json',
    'user-agent': 'openline',
  };
  for (const [header, value] of Object.entries(profile.headers)) headers[header.toLowerCase()] = value;
  if (profile.auth === 'none' || key === undefined || key === '') return headers;
  if (!/^[\x21-\x7E]+$/u.test(key)) {
    throw new EndpointError(
      name,
      'key-refused',
      `Endpoint ${name}: the key holds characters that no key can, such as blanks or line breaks.`,
    );
  }
  if (profile.auth === 'bearer') headers['authorization'] = `Bearer ${key}`;
  else headers[profile.auth.header.toLowerCase()] = key;
  return headers;
}
