/** What a person is asked before a tool spends or writes, in words. */
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { RunQuestion, ToolQuestion } from '../../core/tools/toolQuestion.ts';
import { formatCount } from '../wording/format.ts';

/** Names of files, models and programs are foreign text: they are never read as Markdown. */
export function questionWords(question: ToolQuestion): vscode.LanguageModelToolConfirmationMessages {
  const message = new vscode.MarkdownString();
  if (question.kind === 'write') {
    message.appendCodeblock(question.text, 'yaml');
    const title = question.replaces ? l10n.t('Replace {0}?', question.path) : l10n.t('Write {0}?', question.path);
    return { title, message };
  }
  for (const line of linesOf(question)) message.appendMarkdown('- ').appendText(line).appendMarkdown('\n');
  return { title: titleOf(question), message };
}

function titleOf({ kind, pipeline }: RunQuestion): string {
  switch (kind) {
    case 'run':
      return l10n.t('Run {0}?', pipeline);
    case 'preview':
      return l10n.t('Make the first 3 records of {0}?', pipeline);
    case 'resume':
      return l10n.t('Go on with the run of {0}?', pipeline);
  }
}

function linesOf({
  kind,
  endpoints,
  requests,
  tokens,
  cost,
  budget,
  outputs,
  programs,
}: RunQuestion): readonly string[] {
  const count = formatCount(Math.round(requests.likely));
  const limits = Object.entries(budget).filter(([, limit]) => limit > 0);
  return [
    ...endpoints.map(({ name, where, models }) => l10n.t('Asks {0} ({1}): {2}', name, where, models.join(', '))),
    kind === 'preview'
      ? l10n.t('The whole pipeline would take {0} requests, about {1} tokens', count, formatCount(tokens))
      : l10n.t('Expected: {0} requests, about {1} tokens', count, formatCount(tokens)),
    cost === null
      ? l10n.t('Cost: the endpoint profiles have no prices')
      : l10n.t('Cost: {0}, at the most {1}', cost.likely.toFixed(4), cost.high.toFixed(4)),
    ...(limits.length === 0
      ? []
      : [l10n.t('Pauses at: {0}', limits.map(([name, limit]) => `${limit} ${name}`).join(', '))]),
    ...(outputs.length === 0 ? [] : [l10n.t('Writes: {0}', outputs.join(', '))]),
    ...programs.map((program) => l10n.t('Starts a program on this machine: {0}', program)),
  ];
}
