/** Everything the editor knows of templates while they are written. Loaded when the first one is opened. */
import * as vscode from 'vscode';
import type { Template } from '../../../core/prompts/template.ts';
import { PROMPT_LANGUAGE } from '../../ids.ts';
import type { Fate } from '../../templates/templateFates.ts';
import { keyOf } from '../../templates/templateFiles.ts';
import type { PipelineUse, TemplateUses } from '../../templates/templateUses.ts';
import { PromptActions } from './promptActions.ts';
import { PromptCompletion } from './promptCompletion.ts';
import { PromptDiagnostics } from './promptDiagnostics.ts';
import { PromptHover } from './promptHover.ts';
import { PromptLenses } from './promptLenses.ts';

/** What is known of a template besides its text. */
export interface PromptSurroundings {
  readonly uses: readonly PipelineUse[];
  readonly builtIns: ReadonlyMap<string, Template>;
}

export interface PromptLanguageOptions {
  readonly uses: TemplateUses;
  /** What came of the template in past runs; undefined when it was not asked with yet. */
  readonly fateOf: (key: string) => Promise<Fate | undefined>;
  readonly log: vscode.LogOutputChannel;
  /** Fires when uses may be others: a pipeline or the set of templates has changed. */
  readonly surroundings: vscode.Event<unknown>;
}

export function registerPromptLanguage({ uses, fateOf, log, surroundings }: PromptLanguageOptions): vscode.Disposable {
  const around = async ({ uri }: vscode.TextDocument): Promise<PromptSurroundings> => ({
    uses: await uses.of(keyOf(uri)),
    builtIns: await uses.builtIns(),
  });
  const diagnostics = new PromptDiagnostics({ around, log, surroundings });
  const lenses = new PromptLenses({ around, surroundings, fateOf: ({ uri }) => fateOf(keyOf(uri)) });
  const selector: vscode.DocumentSelector = { language: PROMPT_LANGUAGE };
  const { languages } = vscode;
  return vscode.Disposable.from(
    diagnostics,
    lenses,
    languages.registerCompletionItemProvider(selector, new PromptCompletion(around), '{', ':', ' '),
    languages.registerHoverProvider(selector, new PromptHover(around)),
    languages.registerCodeLensProvider(selector, lenses),
    languages.registerCodeActionsProvider(selector, new PromptActions(diagnostics), {
      providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
    }),
  );
}
