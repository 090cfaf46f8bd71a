import type { TokenCounter } from './tokens.ts';

/** A part of a document, or one that is left out with its reason. `index` counts both, from 0. */
export type Segment =
  | { readonly index: number; readonly text: string }
  | {
      readonly index: number;
      readonly text: string;
      readonly reason: 'segment-too-long' | 'segment-too-short';
      readonly message: string;
    };

export interface SegmentLimits {
  /** Tokens that a segment has at the least, and at the most. */
  readonly minTokens: number;
  readonly maxTokens: number;
}

/**
 * Cuts a document into segments: it is split at newlines, lines that are longer than a segment may be are left out,
 * neighbouring ones are joined up to that length, and what is still too short is left out. The text of a segment is that
 * of the document; blank lines at its ends go.
 */
export function* segmentDocument(text: string, limits: SegmentLimits, counter: TokenCounter): Generator<Segment> {
  let index = 0;
  let group: string[] = [];
  let tokens = 0;
  const close = function* (): Generator<Segment> {
    for (const part of fitting(group, limits.maxTokens, counter)) {
      const count = counter.count(part);
      const short = { reason: 'segment-too-short', message: tooShort(count, limits.minTokens) } as const;
      yield { index, text: part, ...(count < limits.minTokens ? short : {}) };
      index += 1;
    }
    group = [];
    tokens = 0;
  };
  for (const line of linesOf(text)) {
    if (!counter.fits(line, limits.maxTokens)) {
      const message = `a line of the document is longer than the ${limits.maxTokens} tokens that the model takes beside its prompt`;
      yield { index, text: line, reason: 'segment-too-long', message };
      index += 1;
      continue;
    }
    const count = counter.count(line);
    // The newline between two lines takes a token at the most.
    if (group.length > 0 && tokens + 1 + count > limits.maxTokens) yield* close();
    tokens += count + (group.length === 0 ? 0 : 1);
    group.push(line);
  }
  yield* close();
}

function tooShort(count: number, minimum: number): string {
  return `it has ${count} tokens, the minimum is ${minimum}`;
}

/** Lines as texts that fit. They nearly always do in one: tokens that reach across a newline could make it longer than its parts. */
function* fitting(lines: readonly string[], limit: number, counter: TokenCounter): Generator<string> {
  const first = lines.findIndex((line) => line.trim() !== '');
  if (first === -1) return;
  const last = lines.findLastIndex((line) => line.trim() !== '');
  const text = lines.slice(first, last + 1).join('\n');
  if (first === last || counter.fits(text, limit)) {
    yield text;
    return;
  }
  const middle = Math.ceil((first + last + 1) / 2);
  yield* fitting(lines.slice(first, middle), limit, counter);
  yield* fitting(lines.slice(middle, last + 1), limit, counter);
}

function* linesOf(text: string): Generator<string> {
  let start = 0;
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
    yield text.slice(start, end);
    start = end + 1;
  }
  yield text.slice(start);
}
