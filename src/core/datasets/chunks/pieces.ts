/** Where a text may be cut. Pieces lie side by side. */
import type { DocumentText } from '../sourceEntry.ts';

/** A part of a text by its offsets, the end exclusive. */
export interface Piece {
  readonly start: number;
  readonly end: number;
}

/** Words, each with the white space before it, as tokens have it. */
export function* wordsOf(text: string, { start, end }: Piece): Generator<Piece> {
  const word = /\s*\S+|\s+/guy;
  word.lastIndex = start;
  while (word.lastIndex < end) {
    const from = word.lastIndex;
    if (!word.test(text)) return;
    yield { start: from, end: Math.min(word.lastIndex, end) };
    if (word.lastIndex >= end) return;
  }
}

/** Paragraphs: what blank lines separate. Code between fences is one, whatever is in it. */
export function* paragraphsOf(text: string, { start, end }: Piece): Generator<Piece> {
  let from = start;
  let wasBlank = false;
  let fence: string | undefined;
  for (const line of linesOf(text, { start, end })) {
    const isBlank = line.text.trim() === '';
    if (wasBlank && !isBlank && fence === undefined) {
      if (line.start > from) yield { start: from, end: line.start };
      from = line.start;
    }
    fence = fenceBehind(fence, line.text);
    wasBlank = isBlank;
  }
  if (end > from) yield { start: from, end };
}

/**
 * The text under each heading of Markdown (`## …`, or a line underlined with `=` or `-`), the heading included, up to the
 * next one of any level; first what stands before them all.
 */
export function* headingSections(text: string): Generator<Piece & { readonly headings: readonly string[] }> {
  let path: readonly { readonly level: number; readonly title: string }[] = [];
  let from = 0;
  let fence: string | undefined;
  let before: { readonly start: number; readonly text: string } | undefined;
  const section = (end: number): Piece & { headings: readonly string[] } => ({
    start: from,
    end,
    headings: path.map(({ title }) => title),
  });
  for (const line of linesOf(text, { start: 0, end: text.length })) {
    const heading = fence === undefined ? headingOf(line, before) : undefined;
    if (heading !== undefined) {
      if (heading.start > from) yield section(heading.start);
      from = heading.start;
      path = [...path.filter(({ level }) => level < heading.level), heading];
    }
    fence = fenceBehind(fence, line.text);
    before = line.text.trim() === '' || heading !== undefined || fence !== undefined ? undefined : line;
  }
  if (text.length > from) yield section(text.length);
}

/** The pages of a document; one where it has none. */
export function* pagesOf({ text, pages = [0] }: DocumentText): Generator<Piece> {
  for (const [index, start] of pages.entries()) yield { start, end: pages[index + 1] ?? text.length };
}

interface TextLine extends Piece {
  readonly text: string;
}

function* linesOf(text: string, { start, end }: Piece): Generator<TextLine> {
  let from = start;
  while (from < end) {
    const at = text.indexOf('\n', from);
    const to = at === -1 || at >= end ? end : at + 1;
    yield { start: from, end: to, text: text.slice(from, to).trimEnd() };
    from = to;
  }
}

/** CommonMark 0.31, 4.2 and 4.3; of the underlined ones those of one line. */
function headingOf(
  line: { readonly start: number; readonly text: string },
  before: { readonly start: number; readonly text: string } | undefined,
): { readonly level: number; readonly title: string; readonly start: number } | undefined {
  const marked = /^ {0,3}(?<marks>#{1,6})(?:[ \t]+(?<title>.*?))?(?:[ \t]+#+)?$/u.exec(line.text);
  if (marked?.groups !== undefined) {
    const { marks = '#', title = '' } = marked.groups;
    return { level: marks.length, title: title.trim(), start: line.start };
  }
  const isUnderline = /^ {0,3}(?:=+|-{2,})$/u.test(line.text);
  if (!isUnderline || before === undefined || /^ {0,3}(?:[-*+>|]|\d+[.)]) ?/u.test(before.text)) return undefined;
  return { level: line.text.trim().startsWith('=') ? 1 : 2, title: before.text.trim(), start: before.start };
}

/** The fence that is open behind a line; undefined: none. */
function fenceBehind(open: string | undefined, line: string): string | undefined {
  const found = /^ {0,3}(?<fence>`{3,}|~{3,})(?<rest>.*)$/u.exec(line)?.groups;
  const fence = found?.['fence'];
  if (fence === undefined) return open;
  if (open === undefined) return fence;
  return fence.startsWith(open) && found?.['rest']?.trim() === '' ? undefined : open;
}
