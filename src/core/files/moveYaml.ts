/** Changes the order of a list in YAML text; each element takes its comments along. */
import { isDeepStrictEqual } from 'node:util';
import { isNode, isSeq, parseDocument, type Document, type Node } from 'yaml';
import { valueAt, type DataPath } from './checkValue.ts';
import { applyChanges, UnchangeableYamlError, type TextChange } from './editYaml.ts';
import { lineEnd, lineStart, trimmedEnd } from './yamlFragments.ts';

/**
 * What has to be changed so that an element of a list and the one behind it change places.
 *
 * @param path of the list
 * @param index of the first of the two, from 0
 * @throws UnchangeableYamlError when the text is no YAML, or there are no such two elements
 */
export function swapYaml(text: string, path: DataPath, index: number): readonly TextChange[] {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  if (document.errors.length > 0) throw new UnchangeableYamlError(document.errors[0]?.message ?? 'the text is no YAML');
  const list = document.getIn(path, true);
  if (!isSeq(list)) throw new UnchangeableYamlError('no list is there');
  const [first, second] = list.items.slice(index, index + 2);
  if (index < 0 || !isNode(first) || !isNode(second)) throw new UnchangeableYamlError('no two elements are there');
  const changes = swapped(text, spanOf(text, first, list.flow === true), spanOf(text, second, list.flow === true));
  const expected = elementsOf(document, path);
  expected.splice(index, 2, expected[index + 1], expected[index]);
  const after = parseDocument(applyChanges(text, changes), { prettyErrors: false, logLevel: 'silent' });
  if (after.errors.length > 0 || !isDeepStrictEqual(elementsOf(after, path), expected)) {
    throw new UnchangeableYamlError('an element refers to what stands before it');
  }
  return changes;
}

type Span = readonly [start: number, end: number];

function swapped(text: string, one: Span, other: Span): readonly TextChange[] {
  if (one[1] > other[0]) throw new UnchangeableYamlError('the elements share a line');
  return [
    { start: one[0], end: one[1], text: text.slice(...other) },
    { start: other[0], end: other[1], text: text.slice(...one) },
  ];
}

/** An element in braces is its own text; one on lines has its dash, and the comments right above and inside of it. */
function spanOf(text: string, node: Node, isFlow: boolean): Span {
  const [from = 0, to = 0] = node.range ?? [];
  if (isFlow) return [from, trimmedEnd(text, to)];
  let start = lineStart(text, from);
  // An anchor or a tag may stand on the line of the dash, and the element itself below it.
  while (start > 0 && !/^\s*-(?:\s|$)/u.test(lineAt(text, start))) start = lineStart(text, start - 1);
  const indent = indentOf(lineAt(text, start));
  while (start > 0) {
    const above = lineStart(text, start - 1);
    const line = lineAt(text, above);
    if (!/^\s*#/u.test(line) || indentOf(line) < indent) break;
    start = above;
  }
  let end = lineEnd(text, trimmedEnd(text, to));
  // Comments of the next element count as the end of this one.
  for (let last = lineStart(text, end); last > from && isCommentUpTo(lineAt(text, last), indent);) {
    end = lineEnd(text, trimmedEnd(text, last));
    last = lineStart(text, end);
  }
  for (let at = end; at < text.length;) {
    at = text.indexOf('\n', at) + 1;
    const line = lineAt(text, at);
    if (at === 0 || !/^\s*#/u.test(line) || isCommentUpTo(line, indent)) break;
    end = lineEnd(text, at);
    at = end;
  }
  return [start, end];
}

function lineAt(text: string, start: number): string {
  return text.slice(start, lineEnd(text, start));
}

function indentOf(line: string): number {
  return /^\s*/u.exec(line)?.[0].length ?? 0;
}

/** Whether a line is a comment that is no deeper than a dash. */
function isCommentUpTo(line: string, indent: number): boolean {
  return /^\s*#/u.test(line) && indentOf(line) <= indent;
}

function elementsOf(document: Document, path: DataPath): unknown[] {
  try {
    const data = valueAt(document.toJS({ maxAliasCount: 100 }), path);
    return Array.isArray(data) ? [...(data as readonly unknown[])] : [];
  } catch (cause) {
    throw new UnchangeableYamlError('an element refers to what is not there', { cause });
  }
}
