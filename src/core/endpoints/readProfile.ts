import { checkValue } from '../files/checkValue.ts';
import { endpointProfileSchema, type NamedProfile } from './profile.ts';
import { resolveProfilePaths } from './profilePaths.ts';
import { profileProblems } from './profileProblems.ts';

/** A profile, or what is wrong with it, in words that name the field. */
export type ProfileReading = { readonly named: NamedProfile } | { readonly problem: string };

/**
 * Reads a profile that stands in no file of its own: in a setting, or in a call.
 *
 * @param folders what paths in it may be relative to
 */
export function readProfile(name: string, value: unknown, folders: readonly string[]): ProfileReading {
  const checked = checkValue(value, endpointProfileSchema, () => undefined);
  if (!('value' in checked)) return { problem: checked.diagnostics.map(({ message }) => message).join('; ') };
  const problems = profileProblems(name, checked.value);
  if (problems.length > 0) return { problem: problems.map(({ message }) => message).join('; ') };
  return { named: resolveProfilePaths({ name, profile: checked.value }, folders) };
}
