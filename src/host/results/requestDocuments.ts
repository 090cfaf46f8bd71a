import * as vscode from 'vscode';
import { l10n } from 'vscode';
import * as z from 'zod';
import { parseJson } from '../../core/record/json.ts';
import { REQUEST_SCHEME } from '../ids.ts';
import { QuestionChildGoneError, type QuestionChild } from '../templates/questionChild.ts';
import { requestPage } from '../wording/requestText.ts';

const querySchema = z.object({ folder: z.string(), at: z.string() });

/** The document about a question of a run. @param folder the run's @param at its address in the journal */
export function requestUri(folder: string, at: string): vscode.Uri {
  return vscode.Uri.from({
    scheme: REQUEST_SCHEME,
    path: `/${at.replaceAll('/', ' ')}.md`,
    query: JSON.stringify({ folder, at }),
  });
}

/** Opens a request with its answer beside what the person looks at. */
export async function openRequest(folder: string, at: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument(requestUri(folder, at));
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: true });
}

/** The text of a document of that scheme. */
export async function requestText(uri: vscode.Uri, questions: QuestionChild): Promise<string> {
  const query = querySchema.safeParse(parseJson(uri.query)).data;
  if (query === undefined) return l10n.t('This is not the address of a request.');
  try {
    const line = await questions.look({ kind: 'exchange', ...query }, AbortSignal.timeout(60_000));
    return line === null
      ? l10n.t('There is no such request in the journal of the run (any more): {0}', query.at)
      : requestPage(line);
  } catch (error) {
    if (error instanceof QuestionChildGoneError) return l10n.t('The request could not be read: {0}', error.message);
    return error instanceof Error ? error.message : String(error);
  }
}
