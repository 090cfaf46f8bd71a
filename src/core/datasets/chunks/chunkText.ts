import type { TokenCounter } from '../../curate/tokens.ts';
import type { Chunking } from '../../pipeline/sourcePlan.ts';
import type { DocumentText } from '../sourceEntry.ts';
import { headingSections, pagesOf, paragraphsOf, wordsOf, type Piece } from './pieces.ts';

/** A part of a document. Offsets count UTF-16 code units of the document's text, the end is exclusive. */
export interface Chunk {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Headings above and at its beginning, the outermost first; only when cut by headings. */
  readonly headings?: readonly string[];
}

/**
 * Cuts a document into chunks, in order.
 *
 * - `tokens`: as many words as fit into `size`.
 * - `paragraphs`: as many paragraphs as fit (without `size`: one).
 * - `headings`: the text under each heading; `pages`: each page. What does not fit into `size` is cut by paragraphs.
 *
 * A paragraph that does not fit is cut between words, a word that does not fit between letters. A chunk begins with the
 * last words or paragraphs of the one before that fit into `overlap`. White space around a chunk is left out.
 *
 * @param counter null where there is no `size`
 */
export function* chunkText(
  document: DocumentText,
  { by, size, overlap }: Pick<Chunking, 'by' | 'size' | 'overlap'>,
  counter: TokenCounter | null,
): Generator<Chunk> {
  const { text } = document;
  const packer = size === null || counter === null ? null : { size, overlap, counter, text };
  for (const section of sectionsOf(document, by)) {
    const own = section.headings === undefined ? {} : { headings: section.headings };
    if (packer === null || (by !== 'tokens' && by !== 'paragraphs' && fits(packer, section))) {
      const pieces = by === 'paragraphs' ? paragraphsOf(text, section) : [section];
      for (const piece of pieces) yield* trimmed(text, piece, own);
      continue;
    }
    const pieces = by === 'tokens' ? wordsOf(text, section) : paragraphsOf(text, section);
    for (const piece of pack(packer, pieces)) yield* trimmed(text, piece, own);
  }
}

interface Section extends Piece {
  readonly headings?: readonly string[];
}

function sectionsOf(document: DocumentText, by: Chunking['by']): Iterable<Section> {
  if (by === 'headings') return headingSections(document.text);
  if (by === 'pages') return pagesOf(document);
  return [{ start: 0, end: document.text.length }];
}

interface Packer {
  readonly text: string;
  readonly size: number;
  readonly overlap: number;
  readonly counter: TokenCounter;
}

function fits({ text, size, counter }: Packer, { start, end }: Piece): boolean {
  return counter.fits(text.slice(start, end).trim(), size);
}

/** A piece with its tokens. Together pieces have about as many tokens as the sum of theirs. */
interface Counted extends Piece {
  readonly tokens: number;
}

/** Pieces put together as long as they fit; the end of a chunk is repeated at the beginning of the next. */
function* pack(packer: Packer, pieces: Iterable<Piece>): Generator<Piece> {
  let held: Counted[] = [];
  let tokens = 0;
  /** Whether some of it, white space aside, stood in no chunk before. */
  let isNew = false;
  /** How many of the held pieces did. */
  let repeated = 0;
  for (const piece of counted(packer, pieces)) {
    if (tokens + piece.tokens > packer.size && held.length > 0) {
      if (isNew) yield* whole(packer, held, repeated);
      held = tailOf(packer, held, Math.min(packer.overlap, packer.size - piece.tokens));
      isNew = false;
      repeated = held.length;
      tokens = held.reduce((sum, kept) => sum + kept.tokens, 0);
    }
    const isBlank = packer.text.slice(piece.start, piece.end).trim() === '';
    if (isBlank && held.length === 0) continue;
    const own = held.length === 0 ? atBeginning(packer, piece) : piece;
    held.push(own);
    tokens += own.tokens;
    isNew ||= !isBlank;
  }
  if (isNew) yield* whole(packer, held, repeated);
}

/** A piece without the white space before it, which may have more tokens than with it: ` tide` is one, `tide` two. */
function atBeginning({ text, counter }: Packer, { start, end }: Piece): Counted {
  const written = text.slice(start, end);
  const own = written.trimStart();
  return { start: end - own.length, end, tokens: counter.count(own) };
}

/**
 * Pieces as one chunk. Their tokens add up nearly always; where together they have more after all, the repeated ones go
 * first, then it becomes two chunks.
 */
function* whole(packer: Packer, pieces: readonly Piece[], repeated: number): Generator<Piece> {
  const [first, last] = [pieces[0], pieces.at(-1)];
  if (first === undefined || last === undefined) return;
  const piece = { start: first.start, end: last.end };
  if (pieces.length === 1 || fits(packer, piece)) {
    yield piece;
  } else if (repeated > 0) {
    yield* whole(packer, pieces.slice(1), repeated - 1);
  } else {
    const middle = pieces.length >> 1;
    yield* whole(packer, pieces.slice(0, middle), 0);
    yield* whole(packer, pieces.slice(middle), 0);
  }
}

function tailOf(packer: Packer, pieces: readonly Counted[], room: number): Counted[] {
  let left = room;
  let tail: Counted[] = [];
  for (let from = pieces.length - 1; from >= 0; from -= 1) {
    const piece = pieces[from];
    if (piece === undefined || piece.tokens > left) break;
    const first = atBeginning(packer, piece);
    if (first.tokens <= left) tail = [first, ...pieces.slice(from + 1)];
    left -= piece.tokens;
  }
  return tail;
}

/** Pieces with their tokens; one that does not fit is cut into words, a word that does not into parts that do. */
function* counted(packer: Packer, pieces: Iterable<Piece>): Generator<Counted> {
  const { text, size, counter } = packer;
  for (const piece of pieces) {
    const written = text.slice(piece.start, piece.end);
    if (counter.fits(written, size)) {
      const tokens = counter.count(written);
      // Close to the limit it shows whether it fits at the beginning of a chunk as well.
      if (tokens < size / 2 || atBeginning(packer, piece).tokens <= size) {
        yield { ...piece, tokens };
        continue;
      }
    }
    const [word] = wordsOf(text, piece);
    if (word !== undefined && word.end < piece.end) yield* counted(packer, wordsOf(text, piece));
    else if (isCharacter(text, piece)) yield { ...piece, tokens: counter.count(written) };
    else yield* counted(packer, halves(text, piece));
  }
}

function isCharacter(text: string, { start, end }: Piece): boolean {
  return end - start < 2 || (end - start === 2 && (text.codePointAt(start) ?? 0) > 0xffff);
}

/** A word of several characters in two. */
function* halves(text: string, { start, end }: Piece): Generator<Piece> {
  const middle = (start + end) >> 1;
  // Not between the two halves of a character.
  const code = text.charCodeAt(middle);
  const cut = code >= 0xdc00 && code <= 0xdfff && middle > start + 1 ? middle - 1 : middle;
  yield { start, end: cut };
  yield { start: cut, end };
}

function* trimmed(
  text: string,
  { start, end }: Piece,
  more: { readonly headings?: readonly string[] },
): Generator<Chunk> {
  const written = text.slice(start, end);
  const own = written.trim();
  if (own === '') return;
  const from = start + written.length - written.trimStart().length;
  yield { text: own, start: from, end: from + own.length, ...more };
}
