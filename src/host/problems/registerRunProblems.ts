import * as vscode from 'vscode';
import { lazily } from '../lazily.ts';
import type { RunManager } from '../runs/runManager.ts';
import type { DismissedProblem } from './runProblems.ts';

export interface RunProblemsOptions {
  readonly runs: RunManager;
  /** Where it is remembered what the person does not want to see. */
  readonly memory: vscode.Memento;
  readonly log: vscode.LogOutputChannel;
}

/** What the last runs turned down, among the problems of their pipelines. */
export interface RunProblemsService extends vscode.Disposable {
  dismiss(problem: DismissedProblem): Promise<void>;
}

export function registerRunProblems(options: RunProblemsOptions): RunProblemsService {
  const late: vscode.Disposable[] = [];
  const problems = lazily(async () => {
    const { RunProblems } = await import('./runProblems.ts');
    const made = new RunProblems(options);
    late.push(made);
    return made;
  });
  const look = (): void => {
    problems()
      .then((made) => made.update())
      .catch((error: unknown) => {
        options.log.error(error instanceof Error ? error : String(error));
      });
  };
  const subscriptions = vscode.Disposable.from(
    options.runs.onDidChange(look),
    vscode.workspace.onDidGrantWorkspaceTrust(look),
  );
  look();
  return {
    dismiss: async (problem) => (await problems()).dismiss(problem),
    dispose: () => {
      vscode.Disposable.from(subscriptions, ...late).dispose();
    },
  };
}
