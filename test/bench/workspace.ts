/** Throw-away folders of the benchmark. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

const PREFIX = 'openline-bench-';

export function makeWorkspace(): string {
  return mkdtempSync(join(tmpdir(), PREFIX));
}

/** Removes what `makeWorkspace` made, and nothing else: a path may have come a long way through other processes. */
export function removeWorkspace(folder: string): void {
  if (dirname(folder) !== tmpdir() || !basename(folder).startsWith(PREFIX)) {
    throw new Error(`${folder} is not a folder of the benchmark`);
  }
  rmSync(folder, { recursive: true, force: true });
}
