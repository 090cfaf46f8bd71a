/** Loads what the editor knows of pipelines and profiles when the first such file is open. */
import * as vscode from 'vscode';
import { OPENLINE_FOLDER, PIPELINE_ENDING } from '../../ids.ts';
import { lazily } from '../../lazily.ts';
import type { RunManager } from '../../runs/runManager.ts';
import { TemplateFiles, userTemplatesFolder } from '../../templates/templateFiles.ts';
import type { FileCatalog } from '../../workspace/fileCatalog.ts';
import type { PipelineChecker } from '../pipelineChecker.ts';

export interface PipelinesOptions {
  readonly checker: () => Promise<PipelineChecker>;
  /** Folder of the built-in recipes and templates. */
  readonly library: string;
  /** Folder of the JSON Schemas. */
  readonly schemas: string;
  readonly prompts: FileCatalog;
  readonly pipelines: FileCatalog;
  readonly runs: RunManager;
  readonly log: vscode.LogOutputChannel;
}

export function registerPipelines(options: PipelinesOptions): vscode.Disposable {
  const { library, prompts, log } = options;
  const late: vscode.Disposable[] = [];
  const language = lazily(async () => {
    const { registerPipelineLanguage } = await import('./pipelineLanguage.ts');
    const userFolder = userTemplatesFolder();
    const templates = new TemplateFiles({ catalog: prompts, library, userFolder });
    late.push(templates, registerPipelineLanguage({ ...options, templates, userFolder }));
  });
  const look = ({ uri }: vscode.TextDocument): void => {
    const isOurs = uri.path.endsWith(PIPELINE_ENDING) || uri.path.endsWith(`/${OPENLINE_FOLDER}/endpoints.yaml`);
    if (uri.scheme !== 'file' || !isOurs) return;
    language().catch((error: unknown) => {
      log.error(error instanceof Error ? error : String(error));
    });
  };
  vscode.workspace.textDocuments.forEach(look);
  return vscode.Disposable.from(
    vscode.workspace.onDidOpenTextDocument(look),
    new vscode.Disposable(() => {
      vscode.Disposable.from(...late).dispose();
    }),
  );
}
