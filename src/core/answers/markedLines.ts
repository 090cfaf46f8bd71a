import { bareItemText } from './itemText.ts';

/** What the lines of an answer hold. */
export interface MarkedLines {
  /** The items of each of the longest runs; several when they are equally long, none without a marked line. */
  readonly longest: readonly (readonly string[])[];
  /** Contents of the code fences that are not part of an item. */
  readonly fences: readonly string[];
}

/** An item: the lines `start` to `end` (inclusive). */
interface Item {
  readonly start: number;
  end: number;
  /** Column of the text after the marker. */
  readonly column: number;
  /** Nothing but a marker so far. */
  empty: boolean;
}

interface Run {
  indent: number;
  readonly items: Item[];
  /** Number of the last item; null after a bullet. */
  lastNumber: number | null;
}

interface Line {
  readonly text: string;
  /** Columns of white space in front; a tab goes to the next multiple of four. */
  readonly indent: number;
  readonly kind: 'blank' | 'break' | 'marked' | 'plain';
  /** Of a marked line: its number, or null for a bullet. */
  readonly number: number | null;
  /** Of a marked line: offset and column of what follows the marker. */
  readonly offset: number;
  readonly column: number;
}

/**
 * `- x`, `* x`, `• x`, `1. x`, `1) x`. The blank after the marker may be missing where no other reading is likely: not
 * for `-5`, `3.14`, `--flag` or `*emphasis*`.
 */
const MARKER = /^(?:-(?=\s|$|\p{L})|\*(?=\s|$|[^*\s][^*]*$)|•|(\d{1,9})[.)](?=\s|$|[^\d\s]))\s*/u;
/** A rule (`---`, `* * *`) or a heading: neither is part of an item. */
const RULE = /^([-*_])[ \t]*(?:\1[ \t]*){2,}$/u;
/** Longer lines are no rules; the expression would run out of stack on a line of a million dashes. */
const LONGEST_RULE = 200;
const HEADING = /^#{1,6}\s/u;
const FENCE = /^\s*(`{3,}(?=[^`]*$)|~{3,})\s*(\S?)/u;

/**
 * Finds the lists in an answer's lines, in one pass.
 *
 * - A *run* is made of the marked lines of one indent, whatever their markers; blank lines between them do not end it.
 * - Deeper or unmarked lines that follow an item without a blank line between belong to it, a code fence among them as
 *   a whole (with its blank and marked lines).
 * - After a blank line, deeper lines belong to nothing, but the run goes on after them (explanations between items);
 *   deeper marked lines there are a run of their own.
 * - After a blank line, an unmarked line that is not deeper ends the run; so do headings, rules and fences. But a
 *   numbered line that counts on from the run's last number continues it (1. …, a paragraph, 2. …).
 * - A numbered run that starts again at 1 after a blank line is another run.
 * - Numbers that are aligned at their dots (` 9.`, `10.`) are one run.
 * - An item without any text is no item.
 */
export function findMarkedLines(text: string): MarkedLines {
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  const closings = pairFences(lines);
  const finder = new RunFinder();
  const fences: string[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const line = readLine(lines[index] ?? '');
    const closing = closings.get(index);
    if (closing === undefined) {
      finder.take(index, line);
    } else if (closing > index && finder.owns(line)) {
      finder.takeAll(closing);
      index = closing;
    } else {
      finder.break();
      if (closing > index) fences.push(lines.slice(index + 1, closing).join('\n'));
    }
  }
  return { longest: longestOf(finder.runs, lines), fences };
}

/** Assigns lines to items and items to runs. */
class RunFinder {
  readonly runs: Run[] = [];
  /** Runs that can go on, each deeper than the one before it. */
  readonly #open: Run[] = [];
  /** By indent: the numbered run that a paragraph or a heading ended last. */
  readonly #interrupted = new Map<number, Run>();
  /** The item that the next line may join, and its run's indent. */
  #joining: { readonly item: Item; readonly indent: number } | null = null;
  /** Something has separated the next line from the last item. */
  #gap = false;

  take(index: number, line: Line): void {
    switch (line.kind) {
      case 'blank':
        this.#separate();
        break;
      case 'break':
        this.break();
        break;
      case 'plain':
        if (this.#joining !== null) {
          this.#joining.item.end = index;
          this.#joining.item.empty = false;
        } else {
          this.#interrupt(line.indent);
          this.#separate();
        }
        break;
      case 'marked': {
        const indent = this.#alignedIndent(line);
        if (this.#joining !== null && indent > this.#joining.indent) {
          this.#joining.item.end = index;
          this.#joining.item.empty = false;
        } else {
          this.#addItem(index, line, indent);
        }
      }
    }
  }

  /** Whether a fence that opens with this line belongs to an item. */
  owns(line: Line): boolean {
    const last = this.#open.at(-1);
    return this.#joining !== null || (last !== undefined && line.indent > last.indent);
  }

