import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { COMMANDS } from '../ids.ts';
import { setInYaml } from '../language/pipelines/yamlEdit.ts';
import { yamlDataOf } from '../language/pipelines/yamlPlace.ts';
import { formatCount } from '../wording/format.ts';
import { looseningsOf } from './loosenings.ts';
import type { RejectGroup } from './rejectGroups.ts';
import { groupOf, RUN_FAILED, RUN_SOURCE, type ProblemRun } from './runDiagnostics.ts';

/** Requests that a service refused or did not answer: those are asked again in the run itself. */
const FAILURES: ReadonlySet<string> = new Set([
  ...['unreachable', 'timeout', 'key-missing', 'key-refused', 'payment', 'forbidden', 'unknown-model', 'not-found'],
  ...['rate-limited', 'server', 'rejected', 'unreadable'],
]);

/** What helps with what a run turned down: look at it, ask again, be less strict, leave it. */
export class RunProblemActions implements vscode.CodeActionProvider {
  readonly #lastRun: (file: string) => ProblemRun | undefined;

  constructor(lastRun: (file: string) => ProblemRun | undefined) {
    this.#lastRun = lastRun;
  }

  provideCodeActions(
    document: vscode.TextDocument,
    _range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const run = this.#lastRun(document.uri.fsPath);
    if (run === undefined) return [];
    const data = yamlDataOf(document.getText());
    return diagnostics.flatMap((diagnostic) => {
      if (diagnostic.source !== RUN_SOURCE) return [];
      if (diagnostic.code === RUN_FAILED) return ofFailure(run, diagnostic);
      const group = groupOf(run, diagnostic);
      return group === undefined ? [] : actionsOf(document, { run, diagnostic, group, data });
    });
  }
}

interface Problem {
  readonly run: ProblemRun;
  readonly diagnostic: vscode.Diagnostic;
  readonly group: RejectGroup;
  readonly data: unknown;
}

function ofFailure({ entry }: ProblemRun, diagnostic: vscode.Diagnostic): vscode.CodeAction[] {
  return [
    action(diagnostic, l10n.t('Resume the run'), COMMANDS.resume, entry.folder),
    action(diagnostic, l10n.t('Open Studio'), COMMANDS.openStudio, entry.folder),
    dismissal(diagnostic, { run: entry.run, step: '', reason: RUN_FAILED }),
  ];
}

function actionsOf(document: vscode.TextDocument, { run, diagnostic, group, data }: Problem): vscode.CodeAction[] {
  const { entry } = run;
  const { step, reason, count, first } = group;
  const actions: vscode.CodeAction[] = [];
  if (first !== null) {
    const target = { of: 'reject', id: first.id, step, reason };
    const title = l10n.t('Open request and answer of record {0}', first.id);
    actions.push(action(diagnostic, title, COMMANDS.openRequest, entry.folder, target));
  }
  for (const { path, value, name } of looseningsOf(data, group)) {
    const change = setInYaml(document.getText(), path, value);
    if (change === undefined) continue;
    const fix = new vscode.CodeAction(l10n.t('Loosen {0}: set {1} to {2}', step, name, shown(value)), KIND);
    fix.edit = new vscode.WorkspaceEdit();
    const range = new vscode.Range(document.positionAt(change.start), document.positionAt(change.end));
    fix.edit.replace(document.uri, range, change.text);
    fix.diagnostics = [diagnostic];
    actions.push(fix);
  }
  if (FAILURES.has(reason)) {
    actions.push(action(diagnostic, l10n.t('Ask what failed again'), COMMANDS.retryFailed, entry.folder));
  } else if (first?.wasAsked === true) {
    const title = l10n.t('Ask again for what was rejected ({0}); all else is reused', formatCount(count));
    actions.push(action(diagnostic, title, COMMANDS.askAgain, document.uri, { run: entry.run, step, reason }));
  }
  actions.push(dismissal(diagnostic, { run: entry.run, step, reason }));
  return actions;
}

const KIND = vscode.CodeActionKind.QuickFix;

function dismissal(diagnostic: vscode.Diagnostic, problem: Readonly<Record<string, string>>): vscode.CodeAction {
  return action(diagnostic, l10n.t('Leave it out: dismiss until the next run'), COMMANDS.dismissProblem, problem);
}

function action(
  diagnostic: vscode.Diagnostic,
  title: string,
  command: string,
  ...args: readonly unknown[]
): vscode.CodeAction {
  const made = new vscode.CodeAction(title, KIND);
  made.command = { command, title, arguments: [...args] };
  made.diagnostics = [diagnostic];
  return made;
}

/** The value of `{ word_count: { min: 5 } }` alone. */
function shown(value: string): string {
  return /(?<inner>[^{}:\s]+)[\s}]*$/u.exec(value)?.groups?.['inner'] ?? value;
}
