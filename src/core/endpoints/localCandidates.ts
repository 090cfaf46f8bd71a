import type { EndpointPreset } from './presets.ts';
import { endpointProfileSchema, type NamedProfile } from './profile.ts';

/** A place where a service may be, and what it would be. */
export interface ServiceCandidate extends NamedProfile {
  /** Programs that usually listen there, as people know them. */
  readonly title: string;
}

/** The usual places on this machine, each address once, in the order of the presets. */
export function localCandidates(presets: readonly EndpointPreset[]): readonly ServiceCandidate[] {
  const places = new Map<string, ServiceCandidate>();
  for (const { isLocal, id, kind, baseUrl, title, formatter } of presets) {
    if (!isLocal) continue;
    const place = `${kind} ${baseUrl}`;
    const known = places.get(place);
    const profile = known?.profile ?? endpointProfileSchema.parse({ kind, base_url: baseUrl, auth: 'none', formatter });
    const titles = known === undefined ? title : `${known.title}, ${title}`;
    places.set(place, { name: known?.name ?? id, profile, title: titles });
  }
  return [...places.values()];
}
