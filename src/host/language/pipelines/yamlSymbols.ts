import * as vscode from 'vscode';
import { isJsonObject } from '../../../core/record/json.ts';
import { isPipelineDocument } from './languageFile.ts';
import { kindOf, valueAt } from './pipelineNames.ts';
import { yamlDataOf, yamlRangeOf, type YamlPath } from './yamlPlace.ts';

/** The outline: of a pipeline its recipe, steps and outputs; of a file of profiles the profiles. */
export class YamlSymbols implements vscode.DocumentSymbolProvider {
  provideDocumentSymbols(document: vscode.TextDocument): vscode.DocumentSymbol[] {
    const text = document.getText();
    const data = yamlDataOf(text);
    const symbol = (name: string, detail: string, kind: vscode.SymbolKind, path: YamlPath): vscode.DocumentSymbol[] => {
      const range = yamlRangeOf(text, path, 'both');
      if (range === undefined) return [];
      const whole = new vscode.Range(document.positionAt(range.start), document.positionAt(trimmed(text, range.end)));
      // A name that is being written is empty, which the editor refuses.
      return [new vscode.DocumentSymbol(name === '' ? '?' : name, detail, kind, whole, firstLine(document, whole))];
    };
    if (!isPipelineDocument(document)) {
      const profiles = valueAt(data, ['endpoints']);
      return Object.entries(isJsonObject(profiles) ? profiles : {}).flatMap(([name, profile]) => {
        const detail = isJsonObject(profile) ? (textOf(profile['base_url']) ?? textOf(profile['kind']) ?? '') : '';
        return symbol(name, detail, vscode.SymbolKind.Interface, ['endpoints', name]);
      });
    }
    const recipe = valueAt(data, ['recipe']);
    const output = valueAt(data, ['output']);
    return [
      ...(typeof recipe === 'string' ? symbol(recipe, 'recipe', vscode.SymbolKind.Module, ['recipe']) : []),
      ...listOf(data, 'steps').flatMap((step, index) => {
        const name = typeof step['id'] === 'string' ? step['id'] : '';
        return symbol(name, kindOf(step) ?? '', vscode.SymbolKind.Function, ['steps', index]);
      }),
      ...(typeof output === 'string' ? symbol(output, 'output', vscode.SymbolKind.File, ['output']) : []),
      ...listOf(data, 'outputs').flatMap((one, index) => {
        const name = typeof one['path'] === 'string' ? one['path'] : '';
        return symbol(name, textOf(one['format']) ?? 'output', vscode.SymbolKind.File, ['outputs', index]);
      }),
    ];
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The elements of a list, each a map; what is none stands as an empty one, so that places stay right. */
function listOf(data: unknown, key: string): readonly Readonly<Record<string, unknown>>[] {
  const list = valueAt(data, [key]);
  return Array.isArray(list) ? list.map((element: unknown) => (isJsonObject(element) ? element : {})) : [];
}

/** The end of a map's text runs on to the next thing; the outline wants the end of its last line. */
function trimmed(text: string, end: number): number {
  let at = end;
  while (at > 0 && /\s/u.test(text[at - 1] ?? '')) at -= 1;
  return at;
}

function firstLine(document: vscode.TextDocument, { start, end }: vscode.Range): vscode.Range {
  return new vscode.Range(start, start.line === end.line ? end : document.lineAt(start.line).range.end);
}
