import type { JsonObject } from '../../record/json.ts';
import type { UnitContent } from '../sourceUnits.ts';
import type { Chunk } from './chunkText.ts';

/** Documents whose lines are the file's own. */
const WITH_LINES: ReadonlySet<string> = new Set(['text', 'markdown', 'code']);

/** Says where chunks stand; they come in order, so that lines are counted once. */
export class ChunkPlaces {
  readonly #text: string;
  readonly #content: UnitContent;
  #offset = 0;
  #line = 1;

  constructor(text: string, content: UnitContent) {
    this.#text = text;
    this.#content = content;
  }

  /**
   * The place in words (`guide.md#Tides`, `notes.txt:12-40`, `report.pdf#page=3`, else characters as in RFC 5147), and as
   * data: index, offsets, and what is known of headings, lines and pages.
   */
  of(chunk: Chunk, index: number): { readonly place: string; readonly remembered: JsonObject } {
    const { start, end, headings } = chunk;
    const { place, document, pages } = this.#content;
    const lines = document !== undefined && WITH_LINES.has(document) ? this.#linesOf(chunk) : undefined;
    const onPages = pages === undefined ? undefined : [pageAt(pages, start), pageAt(pages, end - 1)];
    const remembered: JsonObject = {
      index,
      start,
      end,
      ...(headings === undefined ? {} : { headings }),
      ...(lines === undefined ? {} : { lines }),
      ...(onPages === undefined ? {} : { pages: onPages }),
    };
    const heading = headings?.at(-1);
    const inside =
      onPages !== undefined
        ? `#page=${range(onPages)}`
        : heading !== undefined
          ? `#${heading}`
          : lines !== undefined
            ? `:${range(lines)}`
            : `#char=${start},${end}`;
    return { place: `${place}${inside}`, remembered };
  }

  #linesOf({ start, end }: Chunk): readonly number[] {
    this.#line += newlines(this.#text, this.#offset, start);
    this.#offset = start;
    return [this.#line, this.#line + newlines(this.#text, start, end)];
  }
}

function newlines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

function pageAt(pages: readonly number[], offset: number): number {
  return Math.max(1, pages.filter((start) => start <= offset).length);
}

function range([first = 1, last = first]: readonly number[]): string {
  return first === last ? String(first) : `${first}-${last}`;
}
