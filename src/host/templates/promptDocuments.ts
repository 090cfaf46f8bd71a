import * as vscode from 'vscode';
import { PROMPT_LANGUAGE } from '../ids.ts';
import { isTemplate } from './templateFiles.ts';

/** Languages that the editor gives to files of this ending when they lie outside `.openline/prompts`. */
const TAKEN_FROM: ReadonlySet<string> = new Set(['prompt', 'markdown', 'plaintext']);
/** Keys that only prompt files of the editor's own chat have. */
const CHAT_KEYS = /^(?:agent|mode|model|tools|applyTo|argument-hint):/mu;

/**
 * Gives templates their language, wherever they lie, and calls `begin` when the first one is open. The prompt files of
 * the editor's own chat, which have the same ending, keep theirs.
 */
export function watchPromptDocuments(begin: () => Promise<void>, onError: (error: unknown) => void): vscode.Disposable {
  const look = async (document: vscode.TextDocument): Promise<void> => {
    if (!isTemplate(document.uri)) return;
    if (document.languageId !== PROMPT_LANGUAGE) {
      if (!TAKEN_FROM.has(document.languageId) || isForChat(document)) return;
      await vscode.languages.setTextDocumentLanguage(document, PROMPT_LANGUAGE);
    }
    await begin();
  };
  const take = (document: vscode.TextDocument): void => {
    look(document).catch(onError);
  };
  vscode.workspace.textDocuments.forEach(take);
  return vscode.workspace.onDidOpenTextDocument(take);
}

function isForChat(document: vscode.TextDocument): boolean {
  const text = document.getText();
  if (!text.startsWith('---')) return false;
  const end = text.indexOf('\n---', 3);
  return CHAT_KEYS.test(text.slice(0, end < 0 ? text.length : end));
}
