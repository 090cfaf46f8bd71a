import { loadTokenCounter, type TokenCounter } from '../curate/tokens.ts';
import type { ReadStep } from '../pipeline/plan.ts';
import type { Chunking, ReadSource } from '../pipeline/sourcePlan.ts';
import { formatKey } from '../record/key.ts';
import type { JsonObject } from '../record/json.ts';
import { StepFailedError } from '../steps/step.ts';
import { chunkText } from './chunks/chunkText.ts';
import { ChunkPlaces } from './chunks/chunkPlaces.ts';
import { sampleUnits } from './sampleUnits.ts';
import type { SourceEntry, SourceProblem } from './sourceEntry.ts';
import type { ToldSymbols } from './symbols/toldSymbols.ts';
import { unitsOf, type Unit, type UnitContent } from './sourceUnits.ts';

export type { SourceEntry, SourceProblem, SourceRecord } from './sourceEntry.ts';

/**
 * Reads the records of a step that has a source, in their final order, a piece at a time: what the source holds, of that
 * the sample, of that the chunks. What cannot be read is an entry.
 *
 * @param told symbols of code that no parser of ours reads; absent: such code cannot be read by symbol
 * @throws StepFailedError for what cannot be read when the step is strict
 */
export async function* readSource(step: ReadStep, told?: ToldSymbols): AsyncGenerator<SourceEntry> {
  const { source, sample, chunk } = step;
  const isStrict = 'strict' in source && source.strict;
  const all = unitsOf(source, told);
  const counter = chunk === undefined || chunk.size === null ? null : await loadTokenCounter(chunk.encoding);
  for await (const unit of sample === undefined ? all : sampleUnits(all, sample)) {
    const { key, content, position } = unit;
    if ('reason' in content) {
      const problem: SourceProblem = { kind: 'problem', key, position, ...content };
      if (isStrict) throw refused(step, problem);
      yield problem;
    } else if (chunk === undefined) {
      yield { kind: 'record', key, fields: content.fields };
    } else {
      yield* chunkUnit(unit, content, source, chunk, counter);
    }
  }
}

function refused({ id }: ReadStep, { key, position, message, reason }: SourceProblem): StepFailedError {
  const where = position.line === undefined ? position.file : `${position.file}:${position.line}`;
  const advice = 'The step is strict; mend it, or leave out `strict` to go on without it';
  return new StepFailedError(id, formatKey(key), reason, `${where}: ${message}. ${advice}`);
}

function* chunkUnit(
  { key, position }: Unit,
  content: UnitContent,
  source: ReadSource,
  chunking: Chunking,
  counter: TokenCounter | null,
): Generator<SourceEntry> {
  const { field, into } = chunking;
  const text = content.fields[field];
  if (typeof text !== 'string') {
    const message = `the record has no text in the field ${field}, which is to be cut`;
    yield { kind: 'problem', key, position, reason: 'not-text', message };
    return;
  }
  const places = new ChunkPlaces(text, content);
  const sourceField = 'sourceField' in source ? source.sourceField : undefined;
  const document = { text, ...(content.pages === undefined ? {} : { pages: content.pages }) };
  let index = 0;
  for (const chunk of chunkText(document, chunking, counter)) {
    const { place, remembered } = places.of(chunk, index);
    const fields: JsonObject = {
      ...content.fields,
      [field]: chunk.text,
      ...(sourceField === undefined ? {} : { [sourceField]: place }),
      [into]: remembered,
    };
    yield { kind: 'record', key: [...key, index], fields };
    index += 1;
  }
}
