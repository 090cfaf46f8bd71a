import { InvalidInputError } from '../errors.ts';
import type { EndpointPreset } from './presets.ts';
import type { EndpointProfile } from './profile.ts';

/** A variable that the user lets travel to an origin. */
export interface KeyApproval {
  /** Scheme, host and port, as `URL.origin` writes it. */
  readonly origin: string;
  /** Name of the environment variable. */
  readonly variable: string;
}

export interface KeyReleaseQuestion extends KeyApproval {
  readonly presets: readonly EndpointPreset[];
  /** What the user has approved in the configuration of their own. */
  readonly approvals: readonly KeyApproval[];
  /** The variable that was named on the command line, if one was. */
  readonly given?: string | undefined;
}

/** Why a variable may be sent, or that it may not. */
export type KeyRelease = 'preset' | 'given' | 'approved' | 'refused';

/**
 * Whether the value of an environment variable may be sent to an origin that a file names. A file from a cloned
 * repository could otherwise send any variable to a host of its author's. A preset counts only where its host is fixed:
 * under a host that is the user's own (`RESOURCE`), anybody could have one.
 */
export function keyRelease(question: KeyReleaseQuestion): KeyRelease {
  const { origin, variable, presets, approvals, given } = question;
  if (given === variable) return 'given';
  const belongs = (preset: EndpointPreset): boolean =>
    preset.keyVariable === variable &&
    !preset.baseUrl.includes('RESOURCE') &&
    new URL(preset.baseUrl).origin === origin;
  if (presets.some(belongs)) return 'preset';
  const isApproved = approvals.some((approval) => approval.origin === origin && approval.variable === variable);
  return isApproved ? 'approved' : 'refused';
}

/** The origin that a profile's key is sent to; null without a base URL. */
export function originOf(profile: Pick<EndpointProfile, 'base_url'>): string | null {
  return profile.base_url !== undefined && URL.canParse(profile.base_url) ? new URL(profile.base_url).origin : null;
}

export interface KeyLookup {
  readonly name: string;
  readonly profile: EndpointProfile;
  /** Reads the environment; undefined where a variable is not set. */
  readonly environment: (variable: string) => string | undefined;
  readonly presets: readonly EndpointPreset[];
  readonly approvals: readonly KeyApproval[];
  /** The variable that was named on the command line for this profile; it takes the place of the profile's own. */
  readonly given?: string | undefined;
}

/**
 * The key of a profile, from the variable named on the command line or else by the profile; undefined when none is named
 * or it is not set.
 *
 * @throws InvalidInputError `key-not-approved`, with the command that approves it
 */
export function keyFromEnvironment(lookup: KeyLookup): string | undefined {
  const { name, profile, environment, presets, approvals, given } = lookup;
  const variable = given ?? profile.api_key_env;
  const origin = originOf(profile);
  if (variable === undefined || origin === null || profile.auth === 'none') return undefined;
  if (keyRelease({ origin, variable, presets, approvals, given }) === 'refused') {
    throw InvalidInputError.of(
      'key-not-approved',
      `The profile ${name} would send the environment variable ${variable} to ${origin}, which you have not approved. If you trust it: openline endpoints approve ${name}`,
    );
  }
  const key = environment(variable)?.trim();
  return key === '' ? undefined : key;
}
