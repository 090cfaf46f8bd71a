/** Two runs side by side in the editor for differences: pipelines, settings, figures, and the records that differ, page by page. */
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { RunQuestions } from '../../core/run/runQuestions.ts';
import type { RunEntry } from '../runs/runEntry.ts';
import type { QuestionChild } from '../templates/questionChild.ts';
import { formatAge, formatCount } from '../wording/format.ts';

const SCHEME = 'openline-comparison';
/** Differing records on a page: more make a difference editor slow. */
const PAGE = 100;
/** Comparisons whose texts are kept for the editors that show them. */
const MOST_COMPARISONS = 10;

type Compared = RunQuestions['compare']['answer'];
interface Texts {
  readonly before: string;
  readonly after: string;
}

/** What the texts of a document come from; a page of records is asked for when it comes into sight. */
interface Shown {
  readonly texts: () => Promise<Texts>;
}

export class RunComparisons implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #questions: QuestionChild;
  readonly #registration: vscode.Disposable;
  readonly #comparisons = new Map<string, readonly Shown[]>();
  #next = 0;

  constructor(questions: QuestionChild) {
    this.#questions = questions;
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  }

  async provideTextDocumentContent({ query }: vscode.Uri): Promise<string> {
    const [comparison = '', number = '', side] = query.split('/');
    const shown = this.#comparisons.get(comparison)?.[Number(number)];
    if (shown === undefined) return l10n.t('This comparison is not kept any more. Compare the runs again.');
    try {
      return (await shown.texts())[side === 'before' ? 'before' : 'after'];
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** @param before the earlier run */
  async show(before: RunEntry, after: RunEntry): Promise<void> {
    const compared = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: l10n.t('Comparing two runs'), cancellable: true },
      async (_, token) => {
        const stop = new AbortController();
        token.onCancellationRequested(() => {
          stop.abort(new Error(l10n.t('Cancelled.')));
        });
        const question = { kind: 'compare', folder: before.folder, other: after.folder } as const;
        return this.#questions.look(question, stop.signal).catch((error: unknown) => {
          if (stop.signal.aborted) return undefined;
          throw error;
        });
      },
    );
    if (compared === undefined) return;
    const id = String((this.#next += 1));
    const documents = this.#documents(compared, before, after);
    this.#comparisons.set(
      id,
      documents.map(({ shown }) => shown),
    );
    for (const oldest of this.#comparisons.keys()) {
      if (this.#comparisons.size <= MOST_COMPARISONS) break;
      this.#comparisons.delete(oldest);
    }
    const changes = documents.map(({ name }, number) => {
      const [left, right] = ['before', 'after'].map((side) =>
        // One path for both, else the editor takes it for a file that was renamed.
        vscode.Uri.from({ scheme: SCHEME, path: `/${name}`, query: `${id}/${number}/${side}` }),
      );
      return [right, left, right];
    });
    await vscode.commands.executeCommand('vscode.changes', titleOf(before, after), changes);
    for (const { name, why } of compared.missing) {
      void vscode.window.showWarningMessage(l10n.t('The records of {0} were not compared: {1}', name, why));
    }
  }

  dispose(): void {
    this.#registration.dispose();
  }

  /** The documents; a name is what the editor writes above each difference. */
  #documents(compared: Compared, before: RunEntry, after: RunEntry): readonly { name: string; shown: Shown }[] {
    const names = {
      pipeline: l10n.t('Pipeline as it was run'),
      settings: l10n.t('Settings of the steps'),
      figures: l10n.t('Figures'),
    };
    const texts = compared.documents
      .filter((document) => document.before !== document.after)
      .map(({ kind, ending, ...sides }) => {
        return { name: `${names[kind]}.${ending}`, shown: { texts: () => Promise.resolve(sides) } };
      });
    const pages = compared.outputs.flatMap(({ name, counts, differing }) => {
      const all = counts.changed + counts.removed + counts.added;
      return Array.from({ length: Math.ceil(differing.length / PAGE) }, (_, page) => {
        const lines = differing.slice(page * PAGE, (page + 1) * PAGE);
        const question = { kind: 'compare-records', folder: before.folder, other: after.folder, output: name } as const;
        let asked: Promise<Texts> | undefined;
        const [from, to] = [page * PAGE + 1, page * PAGE + lines.length].map((count) => formatCount(count));
        return {
          name:
            l10n.t('{0}: records {1}–{2} of {3} that differ', name, from ?? '', to ?? '', formatCount(all)) + '.jsonc',
          shown: {
            texts: () => (asked ??= this.#questions.look({ ...question, lines }, new AbortController().signal)),
          },
        };
      });
    });
    return [...texts, ...pages];
  }
}

function titleOf(before: RunEntry, after: RunEntry): string {
  const now = Date.now();
  const told = (time: (startedAt: number) => string): readonly string[] =>
    [before, after].map(({ pipeline, startedAt }) => `${pipeline.name}, ${time(startedAt)}`);
  let [was = '', is = ''] = told((startedAt) => formatAge(startedAt, now));
  const clock = new Intl.DateTimeFormat(vscode.env.language, { dateStyle: 'short', timeStyle: 'medium' });
  if (was === is) [was = '', is = ''] = told((startedAt) => clock.format(startedAt));
  return l10n.t('{0} ↔ {1}', was, is);
}
