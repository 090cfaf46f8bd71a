import { DEFAULT_ENCODING } from '../curate/encodings.ts';
import { isRecordFormat } from '../datasets/sourceFormats.ts';
import type { Planning } from './planContext.ts';
import type { ReadDraft } from './planRead.ts';
import type { Chunking, ReadSource, SampleChoice } from './sourcePlan.ts';

/** Field that takes the place of a chunk when the step names none. */
const CHUNK_FIELD = 'chunk';

/** Which of the records a `read` step takes; undefined: all. */
export function planSample({ read, locate }: ReadDraft, { problems }: Planning): SampleChoice | undefined {
  if (read.sample === undefined) return undefined;
  const { count, ratio, seed = 0 } = read.sample;
  if ((count === undefined) === (ratio === undefined)) {
    const message = count === undefined ? 'a sample needs `count` or `ratio`' : 'a sample has a `count` or a `ratio`';
    problems.error('conflicting-keys', message, locate(['sample'], 'key'));
  }
  return { seed, ...(count === undefined ? {} : { count }), ...(ratio === undefined ? {} : { ratio }) };
}

/** How a `read` step cuts its texts; undefined: not at all. */
export function planChunk(
  { read, locate }: ReadDraft,
  source: ReadSource,
  { problems }: Planning,
): Chunking | undefined {
  if (read.chunk === undefined) return undefined;
  const { by, size, overlap = 0, encoding = DEFAULT_ENCODING, into = CHUNK_FIELD } = read.chunk;
  if (by === 'tokens' && size === undefined) {
    problems.error('missing-key', 'chunks by tokens need a `size`', locate(['chunk'], 'key'));
  }
  if (size === undefined && (read.chunk.overlap !== undefined || read.chunk.encoding !== undefined)) {
    const name = read.chunk.overlap === undefined ? 'encoding' : 'overlap';
    problems.error('needless-key', `\`${name}\` has no effect without \`size\``, locate(['chunk', name], 'key'));
  }
  if (size !== undefined && overlap >= size) {
    problems.error('out-of-range', '`overlap` must be smaller than `size`', locate(['chunk', 'overlap'], 'value'));
  }
  const field = textFieldOf(source);
  if (field === null) {
    const message = '`chunk` cuts a text; name the field that holds it (`field`)';
    problems.error('missing-key', message, locate(['chunk'], 'key'));
    return undefined;
  }
  return { by, field, size: size ?? null, overlap, encoding, into };
}

/** The field that holds the text that was read; null where there may be many. */
function textFieldOf(source: ReadSource): string | null {
  if (source.kind === 'list') return source.field;
  if (source.kind === 'git') return 'diff';
  if (source.kind !== 'files') return null;
  const areSymbols = source.files.every(({ as }) => !isRecordFormat(as) || as === 'symbols');
  return source.field === null && !areSymbols ? null : source.into;
}