  /** Takes a fence up to its closing line: into the item, or into nothing after a blank line. */
  takeAll(closing: number): void {
    if (this.#joining === null) return;
    this.#joining.item.end = closing;
    this.#joining.item.empty = false;
  }

  /** Ends every run, as headings, rules and fences do. */
  break(): void {
    this.#interrupt(0);
    this.#separate();
  }

  #separate(): void {
    this.#joining = null;
    this.#gap = true;
  }

  #interrupt(indent: number): void {
    for (let run = this.#open.at(-1); run !== undefined && run.indent >= indent; run = this.#open.at(-1)) {
      this.#open.pop();
      if (run.lastNumber !== null) this.#interrupted.set(run.indent, run);
    }
  }

  /** The indent of the run that this line's number continues at the same dot, else its own. */
  #alignedIndent(line: Line): number {
    const run = this.#open.at(-1);
    const continues =
      run !== undefined &&
      line.number !== null &&
      run.lastNumber === line.number - 1 &&
      line.indent < run.indent &&
      run.items.at(-1)?.column === line.column;
    return continues ? run.indent : line.indent;
  }

  #addItem(index: number, line: Line, indent: number): void {
    while ((this.#open.at(-1)?.indent ?? -1) > indent) this.#open.pop();
    for (const deeper of this.#interrupted.keys()) if (deeper > indent) this.#interrupted.delete(deeper);
    const run = this.#runFor(line.number, indent);
    const item = { start: index, end: index, column: line.column, empty: line.offset >= line.text.length };
    run.items.push(item);
    run.lastNumber = line.number;
    this.#joining = { item, indent };
    this.#gap = false;
  }

  #runFor(number: number | null, indent: number): Run {
    const last = this.#open.at(-1);
    const current = last?.indent === indent ? last : undefined;
    if (current !== undefined && (number === null || current.lastNumber === number - 1)) return current;
    const interrupted = this.#interrupted.get(indent);
    const resumes = interrupted !== undefined && number !== null && interrupted.lastNumber === number - 1;
    const restarts = this.#gap && number === 1 && (current?.lastNumber ?? 0) > 1;
    if (current !== undefined && !resumes && !restarts) return current;
    if (current !== undefined) this.#open.pop();
    const run = resumes ? interrupted : { indent, items: [], lastNumber: null };
    if (resumes) this.#interrupted.delete(indent);
    else this.runs.push(run);
    this.#open.push(run);
    return run;
  }
}

function readLine(text: string): Line {
  let indent = 0;
  let offset = 0;
  for (; offset < text.length; offset += 1) {
    const character = text[offset];
    if (character === ' ') indent += 1;
    else if (character === '\t') indent += 4 - (indent % 4);
    else break;
  }
  const rest = text.slice(offset);
  const line = { text, indent, number: null, offset, column: indent };
  if (rest.trim() === '') return { ...line, kind: 'blank' };
  if ((rest.length <= LONGEST_RULE && RULE.test(rest)) || HEADING.test(rest)) return { ...line, kind: 'break' };
  const marker = MARKER.exec(rest);
  if (marker === null) return { ...line, kind: 'plain' };
  const [whole, digits] = marker;
  return {
    ...line,
    kind: 'marked',
    number: digits === undefined ? null : Number(digits),
    offset: offset + whole.length,
    column: indent + whole.length,
  };
}

/** For the first and the last line of each closed fence: its last line. Fences that are never closed map to their own line. */
function pairFences(lines: readonly string[]): ReadonlyMap<number, number> {
  const closings = new Map<number, number>();
  let open: { index: number; mark: string } | null = null;
  for (const [index, line] of lines.entries()) {
    const match = FENCE.exec(line);
    if (match === null) continue;
    const [, mark = '', info = ''] = match;
    if (open === null) {
      open = { index, mark };
      closings.set(index, index);
    } else if (mark.startsWith(open.mark) && info === '') {
      closings.set(open.index, index);
      closings.set(index, index);
      open = null;
    }
  }
  return closings;
}

function longestOf(runs: readonly Run[], lines: readonly string[]): string[][] {
  let most = 0;
  let longest: Item[][] = [];
  for (const run of runs) {
    const items = run.items.filter(({ empty }) => !empty);
    if (items.length > most) {
      most = items.length;
      longest = [items];
    } else if (items.length === most && most > 0) {
      longest.push(items);
    }
  }
  return longest.map((items) => items.map((item) => itemText(item, lines)));
}

/** The item's lines without marker and without the indent that the marker gives them, joined by newlines. */
function itemText(item: Item, lines: readonly string[]): string {
  const first = lines[item.start] ?? '';
  const texts = [first.slice(readLine(first).offset)];
  for (let index = item.start + 1; index <= item.end; index += 1) {
    texts.push(withoutIndent(lines[index] ?? '', item.column));
  }
  return bareItemText(texts.join('\n'));
}

function withoutIndent(line: string, columns: number): string {
  let column = 0;
  let offset = 0;
  while (column < columns && (line[offset] === ' ' || line[offset] === '\t')) {
    column += line[offset] === ' ' ? 1 : 4 - (column % 4);
    offset += 1;
  }
  return line.slice(offset);
}
