import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { EXPECTS, frontMatterSchema, readFrontMatter } from '../../../core/prompts/frontMatter.ts';
import { scanTemplate } from '../../../core/prompts/scanTemplate.ts';
import { placeholderFacts, shorten } from './placeholderFacts.ts';
import type { PromptSurroundings } from './promptLanguage.ts';
import { bracesAt, placesOf, type PromptPlaces } from './promptPlaces.ts';

/** Placeholders after a brace; keys and values in the front matter. */
export class PromptCompletion implements vscode.CompletionItemProvider {
  readonly #around: (document: vscode.TextDocument) => Promise<PromptSurroundings>;

  constructor(around: (document: vscode.TextDocument) => Promise<PromptSurroundings>) {
    this.#around = around;
  }

  async provideCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.CompletionItem[]> {
    const places = placesOf(document);
    const offset = places.offsetAt(position);
    const line = document.lineAt(position.line).text;
    if (places.isInFrontMatter(offset) && !/^system:|^\s/u.test(line)) {
      const inSample = /^sample:\s*\{/u.test(line);
      return inSample ? this.#sampleNames(places, document, position) : keysAndValues(places, line, position);
    }
    const braces = bracesAt(places.parts.text, offset);
    if (braces === undefined) return [];
    const range = new vscode.Range(places.positionAt(braces.start), places.positionAt(braces.end));
    const facts = placeholderFacts(places, await this.#around(document));
    return [...facts.values()]
      .filter(({ name }) => name !== braces.name || braces.isClosed)
      .map(({ name, sources, sample }, index) => {
        const item = new vscode.CompletionItem(name, vscode.CompletionItemKind.Variable);
        item.range = range;
        item.insertText = braces.isClosed ? name : `${name}}`;
        item.sortText = String(index).padStart(3, '0');
        item.detail = sources[0] ?? (sample === undefined ? '' : l10n.t('Sample: {0}', shorten(String(sample))));
        return item;
      });
  }

  /** Placeholders of the text that have no sample yet. */
  #sampleNames(
    { parts }: PromptPlaces,
    document: vscode.TextDocument,
    position: vscode.Position,
  ): vscode.CompletionItem[] {
    const { values } = readFrontMatter(parts.yaml?.text ?? '');
    const range = document.getWordRangeAtPosition(position);
    return scanTemplate(parts.body)
      .placeholders.filter((name) => !Object.hasOwn(values.sample, name))
      .map((name) => {
        const item = new vscode.CompletionItem(name, vscode.CompletionItemKind.Property);
        item.insertText = `${name}: `;
        if (range !== undefined) item.range = range;
        return item;
      });
  }
}

function keysAndValues({ parts }: PromptPlaces, line: string, position: vscode.Position): vscode.CompletionItem[] {
  const value = /^expects:\s*/u.exec(line);
  if (value !== null && position.character >= value[0].length) {
    const range = new vscode.Range(position.line, value[0].length, position.line, line.length);
    return EXPECTS.map((name) => {
      const item = new vscode.CompletionItem(name, vscode.CompletionItemKind.EnumMember);
      item.range = range;
      return item;
    });
  }
  if (line.slice(0, position.character).includes(':')) return [];
  const present = new Set([...(parts.yaml?.text ?? '').matchAll(/^([\w-]+):/gmu)].map(([, key]) => key));
  const range = new vscode.Range(position.line, 0, position.line, position.character);
  return Object.entries(frontMatterSchema.shape)
    .filter(([key]) => !present.has(key))
    .map(([key, { description }]) => {
      const item = new vscode.CompletionItem(key, vscode.CompletionItemKind.Property);
      item.range = range;
      item.insertText = new vscode.SnippetString(key === 'sample' ? 'sample: { $0 }' : `${key}: $0`);
      if (key === 'expects') item.command = { command: 'editor.action.triggerSuggest', title: l10n.t('Suggest') };
      item.detail = description ?? '';
      return item;
    });
}
