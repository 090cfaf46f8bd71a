/**
 * What was asked and answered, word for word: for a record that came out, for one that a step turned down, or for a single
 * question. `requestUri` names such a document; opening it is `vscode.open` or the command **Open Request and Answer**.
 */
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import * as z from 'zod';
import type { ExplainTarget } from '../../core/run/explain.ts';
import { parseJson } from '../../core/record/json.ts';
import { REQUEST_SCHEME } from '../ids.ts';
import type { RunManager } from '../runs/runManager.ts';
import { requestText } from './requestText.ts';

const querySchema = z.object({
  folder: z.string(),
  target: z.discriminatedUnion('of', [
    z.object({ of: z.literal('record'), id: z.string() }),
    z.object({ of: z.literal('reject'), id: z.string(), step: z.string(), reason: z.string().optional() }),
    z.object({ of: z.literal('question'), at: z.string() }),
  ]),
});

/**
 * The document about something of a run.
 *
 * @param folder of the run, absolute
 */
export function requestUri(folder: string, target: ExplainTarget): vscode.Uri {
  return vscode.Uri.from({
    scheme: REQUEST_SCHEME,
    // The path is what the tab shows. What a model said is plain text: nothing renders it.
    path: `/${titleOf(target).replaceAll(/[\\/]/gu, ' ')}.txt`,
    query: JSON.stringify({ folder, target }),
  });
}

/** Opens the document beside nothing else: as a preview, where the person looks. */
export async function openRequest(folder: string, target: ExplainTarget): Promise<void> {
  await vscode.window.showTextDocument(requestUri(folder, target), { preview: true });
}

/** What a caller outside gave as a target; undefined when it is none. */
export function readTarget(value: unknown): ExplainTarget | undefined {
  return querySchema.shape.target.safeParse(value).data;
}

/** The text of a document. What cannot be told is told in its place. */
export async function requestDocument(
  uri: vscode.Uri,
  runs: RunManager,
  token: vscode.CancellationToken,
): Promise<string> {
  const query = querySchema.safeParse(parseJson(uri.query));
  if (!query.success) return l10n.t('This address names no request of a run.');
  const abort = new AbortController();
  const subscription = token.onCancellationRequested(() => {
    abort.abort();
  });
  try {
    const { folder, target } = query.data;
    return requestText(await runs.explain(folder, target, abort.signal), (text, ...args) => l10n.t(text, ...args));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    subscription.dispose();
  }
}

function titleOf(target: ExplainTarget): string {
  switch (target.of) {
    case 'record':
      return l10n.t('Record {0}', target.id);
    case 'reject':
      return `${target.step} ${target.id}`;
    case 'question':
      return target.at;
  }
}
