import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';

/** Whether a path leads out of a folder, symbolic links followed as far as it exists. */
export async function isOutside(path: string, root: string): Promise<boolean> {
  const way = relative(await resolveLinks(root), await resolveLinks(path));
  return /^\.\.(?:[\\/]|$)/u.test(way) || isAbsolute(way);
}

async function resolveLinks(path: string): Promise<string> {
  const real = await realpath(path).catch(() => undefined);
  if (real !== undefined) return real;
  const parent = dirname(path);
  return parent === path ? path : join(await resolveLinks(parent), basename(path));
}
