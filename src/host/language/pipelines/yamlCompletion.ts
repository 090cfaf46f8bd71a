import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { LanguageContext } from './languageFile.ts';
import { suggestionsAt, type Suggestion } from './suggestions.ts';
import { yamlPlaceAt } from './yamlPlace.ts';

/** Characters after which suggestions open by themselves. */
export const COMPLETION_TRIGGERS = [' ', ':', '-', '[', '{', '/', '"'];

/** Whether the YAML extension is there, which offers what our schemas say by itself. */
export function offersSchemas(): boolean {
  return vscode.extensions.getExtension('redhat.vscode-yaml') !== undefined;
}

/** Keys, values and names of pipelines and endpoint profiles. */
export class YamlCompletion implements vscode.CompletionItemProvider {
  readonly #context: LanguageContext;

  constructor(context: LanguageContext) {
    this.#context = context;
  }

  async provideCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.CompletionItem[]> {
    const place = yamlPlaceAt(document.getText(), position.line, position.character);
    if (place === undefined) return [];
    const { source } = await this.#context.of(document);
    const indent = document.lineAt(position.line).firstNonWhitespaceCharacterIndex;
    const range = new vscode.Range(position.line, place.range.start, position.line, place.range.end);
    const options = { schemaIsOffered: offersSchemas(), indent: Math.min(indent, place.range.start) };
    return suggestionsAt(place, source, options).map((suggestion, index) => toEditor(suggestion, index, range));
  }
}

function toEditor(suggestion: Suggestion, index: number, range: vscode.Range): vscode.CompletionItem {
  const { label, description, kind, snippet, text, goesOn } = suggestion;
  const item = new vscode.CompletionItem(label, KINDS[kind]);
  item.detail = description;
  item.range = range;
  item.insertText = snippet === undefined ? text : new vscode.SnippetString(snippet);
  // As the file is usually written, not by the alphabet.
  item.sortText = `${kind === 'snippet' ? 'z' : 'a'}${String(index).padStart(4, '0')}`;
  if (goesOn) item.command = { command: 'editor.action.triggerSuggest', title: l10n.t('Suggest') };
  return item;
}

const KINDS: Readonly<Record<Suggestion['kind'], vscode.CompletionItemKind>> = {
  key: vscode.CompletionItemKind.Property,
  value: vscode.CompletionItemKind.EnumMember,
  name: vscode.CompletionItemKind.Reference,
  snippet: vscode.CompletionItemKind.Snippet,
};
