import type { SyntaxNode } from '@lezer/common';

/** Whether a node is a comment, in any of the grammars. */
export function isComment(node: SyntaxNode): boolean {
  return /^(?:Line|Block|Doc)?Comment$/u.test(node.name);
}

/** The words of comments, without their marks. */
export function commentText(comments: string): string {
  return comments
    .split('\n')
    .map((line) =>
      line
        .replace(/^\s*(?:\/\*\*?!?|\/\/[/!]?|\*(?!\/)|#+)? ?/u, '')
        .replace(/\s*\*\/\s*$/u, '')
        .trimEnd(),
    )
    .join('\n')
    .trim();
}

/** The string that a Python function or class begins with; empty where there is none. */
export function docString(node: SyntaxNode, text: string): string {
  const first = node.getChild('Body')?.getChild('ExpressionStatement');
  const before = first?.prevSibling;
  const string = first?.getChild('String');
  if (string == null || (before != null && before.name !== ':' && !isComment(before))) return '';
  const written = text.slice(string.from, string.to);
  const match = /^[rRuU]?(?<quote>"""|'''|"|')(?<words>[^]*)\k<quote>$/u.exec(written);
  const words = match?.groups?.['words'] ?? '';
  const lines = words.split('\n');
  const indent = Math.min(
    ...lines.slice(1).flatMap((line) => (line.trim() === '' ? [] : [line.length - line.trimStart().length])),
  );
  return lines
    .map((line, index) => (index === 0 ? line.trim() : line.slice(Number.isFinite(indent) ? indent : 0).trimEnd()))
    .join('\n')
    .trim();
}
