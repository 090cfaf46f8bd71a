import * as vscode from 'vscode';
import type { Disposes } from '../disposes.ts';
import type { Diagnostic } from '../../core/errors.ts';
import { ENDPOINTS_ENDING, PIPELINE_ENDING } from '../ids.ts';

/** Typing goes on: the text is checked when it has rested for so long. */
const REST_MS = 250;

/** Finds what is wrong with the text of a pipeline or of an `endpoints.yaml`. Must not throw for mistakes of the text. */
export type PipelineCheck = (file: string, text: string) => Promise<readonly Diagnostic[]>;

export interface PipelineDiagnosticsOptions {
  readonly check: PipelineCheck;
  readonly log: vscode.LogOutputChannel;
  /** Fires when something besides the text changed that the check looks at, such as profiles. */
  readonly surroundings: vscode.Event<unknown>;
}

/** Mistakes in the pipelines and endpoint profiles that are open, shown where they are. In workspaces that are not trusted nothing is checked. */
export class PipelineDiagnostics implements vscode.Disposable {
  readonly #options: PipelineDiagnosticsOptions;
  readonly #collection = vscode.languages.createDiagnosticCollection('openline');
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #disposables: Disposes[];

  constructor(options: PipelineDiagnosticsOptions) {
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
      workspace.onDidSaveTextDocument(again),
      workspace.onDidCloseTextDocument(({ uri }) => {
        this.#forget(uri);
      }),
      workspace.onDidGrantWorkspaceTrust(again),
      options.surroundings(again),
    ];
    again();
  }

  /** Shows what a run found wrong; the next change of the text replaces it. */
  publish(file: vscode.Uri, diagnostics: readonly Diagnostic[]): void {
    const byFile = new Map<string, vscode.Diagnostic[]>([[file.toString(), []]]);
    for (const diagnostic of diagnostics) {
      const uri = diagnostic.position === undefined ? file : vscode.Uri.file(diagnostic.position.file);
      const list = byFile.get(uri.toString()) ?? [];
      byFile.set(uri.toString(), [...list, toEditor(diagnostic)]);
    }
    for (const [uri, list] of byFile) this.#collection.set(vscode.Uri.parse(uri), list);
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    vscode.Disposable.from(...this.#disposables).dispose();
  }

  #schedule(document: vscode.TextDocument, delay = REST_MS): void {
    const { scheme, path } = document.uri;
    if (scheme !== 'file' || ![PIPELINE_ENDING, ENDPOINTS_ENDING].some((ending) => path.endsWith(ending))) return;
    if (!vscode.workspace.isTrusted) return;
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
      const diagnostics = await this.#options.check(uri.fsPath, document.getText());
      if (document.isClosed || document.version !== version) return;
      // A problem of another file that the pipeline uses is shown at the place that uses it by the check itself.
      const own = diagnostics.filter(({ position }) => position === undefined || position.file === uri.fsPath);
      this.#collection.set(uri, own.map(toEditor));
    } catch (error) {
      this.#options.log.error(error instanceof Error ? error : String(error));
    }
  }

  #forget(uri: vscode.Uri): void {
    clearTimeout(this.#timers.get(uri.toString()));
    this.#timers.delete(uri.toString());
    this.#collection.delete(uri);
  }
}

function toEditor({ severity, code, message, position }: Diagnostic): vscode.Diagnostic {
  const line = (position?.line ?? 1) - 1;
  const column = (position?.column ?? 1) - 1;
  const endLine = position?.endLine === undefined ? line : position.endLine - 1;
  const endColumn = position?.endColumn === undefined ? column : position.endColumn - 1;
  const diagnostic = new vscode.Diagnostic(
    new vscode.Range(line, column, endLine, endColumn),
    sentence(message),
    severity === 'error' ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning,
  );
  diagnostic.source = 'Openline';
  diagnostic.code = code;
  return diagnostic;
}

/** The engine's messages follow a position (`file:1:2: …`); here they stand alone. */
function sentence(message: string): string {
  return message.charAt(0).toLocaleUpperCase() + message.slice(1);
}
