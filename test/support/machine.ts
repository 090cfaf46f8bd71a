/** What the tests use of this machine: a browser, and VS Code's server with its own Node.js, kept outside the clone. */
import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

export const codeServerVersion = '4.139.1';

/** The repository's root. */
export const root = join(import.meta.dirname, '..', '..');

/** Where downloads are kept between clones. */
export function cacheFolder(): string {
  return process.env['OPENLINE_TEST_CACHE'] ?? join(homedir(), '.cache', 'openline-test');
}

export function codeServerFolder(): string {
  return join(cacheFolder(), `code-server-${codeServerVersion}`);
}

export function codeServerEntry(): string {
  return join(codeServerFolder(), 'node_modules', 'code-server', 'out', 'node', 'entry.js');
}

/** The npm package that holds Node.js itself, with the headers that native parts are built with. */
export function nodePackage(): string {
  const prefix = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  return `${prefix}-${process.platform}-${process.arch}`;
}

export function codeServerNodeFolder(): string {
  return join(cacheFolder(), 'node24');
}

export function codeServerNode(): string {
  return join(codeServerNodeFolder(), 'node_modules', nodePackage(), 'bin', 'node');
}

/** A Chromium to drive: `OPENLINE_CHROMIUM`, else the first on PATH or in the usual places. */
export function findChromium(): string | undefined {
  const named = process.env['OPENLINE_CHROMIUM'];
  if (named !== undefined) return isExecutable(named) ? named : undefined;
  const usual = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];
  return (
    findOnPath('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable') ?? usual.find(isExecutable)
  );
}

/** The first of the programs that PATH leads to. */
export function findOnPath(...names: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
