import type { EndpointProfile, NamedProfile } from '../core/endpoints/profile.ts';

interface Checked {
  readonly name: string;
  readonly profile: EndpointProfile;
  readonly key?: string | undefined;
}

/** A profile with its key, a pool with its replicas: what zod leaves as possibly undefined is left out instead. */
export function withKeys(profile: Checked & { readonly replicas?: readonly Checked[] | undefined }): NamedProfile {
  const { replicas } = profile;
  return { ...withKey(profile), ...(replicas === undefined ? {} : { replicas: replicas.map(withKey) }) };
}

function withKey({ name, profile, key }: Checked): NamedProfile {
  return { name, profile, ...(key === undefined ? {} : { key }) };
}
