import { endpointProfileSchema } from './profile.ts';
import type { NamedProfile } from './profile.ts';

/** Name of the endpoint that is built in. No other profile can have it. */
export const SAMPLE_NAME = 'sample';

/** The endpoint that is always there: it needs no network and no key. */
export const SAMPLE_PROFILE: NamedProfile = {
  name: SAMPLE_NAME,
  profile: endpointProfileSchema.parse({ kind: 'sample', model: 'sample', auth: 'none' }),
};
