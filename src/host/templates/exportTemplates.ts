import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { InvalidInputError } from '../../core/errors.ts';
import { writePythonTemplates } from '../../core/prompts/exportTemplates.ts';
import { parseTemplate } from '../../core/prompts/parseTemplate.ts';
import { writePlainTexts } from '../../core/prompts/plainTexts.ts';
import type { Template } from '../../core/prompts/template.ts';
import type { TemplateDeps } from './templateService.ts';

/** The templates of the workspace; undefined when there are none or one of them is wrong, which has been told. */
export async function ownTemplates({ templates: files }: TemplateDeps): Promise<readonly Template[] | undefined> {
  const entries = await files.ofWorkspace();
  if (entries.length === 0) {
    void vscode.window.showInformationMessage(l10n.t('There is no template in this workspace to export.'));
    return undefined;
  }
  const templates: Template[] = [];
  for (const entry of entries) {
    try {
      templates.push(parseTemplate(await files.textOf(entry), { id: entry.id, source: entry.path }));
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      const open = l10n.t('Open File');
      const text = l10n.t('Nothing was exported: {0} has mistakes.', entry.id);
      void vscode.window.showErrorMessage(text, open).then((choice) => {
        if (choice === open) return vscode.commands.executeCommand('vscode.open', entry.uri);
        return undefined;
      });
      return undefined;
    }
  }
  return templates;
}

/** The dialog has asked about a file that is there. */
export async function exportAsPython(templates: readonly Template[], path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, writePythonTemplates(templates));
  tellDone(templates.length, path);
}

export async function exportAsTexts(templates: readonly Template[], folder: string): Promise<void> {
  const written = await writePlainTexts(templates, folder);
  const kept = written.filter(({ outcome }) => outcome === 'kept');
  if (kept.length > 0) {
    const yes = l10n.t('Replace');
    const detail = kept.map(({ path }) => basename(path)).join('\n');
    const question = l10n.t('Replace texts that are there with others?');
    if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) !== yes) return;
    await writePlainTexts(templates, folder, { force: true });
  }
  tellDone(templates.length, folder);
}

function tellDone(count: number, path: string): void {
  const where = vscode.workspace.asRelativePath(path);
  const text =
    count === 1
      ? l10n.t('1 template was exported to {0}.', where)
      : l10n.t('{0} templates were exported to {1}.', count, where);
  void vscode.window.showInformationMessage(text);
}
