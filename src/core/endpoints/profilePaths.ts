import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import type { NamedProfile } from './profile.ts';

/**
 * A profile whose paths are absolute.
 *
 * @param folders what they may be relative to: the first under which there is such a file, else the first
 */
export function resolveProfilePaths(named: NamedProfile, folders: readonly string[]): NamedProfile {
  const { formatter } = named.profile;
  if (formatter === undefined || typeof formatter === 'string' || !('tokenizer' in formatter)) return named;
  const { tokenizer } = formatter;
  const [first = tokenizer, ...others] = folders.map((folder) => resolve(folder, tokenizer));
  const path = isAbsolute(tokenizer)
    ? tokenizer
    : ([first, ...others].find((candidate) => existsSync(candidate)) ?? first);
  return { ...named, profile: { ...named.profile, formatter: { ...formatter, tokenizer: path } } };
}
