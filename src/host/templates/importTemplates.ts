import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { readImport, type TemplateImport } from '../../core/prompts/importTemplates.ts';
import { readPlainTexts } from '../../core/prompts/plainTexts.ts';
import { writeImport, type WrittenTemplate } from '../../core/prompts/writeImport.ts';
import { templatePlaces } from './chooseTemplate.ts';
import type { TemplateDeps } from './templateService.ts';

/** Bytes of a file beyond which it cannot be one of prompts. */
const LARGEST_FILE = 32 * 1024 * 1024;

/**
 * Imports the templates of a Python file (nothing of it is run) or of a folder of plain texts, and says what became of
 * them; the details are in the log.
 */
export async function importTemplates(path: string, deps: TemplateDeps): Promise<readonly WrittenTemplate[]> {
  const { log } = deps;
  const name = basename(path);
  const found = await read(path, deps);
  if (typeof found === 'string') {
    void vscode.window.showErrorMessage(found);
    return [];
  }
  for (const { line, message } of found.mistakes) log.warn(`${name}:${line}: ${message}`);
  for (const { line, constant, reason } of found.skipped) {
    log.warn(`${name}:${line}: ${constant} was not imported: ${reason}`);
  }
  const [place] = await templatePlaces(deps);
  if (found.templates.length === 0 || place === undefined) {
    const text = l10n.t(
      '{0} holds no template: a text in a constant such as MY_PROMPT_TEMPLATE, or a file NAME.txt.',
      name,
    );
    tell('warning', text, deps);
    return [];
  }
  let written = await writeImport(found.templates, place.folder);
  const kept = written.filter(({ outcome }) => outcome === 'kept');
  if (kept.length > 0 && (await mayReplace(kept)))
    written = await writeImport(found.templates, place.folder, { force: true });
  deps.templates.tellChanged();
  report(written, found, name, deps);
  return written;
}

async function read(path: string, { uses }: TemplateDeps): Promise<TemplateImport | string> {
  const builtIns = await (await uses()).builtIns();
  const info = await stat(path).catch(() => undefined);
  const name = basename(path);
  if (info === undefined) return l10n.t('{0} is not there any more.', name);
  if (info.isDirectory()) return { ...(await readPlainTexts(path, builtIns)), mistakes: [] };
  if (info.size > LARGEST_FILE) return l10n.t('{0} is larger than 32 MB, which no file of prompts is.', name);
  try {
    return readImport(new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path)), builtIns);
  } catch {
    return l10n.t('{0} is not a text in UTF-8; save it in that encoding first.', name);
  }
}

async function mayReplace(kept: readonly WrittenTemplate[]): Promise<boolean> {
  const yes = l10n.t('Replace');
  const answer = await vscode.window.showWarningMessage(
    l10n.t('Replace templates that are there with another text?'),
    { modal: true, detail: kept.map(({ path }) => vscode.workspace.asRelativePath(path)).join('\n') },
    yes,
  );
  return answer === yes;
}

function report(
  written: readonly WrittenTemplate[],
  { skipped, mistakes }: TemplateImport,
  name: string,
  deps: TemplateDeps,
): void {
  const count = written.filter(({ outcome }) => outcome !== 'kept').length;
  let warnings = 0;
  for (const { constant, path, outcome, warnings: own } of written) {
    const place = vscode.workspace.asRelativePath(path);
    deps.log.info(`${name}: ${constant} → ${place}${outcome === 'written' ? '' : ` (${outcome})`}`);
    for (const warning of own) deps.log.warn(`${name}: ${constant}: ${warning}`);
    warnings += own.length;
  }
  const parts = [
    count === 1
      ? l10n.t('1 template was imported from {0}.', name)
      : l10n.t('{0} templates were imported from {1}.', count, name),
    ...(skipped.length === 0 ? [] : [l10n.t('{0} were left out.', skipped.length)]),
    ...(warnings === 0 ? [] : [l10n.t('{0} remarks are in the log.', warnings)]),
  ];
  const isWhole = skipped.length === 0 && warnings === 0 && mistakes.length === 0 && count === written.length;
  tell(isWhole ? 'info' : 'warning', parts.join(' '), deps);
}

function tell(kind: 'info' | 'warning', text: string, { log }: TemplateDeps): void {
  if (kind === 'info') {
    void vscode.window.showInformationMessage(text);
    return;
  }
  const show = l10n.t('Show Log');
  void vscode.window.showWarningMessage(text, show).then((choice) => {
    if (choice === show) log.show();
  });
}
