/** What a command about a template is about, and questions about names and places. */
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { TemplateItem } from '../trees/promptsTree.ts';
import type { TemplateDeps } from './templateService.ts';
import {
  isTemplate,
  keyOf,
  shownFolder,
  workspaceTemplatesFolder,
  type TemplateEntry,
  type TemplateFiles,
  type TemplateHome,
} from './templateFiles.ts';
import { choose } from '../input/ask.ts';

/** A template: what the command was called with, else what the person looks at, else what they choose. */
export async function targetTemplate(
  argument: unknown,
  templates: TemplateFiles,
  fits: (entry: TemplateEntry) => boolean,
): Promise<TemplateEntry | undefined> {
  if (argument instanceof TemplateItem) return argument.entry;
  const active = vscode.window.activeTextEditor?.document.uri;
  const uri =
    argument instanceof vscode.Uri ? argument : active !== undefined && isTemplate(active) ? active : undefined;
  if (uri !== undefined) {
    const found = await templates.find(keyOf(uri));
    if (found !== undefined && (fits(found) || argument instanceof vscode.Uri)) return found;
  }
  const items = (await templates.list())
    .filter(fits)
    .map((entry) => ({ label: entry.id, description: placeText(entry), entry }));
  if (items.length === 0) {
    void vscode.window.showInformationMessage(
      l10n.t('There is no template of your own yet. Make one with “Openline: New Template”.'),
    );
    return undefined;
  }
  const chosen = await choose(items, {
    placeHolder: l10n.t('Which template?'),
    matchOnDescription: true,
  });
  return chosen?.entry;
}

export function isOwn({ home }: TemplateEntry): boolean {
  return home !== 'builtin';
}

/** Tells a template that may not be changed, with what to do instead. */
export function refuseBuiltIn(): void {
  void vscode.window.showInformationMessage(
    l10n.t('A built-in template cannot be changed. Duplicate it to the workspace and change the copy.'),
  );
}

/** Where a template lives, for lists. */
export function placeText({ home, path }: TemplateEntry): string {
  return { workspace: shownFolder(path), user: l10n.t('yours'), builtin: l10n.t('built-in') }[home];
}

/** Says what is wrong with a name for a new template, or undefined. */
export function nameProblem(name: string, entries: readonly TemplateEntry[]): string | undefined {
  if (!/^[a-z0-9]+(?:[-_.][a-z0-9]+)*$/u.test(name)) {
    return l10n.t('A name has lower-case letters, digits and dashes, such as my-questions.');
  }
  const same = entries.find(({ id, home }) => id === name && home !== 'workspace');
  if (same?.home === 'builtin') return l10n.t('{0} is a built-in template; give this one another name.', name);
  if (entries.some(({ id }) => id === name)) return l10n.t('There is a template {0} already.', name);
  return undefined;
}

export interface Place {
  readonly home: Exclude<TemplateHome, 'builtin'>;
  readonly folder: string;
}

/** Folders for a new template: the workspace's first, then the user's. */
export async function templatePlaces({ roots, userFolder }: TemplateDeps): Promise<readonly Place[]> {
  const open = vscode.workspace.workspaceFolders?.length ?? 0;
  const folders = open === 0 ? [] : await roots();
  return [
    ...folders.map((root): Place => ({ home: 'workspace', folder: workspaceTemplatesFolder(root) })),
    { home: 'user', folder: userFolder },
  ];
}
