import { join } from 'node:path';

/**
 * The folder of what is the user's own in every workspace: approvals of keys, templates.
 *
 * @param env the environment of the process
 * @param home the user's home folder, where the environment names none
 */
export function openlineFolderOf(env: Readonly<Record<string, string | undefined>>, home: string): string {
  const base = env['XDG_CONFIG_HOME'] ?? join(env['HOME'] ?? home, '.config');
  return join(base, 'openline');
}
