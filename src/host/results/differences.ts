import * as vscode from 'vscode';

const SCHEME = 'openline-difference';
/** Texts that are kept for the editors that show them. */
const MOST_TEXTS = 200;

/** Texts that are compared: read-only documents that nobody has to save. */
class Differences implements vscode.TextDocumentContentProvider {
  readonly #texts = new Map<string, string>();
  #next = 0;

  provideTextDocumentContent({ path }: vscode.Uri): string {
    return this.#texts.get(path) ?? '';
  }

  add(name: string, text: string, ending: string): vscode.Uri {
    const path = `/${this.#next}/${name.replaceAll(/[\\/]/gu, ' ')}.${ending}`;
    this.#next += 1;
    this.#texts.set(path, text);
    for (const oldest of this.#texts.keys()) {
      if (this.#texts.size <= MOST_TEXTS) break;
      this.#texts.delete(oldest);
    }
    return vscode.Uri.from({ scheme: SCHEME, path });
  }
}

/** Shows what two texts differ in, in the editor for that. */
export type ShowDifference = (
  title: string,
  texts: {
    readonly before: string;
    readonly after: string;
    /** Of a file name, for the language. */
    readonly ending: string;
  },
  column: vscode.ViewColumn,
) => Promise<void>;

/** Registers the documents; the disposable ends them. */
export function createDifferences(): { readonly show: ShowDifference; readonly registration: vscode.Disposable } {
  const differences = new Differences();
  const registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, differences);
  return {
    registration,
    show: async (title, { before, after, ending }, viewColumn) => {
      const [left, right] = [before, after].map((text) => differences.add(title, text, ending));
      await vscode.commands.executeCommand('vscode.diff', left, right, title, { viewColumn, preview: true });
    },
  };
}
