import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { EXPECTS, frontMatterSchema } from '../../../core/prompts/frontMatter.ts';
import { placeholderFacts, shorten } from './placeholderFacts.ts';
import type { PromptSurroundings } from './promptLanguage.ts';
import { bracesAt, placesOf } from './promptPlaces.ts';

/** Says where a placeholder's value comes from, and what a key of the front matter is for. */
export class PromptHover implements vscode.HoverProvider {
  readonly #around: (document: vscode.TextDocument) => Promise<PromptSurroundings>;

  constructor(around: (document: vscode.TextDocument) => Promise<PromptSurroundings>) {
    this.#around = around;
  }

  async provideHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined> {
    const places = placesOf(document);
    const offset = places.offsetAt(position);
    const key = /^([\w-]+):/u.exec(document.lineAt(position.line).text)?.[1];
    if (places.isInFrontMatter(offset) && key !== undefined && position.character <= key.length) {
      return hoverOfKey(key, new vscode.Range(position.line, 0, position.line, key.length));
    }
    const braces = bracesAt(places.parts.text, offset);
    if (braces?.isClosed !== true || braces.name === '') return undefined;
    const fact = placeholderFacts(places, await this.#around(document)).get(braces.name);
    if (fact === undefined) return undefined;
    const lines = [
      ...fact.sources,
      ...(fact.sample === undefined ? [] : [l10n.t('Sample: {0}', shorten(String(fact.sample)))]),
    ];
    const text = new vscode.MarkdownString().appendCodeblock(`{${braces.name}}`, 'text');
    // Values come from data: as plain text, never as Markdown.
    if (lines.length === 0) text.appendText(l10n.t('No pipeline of this workspace fills it in yet.'));
    for (const line of lines) text.appendText(line).appendMarkdown('\n\n');
    return new vscode.Hover(
      text,
      new vscode.Range(places.positionAt(braces.start - 1), places.positionAt(braces.end + 1)),
    );
  }
}

function hoverOfKey(key: string, range: vscode.Range): vscode.Hover | undefined {
  const entry = Object.entries(frontMatterSchema.shape).find(([name]) => name === key)?.[1];
  if (entry === undefined) return undefined;
  const text = new vscode.MarkdownString().appendText(entry.description ?? '');
  if (key === 'expects') text.appendMarkdown(`: \`${EXPECTS.join('`, `')}\``);
  return new vscode.Hover(text, range);
}
