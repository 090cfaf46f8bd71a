import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { findTemplateReferences, nameFor, refersTo, writeReference } from '../../core/pipeline/templateReferences.ts';
import { findWorkspaceRoot } from '../../core/pipeline/workspaceRoot.ts';
import { PROMPT_ENDING } from '../ids.ts';
import type { TemplateDeps } from './templateService.ts';
import { workspaceTemplatesFolder, type TemplateEntry } from './templateFiles.ts';

/** Where names of templates are found. */
export interface RenamePlaces extends Pick<TemplateDeps, 'pipelines' | 'userFolder'> {
  readonly isBuiltIn: (id: string) => boolean;
}

/** What changes when a template gets another name: its file, and every name of it in the pipelines. */
export async function templateRename(
  entry: TemplateEntry,
  name: string,
  { pipelines, userFolder, isBuiltIn }: RenamePlaces,
): Promise<{ readonly edit: vscode.WorkspaceEdit; readonly changed: readonly vscode.TextDocument[] }> {
  const target = join(dirname(entry.path), `${name}${PROMPT_ENDING}`);
  const edit = new vscode.WorkspaceEdit();
  const changed: vscode.TextDocument[] = [];
  for (const uri of await pipelines.look()) {
    if (uri.scheme !== 'file') continue;
    const document = await vscode.workspace.openTextDocument(uri);
    const root = await findWorkspaceRoot(uri.fsPath);
    const places = {
      folder: dirname(uri.fsPath),
      libraries: [workspaceTemplatesFolder(root), userFolder],
      isBuiltIn,
    };
    const references = findTemplateReferences(document.getText()).filter((reference) =>
      refersTo(reference.name, entry.path, places),
    );
    if (references.length === 0) continue;
    changed.push(document);
    for (const { start, end, name: before } of references) {
      const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
      edit.replace(uri, range, writeReference(nameFor(target, before, places), document.getText(range)));
    }
  }
  edit.renameFile(entry.uri, vscode.Uri.file(target), { overwrite: false });
  return { edit, changed };
}

/**
 * Renames a template's file and every name of it in the pipelines, as one change that can be undone.
 *
 * @returns how many pipelines were changed
 * @throws Error when the editor refuses the change; then nothing was changed
 */
export async function renameTemplate(entry: TemplateEntry, name: string, deps: TemplateDeps): Promise<number> {
  const builtIns = await (await deps.uses()).builtIns();
  const places = { ...deps, isBuiltIn: (id: string) => builtIns.has(id) };
  const { edit, changed } = await templateRename(entry, name, places);
  if (!(await vscode.workspace.applyEdit(edit))) {
    throw new Error(l10n.t('{0} could not be renamed to {1}: the editor refused the change.', entry.id, name));
  }
  for (const document of changed) await document.save();
  deps.templates.tellChanged();
  return changed.length;
}
