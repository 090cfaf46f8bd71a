import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { InvalidInputError } from '../../core/errors.ts';
import { COMMANDS } from '../ids.ts';
import type { RunCommandDeps } from './run.ts';
import { choose } from '../input/ask.ts';

export interface RunStepDeps extends RunCommandDeps {
  /** The steps of a pipeline as it stands in the editor, in order. @throws InvalidInputError */
  readonly steps: (file: string, text: string) => Promise<readonly { readonly id: string; readonly kind: string }[]>;
}

/** Runs a pipeline as far as a step, whose records go to a file of their own; what it asks is reused by later runs. */
export function registerRunStep({ pipelines, sessions, steps }: RunStepDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.runStep, async (argument?: unknown, step?: unknown) => {
    const { targetPipeline } = await import('./target.ts');
    const file = await targetPipeline(argument, pipelines);
    if (file === undefined) return;
    const until = typeof step === 'string' ? step : await chooseStep(file, steps);
    if (until !== undefined) await sessions.run(file, 'run', until === null ? {} : { until });
  });
}

/** @returns undefined when the person chose none; null when there is nothing to choose: running tells what is wrong */
async function chooseStep(file: vscode.Uri, steps: RunStepDeps['steps']): Promise<string | null | undefined> {
  const document = await vscode.workspace.openTextDocument(file);
  const found = await steps(file.fsPath, document.getText()).catch((error: unknown) => {
    if (error instanceof InvalidInputError) return null;
    throw error;
  });
  if (found === null) return null;
  const items = found.map(({ id, kind }) => ({ label: id, description: kind }));
  const placeHolder = l10n.t('Run as far as which step?');
  return (await choose(items, { placeHolder, matchOnDescription: true }))?.label;
}
