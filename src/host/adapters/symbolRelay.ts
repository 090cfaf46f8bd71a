import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { EditorAnswer, EditorSymbol } from '../../core/datasets/symbols/editorSymbols.ts';
import type { SymbolReply, SymbolRequest } from '../../core/run/childProtocol.ts';

/** Language servers need a while before they answer for the first time. */
const PATIENCE_MS = 15_000;
const AGAIN_MS = 500;

/** Tells the symbols of files as the extensions for their languages do (`vscode.executeDocumentSymbolProvider`). */
export class SymbolRelay {
  readonly #reply: (message: SymbolReply) => void;
  /** Languages of which something was told: of them an empty file is an empty file. */
  readonly #known = new Set<string>();
  /** Languages whose extension was waited for in vain. */
  readonly #silent = new Set<string>();

  constructor(reply: (message: SymbolReply) => void) {
    this.#reply = reply;
  }

  /** Never rejects: what goes wrong is the answer. */
  async answer({ id, path }: SymbolRequest): Promise<void> {
    let answer: EditorAnswer;
    try {
      answer = await this.#ask(vscode.Uri.file(path));
    } catch (error) {
      answer = { silence: 'failed', message: error instanceof Error ? error.message : String(error) };
    }
    this.#reply({ type: 'symbols.answer', id, answer });
  }

  async #ask(file: vscode.Uri): Promise<EditorAnswer> {
    // Opening the document wakes the extension for its language.
    const document = await vscode.workspace.openTextDocument(file);
    const { languageId: language } = document;
    if (document.isDirty) {
      return { silence: 'unsaved', message: vscode.workspace.asRelativePath(file) };
    }
    const found = await this.#find(document);
    if (found.length > 0) {
      this.#known.add(language);
      return { language, symbols: found.map(toSymbol) };
    }
    if (this.#known.has(language) || document.getText().trim() === '') return { language, symbols: [] };
    this.#silent.add(language);
    return { silence: 'no-provider', message: l10n.t('its language is {0}', language) };
  }

  /** The editor does not tell an extension that finds nothing from one that is not there (yet). */
  async #find(document: vscode.TextDocument): Promise<readonly vscode.DocumentSymbol[]> {
    const { languageId, uri } = document;
    const waits = !this.#known.has(languageId) && !this.#silent.has(languageId) && document.getText().trim() !== '';
    const deadline = Date.now() + (waits ? PATIENCE_MS : 0);
    for (;;) {
      const found = await vscode.commands.executeCommand<readonly vscode.DocumentSymbol[] | undefined>(
        'vscode.executeDocumentSymbolProvider',
        uri,
      );
      if (found !== undefined && found.length > 0) return found;
      if (Date.now() >= deadline) return [];
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

const { SymbolKind } = vscode;
const KINDS: ReadonlyMap<vscode.SymbolKind, EditorSymbol['kind']> = new Map([
  [SymbolKind.Function, 'function'],
  [SymbolKind.Method, 'method'],
  [SymbolKind.Constructor, 'method'],
  [SymbolKind.Operator, 'method'],
  [SymbolKind.Class, 'class'],
  [SymbolKind.Struct, 'class'],
  [SymbolKind.Interface, 'class'],
  [SymbolKind.Enum, 'class'],
  [SymbolKind.Namespace, 'scope'],
  [SymbolKind.Module, 'scope'],
  [SymbolKind.Package, 'scope'],
]);

function toSymbol({ name, kind, range, children }: vscode.DocumentSymbol): EditorSymbol {
  const { start, end } = range;
  return {
    name,
    kind: KINDS.get(kind) ?? 'other',
    start: { line: start.line, character: start.character },
    end: { line: end.line, character: end.character },
    children: children.map(toSymbol),
  };
}
