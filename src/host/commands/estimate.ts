import * as vscode from 'vscode';
import { COMMANDS } from '../ids.ts';
import type { EstimateView } from '../runs/estimateView.ts';
import type { FileCatalog } from '../workspace/fileCatalog.ts';

export interface EstimateDeps {
  readonly pipelines: FileCatalog;
  readonly estimates: EstimateView;
}

/** Shows what a pipeline would take, step by step; nothing is sent. */
export function registerEstimate({ pipelines, estimates }: EstimateDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.estimate, async (argument?: unknown) => {
    const { targetPipeline } = await import('./target.ts');
    const file = await targetPipeline(argument, pipelines);
    if (file !== undefined) await estimates.show(file);
  });
}
