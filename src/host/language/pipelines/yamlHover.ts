import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { LanguageContext } from './languageFile.ts';
import { defaultOf, descriptionOf, schemasAt, valuesOf } from './schemaWalk.ts';
import { offersSchemas } from './yamlCompletion.ts';
import { yamlDataOf, yamlNodeAt } from './yamlPlace.ts';

/** Says what a key is for, and what a name in a value means. */
export class YamlHover implements vscode.HoverProvider {
  readonly #context: LanguageContext;

  constructor(context: LanguageContext) {
    this.#context = context;
  }

  async provideHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined> {
    const text = document.getText();
    const node = yamlNodeAt(text, document.offsetAt(position));
    if (node === undefined) return undefined;
    const { source } = await this.#context.of(document);
    const data = yamlDataOf(text);
    const schemas = schemasAt(source.schema, node.path, data);
    const range = new vscode.Range(document.positionAt(node.start), document.positionAt(node.end));
    const written = text.slice(node.start, node.end).replaceAll(/^["']|["']$/gu, '');
    const lines: string[] = [];
    if (node.isKey) {
      const own = source.keysOf({ path: node.path.slice(0, -1), data }).find(({ value }) => value === written);
      if (own !== undefined) lines.push(l10n.t('Template in place of {0}', own.description));
      else if (!offersSchemas()) lines.push(...linesOfKey(schemas));
    } else {
      const role = source.roleOf(node.path, descriptionOf(schemas));
      const names = role === undefined ? [] : source.namesOf(role, { path: node.path, data });
      lines.push(names.find(({ value }) => value === written)?.description ?? '');
    }
    const told = lines.filter((line) => line !== '');
    if (told.length === 0) return undefined;
    const shown = new vscode.MarkdownString();
    // As plain text, never as Markdown: names and values come from files.
    for (const line of told) shown.appendText(line).appendMarkdown('\n\n');
    return new vscode.Hover(shown, range);
  }
}

function linesOfKey(schemas: Parameters<typeof descriptionOf>[0]): readonly string[] {
  const values = valuesOf(schemas).map(({ value }) => value);
  const usual = defaultOf(schemas);
  return [
    descriptionOf(schemas),
    values.length > 0 && values.length <= 20 ? l10n.t('One of: {0}', values.join(', ')) : '',
    usual === undefined ? '' : l10n.t('Default: {0}', JSON.stringify(usual)),
  ];
}
