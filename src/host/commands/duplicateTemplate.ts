import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { columnBeside } from '../columnBeside.ts';
import { COMMANDS } from '../ids.ts';
import type { TemplateDeps } from '../templates/templateService.ts';
import { enter } from '../input/ask.ts';

/** Copies a template into the workspace (into the user's folder where none is open), under a name of its own, and opens the copy. */
export function registerDuplicateTemplate(deps: TemplateDeps): vscode.Disposable {
  return vscode.commands.registerCommand(
    COMMANDS.duplicateTemplate,
    async (argument?: unknown, isSilent?: unknown): Promise<vscode.Uri | undefined> => {
      const { nameProblem, targetTemplate, templatePlaces } = await import('../templates/chooseTemplate.ts');
      const { writeTemplate } = await import('../templates/askForTemplate.ts');
      const entry = await targetTemplate(argument, deps.templates, () => true);
      if (entry === undefined) return undefined;
      const entries = await deps.templates.list();
      const [place] = await templatePlaces(deps);
      if (place === undefined) return undefined;
      const name = await enter({
        title: l10n.t('Duplicate {0}', entry.id),
        prompt: l10n.t('Name of the copy, in {0}', vscode.workspace.asRelativePath(place.folder)),
        value: freeName(entry.id, (candidate) => nameProblem(candidate, entries) === undefined),
        validateInput: (text) => nameProblem(text.trim(), entries),
      });
      if (name === undefined) return undefined;
      const text = entry.home === 'builtin' ? await readFile(entry.path, 'utf8') : await deps.templates.textOf(entry);
      const uri = await writeTemplate(deps, place.folder, name.trim(), text);
      const document = await vscode.workspace.openTextDocument(uri);
      // What it is for stays in sight.
      const viewColumn = isSilent === true ? columnBeside() : vscode.ViewColumn.Active;
      await vscode.window.showTextDocument(document, { viewColumn });
      const used = (await (await deps.uses()).of(entry.key))[0];
      // Whoever has it duplicated for a step of a pipeline says so there.
      if (used === undefined || entry.home !== 'builtin' || isSilent === true) return uri;
      const open = l10n.t('Open {0}', used.pipeline);
      const hint = l10n.t(
        '{0} uses the copy when it says so: {1}',
        used.pipeline,
        `prompts: { ${used.step}: ${name.trim()} }`,
      );
      const choice = await vscode.window.showInformationMessage(hint, open);
      if (choice === open) await vscode.window.showTextDocument(vscode.Uri.file(used.file));
      return uri;
    },
  );
}

function freeName(id: string, isFree: (name: string) => boolean): string {
  const base = `my-${id.replace(/^my-/u, '')}`;
  let name = base;
  for (let number = 2; !isFree(name); number += 1) name = `${base}-${number}`;
  return name;
}
