import { findProfile } from '../endpoints/pool/findProfile.ts';
import { pricesOf } from '../endpoints/prices.ts';
import type { NamedProfile } from '../endpoints/profile.ts';
import { profileOf, type RunJob } from './runJob.ts';

type Asking = Pick<RunJob, 'settings' | 'file'>;

/**
 * A profile as the run asks it: a preview asks at once whatever the profile says, and what a person carries by hand is
 * asked in files.
 *
 * @throws InvalidInputError when there is none of the name
 */
export function askedProfile(job: Asking, name: string): NamedProfile {
  return inMode(profileOf(job.settings.profiles, name), job);
}

/** What the run pays an endpoint; undefined without prices, or without a profile. */
export function askedPrices(job: Asking, name: string): ReturnType<typeof pricesOf> {
  const named = findProfile(job.settings.profiles, name);
  return named === undefined ? undefined : pricesOf(inMode(named, job).profile);
}

function inMode(named: NamedProfile, { settings, file }: Asking): NamedProfile {
  const { mode } = named.profile;
  const asked = file.mode === 'preview' ? 'interactive' : settings.carry === undefined ? mode : 'batch';
  return asked === mode ? named : { ...named, profile: { ...named.profile, mode: asked } };
}
