/** Everything the editor knows of pipelines and profiles while they are written. Loaded when the first one is opened. */
import * as vscode from 'vscode';
import type { RunManager } from '../../runs/runManager.ts';
import { LANGUAGE_FILES, LanguageContext, PIPELINE_FILES, type LanguageContextOptions } from './languageFile.ts';
import type { FileCatalog } from '../../workspace/fileCatalog.ts';
import { PipelineActions } from './pipelineActions.ts';
import { PipelineLenses } from './pipelineLenses.ts';
import { COMPLETION_TRIGGERS, YamlCompletion } from './yamlCompletion.ts';
import { YamlDefinition } from './yamlDefinition.ts';
import { YamlHover } from './yamlHover.ts';
import { YamlNames } from './yamlNames.ts';
import { YamlSymbols } from './yamlSymbols.ts';

export interface PipelineLanguageOptions extends LanguageContextOptions {
  readonly runs: RunManager;
  readonly pipelines: FileCatalog;
  readonly userFolder: string;
}

export function registerPipelineLanguage(options: PipelineLanguageOptions): vscode.Disposable {
  const context = new LanguageContext(options);
  const lenses = new PipelineLenses(options.runs);
  const definition = new YamlDefinition(context);
  const builtIns = async (): Promise<ReadonlySet<string>> =>
    new Set((await (await options.checker()).builtIns()).keys());
  const names = new YamlNames({
    ...{ ...options, definition, builtIns },
    fieldFacts: async (file, text) => (await options.checker()).fieldFacts(file, text),
  });
  const { languages } = vscode;
  return vscode.Disposable.from(
    lenses,
    languages.registerCompletionItemProvider(LANGUAGE_FILES, new YamlCompletion(context), ...COMPLETION_TRIGGERS),
    languages.registerHoverProvider(LANGUAGE_FILES, new YamlHover(context)),
    languages.registerDefinitionProvider(LANGUAGE_FILES, definition),
    languages.registerRenameProvider(LANGUAGE_FILES, names),
    languages.registerReferenceProvider(LANGUAGE_FILES, names),
    languages.registerCodeActionsProvider(LANGUAGE_FILES, new PipelineActions(), {
      providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
    }),
    languages.registerDocumentSymbolProvider(LANGUAGE_FILES, new YamlSymbols(), { label: 'Openline' }),
    languages.registerCodeLensProvider(PIPELINE_FILES, lenses),
  );
}
