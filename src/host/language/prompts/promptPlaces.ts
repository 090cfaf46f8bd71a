/** Where in a template's text something stands. Offsets of the engine count LF line ends; the editor's may be CRLF. */
import * as vscode from 'vscode';
import { splitTemplateFile, type TemplateFileParts } from '../../../core/prompts/frontMatter.ts';

/** A document's text cut into its parts, with the way back to the editor's positions. */
export interface PromptPlaces {
  readonly parts: TemplateFileParts;
  readonly positionAt: (offset: number) => vscode.Position;
  readonly offsetAt: (position: vscode.Position) => number;
  /** Whether an offset is between the two `---` lines. */
  readonly isInFrontMatter: (offset: number) => boolean;
}

export function placesOf(document: vscode.TextDocument): PromptPlaces {
  const parts = splitTemplateFile(document.getText());
  const { text, yaml } = parts;
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return {
    parts,
    positionAt: (offset) => {
      const line = Math.max(
        0,
        starts.findLastIndex((start) => start <= offset),
      );
      return new vscode.Position(line, offset - (starts[line] ?? 0));
    },
    offsetAt: ({ line, character }) => Math.min(text.length, (starts[line] ?? text.length) + character),
    isInFrontMatter: (offset) =>
      parts.unclosed
        ? offset > 3
        : yaml !== undefined && offset >= yaml.start && offset <= yaml.start + yaml.text.length,
  };
}

/** The word in braces around an offset, if there is one: its name so far, and its range without the braces. */
export function bracesAt(
  text: string,
  offset: number,
): { readonly name: string; readonly start: number; readonly end: number; readonly isClosed: boolean } | undefined {
  const before = /(?<!\{)(?:\{\{)*\{([\p{ID_Continue}]*)$/u.exec(text.slice(Math.max(0, offset - 200), offset));
  if (before === null) return undefined;
  const [after = ''] = /^[\p{ID_Continue}]*/u.exec(text.slice(offset, offset + 200)) ?? [];
  const start = offset - (before[1] ?? '').length;
  const end = offset + after.length;
  return { name: text.slice(start, end), start, end, isClosed: text[end] === '}' };
}
