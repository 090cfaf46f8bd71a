import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { nameFor } from '../../core/pipeline/templateReferences.ts';
import { useTemplate } from '../../core/pipeline/useTemplate.ts';
import { findWorkspaceRoot } from '../../core/pipeline/workspaceRoot.ts';
import { readTemplate } from '../../core/prompts/parseTemplate.ts';
import { PROMPT_ENDING } from '../ids.ts';
import { workspaceTemplatesFolder, type TemplateEntry } from './templateFiles.ts';
import type { TemplateDeps } from './templateService.ts';

/** A step that can ask with a template, to choose from. */
export interface StepChoice extends vscode.QuickPickItem {
  /** The pipeline's file. */
  readonly file: string;
  readonly step: string;
}

/** Steps that ask with other templates, those first that fill in just the placeholders that this one has. */
export async function stepsFor(entry: TemplateEntry, deps: TemplateDeps): Promise<readonly StepChoice[]> {
  const uses = await deps.uses();
  const text = await deps.templates.textOf(entry);
  const { template } = readTemplate(text, { id: entry.id, source: entry.path });
  const wanted = new Set(template?.placeholders);
  const choices: (StepChoice & { readonly misfits: number })[] = [];
  for (const [key, found] of await uses.all()) {
    if (key === entry.key) continue;
    for (const { file, step, pipeline, supplies, isOpen, expected, template: present } of found) {
      const lacking = isOpen ? [] : [...wanted].filter((name) => !supplies.includes(name));
      const unused = expected.filter((name) => !wanted.has(name));
      const detail = lacking.length === 0 ? {} : { detail: l10n.t('does not fill in {0}', lacking.join(', ')) };
      const description = l10n.t('{0}, instead of {1}', pipeline, present.id);
      choices.push({ label: step, description, ...detail, file, step, misfits: 2 * lacking.length + unused.length });
    }
  }
  return choices.toSorted((a, b) => a.misfits - b.misfits || a.file.localeCompare(b.file));
}

/**
 * Writes the template's name where the step names its own; the pipeline is shown, not saved, and the change can be undone.
 *
 * @throws Error when the pipeline's text cannot take it
 */
export async function useInPipeline(
  entry: TemplateEntry,
  { file, step }: Pick<StepChoice, 'file' | 'step'>,
  deps: TemplateDeps,
): Promise<void> {
  const builtIns = await (await deps.uses()).builtIns();
  const folder = dirname(file);
  const libraries = [workspaceTemplatesFolder(await findWorkspaceRoot(file)), deps.userFolder];
  const isBuiltIn = (id: string): boolean => builtIns.has(id);
  const own = basename(entry.path, PROMPT_ENDING);
  const name = entry.home === 'builtin' ? entry.id : nameFor(entry.path, own, { folder, libraries, isBuiltIn });
  const opened = await vscode.workspace.openTextDocument(file);
  // Where it is in sight already it is not opened once more, over what stands beside it.
  const viewColumn = vscode.window.visibleTextEditors.find((shown) => shown.document === opened)?.viewColumn;
  const editor = await vscode.window.showTextDocument(opened, viewColumn);
  const { document } = editor;
  const edit = useTemplate(document.getText(), step, name);
  if (edit === undefined) {
    throw new Error(
      l10n.t('{0} has no place for the template of the step {1}; mend the pipeline first.', basename(file), step),
    );
  }
  const range = new vscode.Range(document.positionAt(edit.start), document.positionAt(edit.end));
  await editor.edit((builder) => {
    builder.replace(range, edit.text);
  });
  const changed = new vscode.Range(range.start, document.positionAt(edit.start + edit.text.length));
  editor.selection = new vscode.Selection(changed.start, changed.end);
  editor.revealRange(changed, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
