import { basename } from 'node:path';
import * as vscode from 'vscode';
import { checkTemplate, type TemplateFinding } from '../../../core/prompts/checkUse.ts';
import type { Disposes } from '../../disposes.ts';
import { PROMPT_ENDING, PROMPT_LANGUAGE } from '../../ids.ts';
import { BUILT_IN_SCHEME } from '../../templates/templateFiles.ts';
import type { PromptSurroundings } from './promptLanguage.ts';

/** Typing goes on: the text is checked when it has rested for so long. */
const REST_MS = 200;

export interface PromptDiagnosticsOptions {
  readonly around: (document: vscode.TextDocument) => Promise<PromptSurroundings>;
  readonly log: vscode.LogOutputChannel;
  readonly surroundings: vscode.Event<unknown>;
}

/** Mistakes in the templates that are open, shown where they are. */
export class PromptDiagnostics implements vscode.Disposable {
  readonly #options: PromptDiagnosticsOptions;
  readonly #collection = vscode.languages.createDiagnosticCollection('openline-prompt');
  readonly #findings = new Map<string, readonly TemplateFinding[]>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #disposables: Disposes[];

  constructor(options: PromptDiagnosticsOptions) {
    this.#options = options;
    const { workspace } = vscode;
    const again = (): void => {
      for (const document of workspace.textDocuments) this.#schedule(document);
    };
    this.#disposables = [
      this.#collection,
      workspace.onDidOpenTextDocument((document) => {
        this.#schedule(document, 0);
      }),
      workspace.onDidChangeTextDocument(({ document }) => {
        this.#schedule(document);
      }),
      workspace.onDidCloseTextDocument(({ uri }) => {
        this.#forget(uri);
      }),
      options.surroundings(again),
    ];
    again();
  }

  /** What was found in a document when it was last checked. */
  findingsIn({ uri }: vscode.TextDocument): readonly TemplateFinding[] {
    return this.#findings.get(uri.toString()) ?? [];
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    vscode.Disposable.from(...this.#disposables).dispose();
  }

  #schedule(document: vscode.TextDocument, delay = REST_MS): void {
    // The built-in ones are right; nobody could mend them.
    if (document.languageId !== PROMPT_LANGUAGE || document.uri.scheme === BUILT_IN_SCHEME) return;
    const id = document.uri.toString();
    clearTimeout(this.#timers.get(id));
    const timer = setTimeout(() => {
      this.#timers.delete(id);
      void this.#check(document);
    }, delay);
    this.#timers.set(id, timer);
  }

  async #check(document: vscode.TextDocument): Promise<void> {
    const { version, uri } = document;
    try {
      const { uses } = await this.#options.around(document);
      if (document.isClosed || document.version !== version) return;
      const origin = { id: basename(uri.fsPath, PROMPT_ENDING), source: uri.fsPath, file: uri.fsPath };
      const findings = checkTemplate(document.getText(), origin, uses);
      this.#findings.set(uri.toString(), findings);
      this.#collection.set(uri, findings.map(toEditor));
    } catch (error) {
      this.#options.log.error(error instanceof Error ? error : String(error));
    }
  }

  #forget(uri: vscode.Uri): void {
    const id = uri.toString();
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.#findings.delete(id);
    this.#collection.delete(uri);
  }
}

function toEditor({ severity, code, message, position }: TemplateFinding): vscode.Diagnostic {
  const { line = 1, column = 1, endLine = line, endColumn = column } = position ?? {};
  const { Error: Mistake, Warning } = vscode.DiagnosticSeverity;
  const diagnostic = new vscode.Diagnostic(
    new vscode.Range(line - 1, column - 1, endLine - 1, endColumn - 1),
    message.charAt(0).toLocaleUpperCase() + message.slice(1),
    severity === 'error' ? Mistake : Warning,
  );
  diagnostic.source = 'Openline';
  diagnostic.code = code;
  return diagnostic;
}
