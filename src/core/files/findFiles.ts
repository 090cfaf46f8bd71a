import { stat } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';

/** A file that was found. */
export interface FoundFile {
  /** Absolute. */
  readonly path: string;
  /** Relative to the folder it was looked for from, with `/`. */
  readonly shown: string;
}

/** What a list of paths and globs came to. */
export interface FoundFiles {
  /** Each file once; in the order of the patterns, the matches of one sorted by path, bytewise. */
  readonly files: readonly FoundFile[];
  /** Patterns that gave nothing, by their index in the list, with the reason. */
  readonly problems: readonly { readonly index: number; readonly code: string; readonly message: string }[];
}

/** Folders that a glob does not look into unless it names them. */
const SKIPPED_FOLDERS = ['node_modules', '.git', '.openline'];

/**
 * Finds files by paths and globs (`**`, `*`, `?`, `[…]`, `{a,b}`); a pattern that starts with `!` leaves files out.
 * Hidden files and folders, and those of tools, are found only when a pattern names them.
 *
 * @param folder absolute; the patterns are relative to it
 */
export async function findFiles(folder: string, patterns: readonly string[]): Promise<FoundFiles> {
  const excluded = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  const files = new Map<string, FoundFile>();
  const problems: { index: number; code: string; message: string }[] = [];
  for (const [index, pattern] of patterns.entries()) {
    if (pattern.startsWith('!')) continue;
    const found = isDynamicPattern(pattern)
      ? await matchGlob(folder, pattern, excluded)
      : await findOne(folder, pattern);
    if (typeof found === 'object' && 'code' in found) problems.push({ index, ...found });
    else for (const file of found) files.set(file.path, files.get(file.path) ?? file);
  }
  return { files: [...files.values()], problems };
}

interface Problem {
  readonly code: string;
  readonly message: string;
}

async function matchGlob(folder: string, pattern: string, excluded: readonly string[]): Promise<FoundFile[] | Problem> {
  const named = pattern.split('/');
  const skipped = SKIPPED_FOLDERS.filter((name) => !named.includes(name)).map((name) => `**/${name}/**`);
  const matches = await glob(pattern, {
    cwd: folder,
    absolute: true,
    ignore: [...skipped, ...excluded],
    expandDirectories: false,
  });
  if (matches.length === 0) return { code: 'no-match', message: `no file matches ${pattern}` };
  return matches
    .map((match) => toFound(folder, resolve(match)))
    .sort((a, b) => Buffer.compare(Buffer.from(a.shown), Buffer.from(b.shown)));
}

async function findOne(folder: string, path: string): Promise<FoundFile[] | Problem> {
  const absolute = resolve(folder, path);
  const found = await stat(absolute).catch(() => undefined);
  if (found === undefined) return { code: 'missing-file', message: `there is no file ${path}` };
  if (found.isDirectory()) {
    const example = `${path.replace(/[\\/]+$/u, '')}/**/*`;
    return { code: 'is-folder', message: `${path} is a folder; for all files in it write ${example}` };
  }
  return [toFound(folder, absolute)];
}

function toFound(folder: string, path: string): FoundFile {
  return { path, shown: relative(folder, path).split(sep).join('/') };
}
