/** What a run turned down, as the editor's problems. */
import { basename, isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { PROMPT_ENDING } from '../ids.ts';
import { stepsOf, valueAt } from '../language/pipelines/pipelineNames.ts';
import { lineCounterOf, yamlRangeOf, type YamlPath } from '../language/pipelines/yamlPlace.ts';
import { requestUri } from '../results/requestDocuments.ts';
import type { RunEntry } from '../runs/runEntry.ts';
import { builtInUri } from '../templates/templateFiles.ts';
import { formatCount } from '../wording/format.ts';
import type { RejectGroup } from './rejectGroups.ts';

/** Where the problems say that they come from. */
export const RUN_SOURCE = 'Openline run';
/** In the place of a reason: the run itself failed. */
export const RUN_FAILED = 'run-failed';

/** The last run of a pipeline. */
export interface ProblemRun {
  readonly entry: RunEntry;
  readonly groups: readonly RejectGroup[];
  /** Keys of the templates, by step. */
  readonly templates: ReadonlyMap<string, string>;
}

/** The pipeline as it stands at present. */
export interface PipelineText {
  readonly text: string;
  readonly data: unknown;
  /** Whether the person has not dismissed it. */
  readonly isShown: (step: string, reason: string) => boolean;
}

const START = new vscode.Range(0, 0, 0, 0);

export function diagnosticsOf(run: ProblemRun, pipeline: PipelineText): vscode.Diagnostic[] {
  const { entry, groups } = run;
  const found: vscode.Diagnostic[] = [];
  if (entry.state === 'failed' && pipeline.isShown('', RUN_FAILED)) {
    const message = l10n.t('The last run failed: {0}', entry.error ?? '');
    found.push(made(rangeOf(['openline'], pipeline, 'both'), message, vscode.DiagnosticSeverity.Error, RUN_FAILED));
  }
  for (const group of groups) {
    if (!pipeline.isShown(group.step, group.reason)) continue;
    const path = placeOf(group.step, pipeline.data);
    // The step is not there any more.
    if (path === undefined) continue;
    const { step, reason, count, of, first } = group;
    const text = l10n.t('{0} rejected {1} of {2}: {3}', step, formatCount(count), formatCount(of), reason);
    // A filter does what it was told to; an answer that cannot be used was paid for.
    const severity =
      first?.isAnswer === false ? vscode.DiagnosticSeverity.Information : vscode.DiagnosticSeverity.Warning;
    const range = rangeOf(path, pipeline, path[0] === 'prompts' ? 'key' : 'value');
    const diagnostic = made(range, first === null ? text : `${text}. ${first.message}`, severity, codeOf(group));
    diagnostic.relatedInformation = related(group, run);
    found.push(diagnostic);
  }
  return found;
}

/** The group that a problem is about. */
export function groupOf({ groups }: ProblemRun, { code }: vscode.Diagnostic): RejectGroup | undefined {
  return groups.find((group) => codeOf(group) === code);
}

/** The code of a problem: a recipe's steps all stand in one place. */
function codeOf({ step, reason }: RejectGroup): string {
  return `${step}/${reason}`;
}

/** Where a step stands: as itself, else as the template that takes the place of the recipe's, else at the recipe. */
function placeOf(step: string, data: unknown): YamlPath | undefined {
  const steps = valueAt(data, ['steps']);
  if (Array.isArray(steps)) {
    const index = steps.findIndex((one: unknown) => valueAt(one, ['id']) === step);
    return index < 0 || stepsOf(data).length === 0 ? undefined : ['steps', index, 'id'];
  }
  if (valueAt(data, ['prompts', step]) !== undefined) return ['prompts', step];
  return valueAt(data, ['recipe']) === undefined ? undefined : ['recipe'];
}

function rangeOf(path: YamlPath, { text }: Pick<PipelineText, 'text'>, part: 'key' | 'value' | 'both'): vscode.Range {
  const range = yamlRangeOf(text, path, part);
  if (range === undefined) return START;
  const at = lineCounterOf(text);
  const [from, to] = [at(range.start), at(range.end)];
  return new vscode.Range(from.line, from.column, to.line, to.column);
}

function made(
  range: vscode.Range,
  message: string,
  severity: vscode.DiagnosticSeverity,
  code: string,
): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(range, message, severity);
  diagnostic.source = RUN_SOURCE;
  diagnostic.code = code;
  return diagnostic;
}

function related(
  { step, reason, first }: RejectGroup,
  { entry, templates }: ProblemRun,
): vscode.DiagnosticRelatedInformation[] {
  const found: vscode.DiagnosticRelatedInformation[] = [];
  const at = (uri: vscode.Uri, message: string): void => {
    found.push(new vscode.DiagnosticRelatedInformation(new vscode.Location(uri, START), message));
  };
  if (first !== null) {
    const target = { of: 'reject', id: first.id, step, reason } as const;
    at(requestUri(entry.folder, target), l10n.t('The first: record {0}, with request and answer', first.id));
  }
  const template = templates.get(step);
  if (template !== undefined) {
    const uri = isAbsolute(template) ? vscode.Uri.file(template) : builtInUri(template.replace('builtin:', ''));
    at(uri, l10n.t('The template of the step: {0}', basename(uri.path, PROMPT_ENDING)));
  }
  return found;
}
