/** How the records of a run came to be, for its panel: asked of the child process, opened as documents. */
import { dirname, resolve } from 'node:path';
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { Subject } from '../../core/run/runQuestions.ts';
import { exists } from '../../core/run/runFolder.ts';
import { outputOf, REJECTS, type StudioDescendants, type StudioHistory } from '../../protocol/studio.ts';
import { columnBeside } from '../columnBeside.ts';
import { requestUri } from '../results/requestDocuments.ts';
import type { RunEntry } from '../runs/runEntry.ts';
import type { QuestionChild } from '../templates/questionChild.ts';
import { builtInUri } from '../templates/templateFiles.ts';

const BUILT_IN = 'builtin:';

export class StudioHistoryReader {
  readonly #questions: QuestionChild;
  readonly #panel: vscode.WebviewPanel;
  /** Gives up the question before: what is looked at now counts. */
  #asked = new AbortController();

  constructor(questions: QuestionChild, panel: vscode.WebviewPanel) {
    this.#questions = questions;
    this.#panel = panel;
  }

  async history(folder: string, source: string, line: number): Promise<StudioHistory> {
    this.#asked.abort(new Error(l10n.t('Something else is looked at now.')));
    this.#asked = new AbortController();
    const subject = subjectOf(source, line);
    const told = await this.#questions.look({ kind: 'history', folder, subject }, this.#asked.signal);
    return told === null ? null : { id: told.id, stages: [...told.stages] };
  }

  async descendants(folder: string, step: string, key: string): Promise<StudioDescendants> {
    const question = { kind: 'descendants', folder, step, key } as const;
    const { records, rejects, recordCount, rejectCount } = await this.#questions.look(question, this.#asked.signal);
    return { records: [...records], rejects: [...rejects], recordCount, rejectCount };
  }

  async openRequest(folder: string, at: string): Promise<void> {
    await vscode.commands.executeCommand('vscode.open', requestUri(folder, { of: 'question', at }), {
      viewColumn: columnBeside(this.#panel.viewColumn),
    });
  }

  /** Opens a template by its place as the plan has it; where it stands in the pipeline itself, the pipeline. */
  async openTemplate({ pipeline, folder }: RunEntry, template: string): Promise<void> {
    const uri = await templateUri(template, [dirname(pipeline.file), dirname(dirname(dirname(folder)))]);
    await vscode.commands.executeCommand('vscode.open', uri ?? vscode.Uri.file(pipeline.file), {
      viewColumn: columnBeside(this.#panel.viewColumn),
    });
  }

  dispose(): void {
    this.#asked.abort(new Error(l10n.t('The panel was closed.')));
  }
}

/** What a line of a table is. */
export function subjectOf(source: string, line: number): Subject {
  return source === REJECTS ? { kind: 'reject', line } : { kind: 'record', output: outputOf(source) ?? '', line };
}

async function templateUri(template: string, bases: readonly string[]): Promise<vscode.Uri | undefined> {
  if (template.startsWith(BUILT_IN)) return builtInUri(template.slice(BUILT_IN.length));
  for (const base of bases) {
    const path = resolve(base, template);
    if (await exists(path)) return vscode.Uri.file(path);
  }
  return undefined;
}
