import { dirname, relative, resolve, sep } from 'node:path';
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { templateOf } from '../../../core/pipeline/asking.ts';
import type { Plan } from '../../../core/pipeline/plan.ts';
import type { Recipe } from '../../../core/pipeline/recipeLibrary.ts';
import type { SetupStep, TemplateAction } from '../../../protocol/setup.ts';
import { COMMANDS, PROMPT_ENDING } from '../../ids.ts';
import { namedTemplates } from '../../language/pipelines/languageFile.ts';
import { shownPath } from '../../language/pipelines/pipelineNames.ts';
import type { PipelineSurroundings } from '../../language/pipelineChecker.ts';
import {
  builtInUri,
  keyOfSource,
  workspaceTemplatesFolder,
  type TemplateFiles,
} from '../../templates/templateFiles.ts';
import { promptPath } from './setupView.ts';
import { choose } from '../../input/ask.ts';

export interface TemplateChange {
  readonly path: readonly (string | number)[];
  /** Undefined: the recipe's own again. */
  readonly name: string | undefined;
}

export interface StepTemplate {
  readonly file: string;
  readonly step: SetupStep;
  readonly plan: Plan;
  readonly recipe: Recipe | undefined;
  readonly around: PipelineSurroundings;
}

/**
 * Does something with the template of a step.
 *
 * @param viewColumn where it is opened
 * @returns what is to be changed in the pipeline; undefined: nothing
 */
export async function actOnTemplate(
  action: TemplateAction,
  about: StepTemplate,
  templates: TemplateFiles,
  viewColumn: vscode.ViewColumn,
): Promise<TemplateChange | undefined> {
  const uri = uriOf(about);
  switch (action) {
    case 'open':
      if (uri !== undefined) await vscode.window.showTextDocument(uri, { viewColumn });
      return undefined;
    case 'try':
      if (uri !== undefined) await vscode.commands.executeCommand(COMMANDS.previewTemplate, uri);
      return undefined;
    case 'reset':
      return { path: promptPath(about.step, about.recipe), name: undefined };
    case 'duplicate': {
      if (uri === undefined) return undefined;
      const copy = await vscode.commands.executeCommand<vscode.Uri | undefined>(COMMANDS.duplicateTemplate, uri, true);
      return copy === undefined
        ? undefined
        : { path: promptPath(about.step, about.recipe), name: nameOf(copy.fsPath, about) };
    }
    case 'replace': {
      const items = await namedTemplates(templates, about.file, about.around);
      const chosen = await choose(
        items.map(({ value, description }) => ({ label: value, description })),
        {
          title: l10n.t('Template of {0}', about.step.id),
          placeHolder: l10n.t('Which template takes its place?'),
          matchOnDescription: true,
        },
      );
      return chosen === undefined ? undefined : { path: promptPath(about.step, about.recipe), name: chosen.label };
    }
  }
}

function uriOf({ step, plan, around }: StepTemplate): vscode.Uri | undefined {
  const planned = plan.steps.find(({ id }) => id === step.id);
  const template = planned === undefined ? undefined : templateOf(planned);
  const key = template === undefined ? undefined : keyOfSource(template.source, around.root);
  if (key === undefined) return undefined;
  return key.startsWith('builtin:') ? builtInUri(key.slice('builtin:'.length)) : vscode.Uri.file(key);
}

function nameOf(path: string, { file, around }: StepTemplate): string {
  const isNamed = dirname(path) === resolve(workspaceTemplatesFolder(around.root));
  const relativePath = relative(dirname(file), path).split(sep).join('/');
  return isNamed
    ? relativePath.slice(relativePath.lastIndexOf('/') + 1, -PROMPT_ENDING.length)
    : shownPath(relativePath);
}
