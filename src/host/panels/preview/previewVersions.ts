import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { VersionKind } from '../../../protocol/preview.ts';
import type { TemplateFiles } from '../../templates/templateFiles.ts';
import { choose } from '../../input/ask.ts';

const GIT_MS = 5000;
const LARGEST_TEXT = 4 * 1024 * 1024;

/** Which text of a template is meant. */
export interface Version {
  readonly kind: VersionKind;
  /** `other`: the key of that template. */
  readonly other: string | null;
}

/** Reads the texts that can be compared. */
export class PreviewVersions {
  readonly #files: TemplateFiles;
  readonly #path: string;
  readonly #document: () => string;

  constructor(files: TemplateFiles, path: string, document: () => string) {
    this.#files = files;
    this.#path = path;
    this.#document = document;
  }

  /** The text; or, as an Error, why there is none. */
  async textOf({ kind, other }: Version): Promise<string | Error> {
    switch (kind) {
      case 'text':
        return this.#document();
      case 'saved':
        return readFile(this.#path, 'utf8').catch(() => new Error(l10n.t('The template has not been saved yet.')));
      case 'head':
        return this.#committed();
      case 'other': {
        const entry = other === null ? undefined : await this.#files.find(other);
        if (entry === undefined) return new Error(l10n.t('The other template is not there any more.'));
        return this.#files.textOf(entry).catch(() => new Error(l10n.t('{0} cannot be read.', entry.id)));
      }
    }
  }

  async #committed(): Promise<string | Error> {
    // A repository's own configuration can make git run programs.
    if (!vscode.workspace.isTrusted) return new Error(l10n.t('Only in workspaces that you trust.'));
    try {
      const { stdout } = await promisify(execFile)(
        'git',
        ['-C', dirname(this.#path), 'show', '--no-textconv', `HEAD:./${basename(this.#path)}`],
        { timeout: GIT_MS, maxBuffer: LARGEST_TEXT, windowsHide: true },
      );
      return stdout;
    } catch {
      return new Error(l10n.t('There is no committed version of the template, or no git.'));
    }
  }
}

/** Asks for another template to compare with. @returns its key */
export async function chooseOther(files: TemplateFiles, own: string): Promise<string | undefined> {
  const items = (await files.list())
    .filter(({ key }) => key !== own)
    .map(({ id, key, home }) => ({ label: id, description: home === 'builtin' ? l10n.t('built-in') : '', key }));
  return (await choose(items, { placeHolder: l10n.t('Compare with which template?') }))?.key;
}

export function versionLabel({ kind, other }: Version): string {
  switch (kind) {
    case 'text':
      return l10n.t('Current');
    case 'saved':
      return l10n.t('Saved');
    case 'head':
      return l10n.t('Committed');
    case 'other':
      return other === null ? l10n.t('Another template…') : basename(other.replace(/^builtin:/u, ''), '.prompt.md');
  }
}
