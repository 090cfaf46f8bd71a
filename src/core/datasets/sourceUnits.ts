/** The units of a source one after the other: values, documents, lines, rows, symbols, commits. */
import type {
  CountSource,
  CrossSource,
  FilesSource,
  GitSource,
  ListSource,
  OriginFields,
  ReadSource,
  SourceFile,
} from '../pipeline/sourcePlan.ts';
import type { FilePosition } from '../errors.ts';
import type { Json, JsonObject } from '../record/json.ts';
import type { Key } from '../record/key.ts';
import { fieldAt } from '../steps/step.ts';
import { readDocument } from './documents/readDocument.ts';
import { readFileRecords, type RecordReading } from './records/readFileRecords.ts';
import { unreadOf, UnreadableError, type FoundRecord, type Unread } from './sourceEntry.ts';
import { isRecordFormat, type DocumentFormat, type SourceFormat } from './sourceFormats.ts';
import type { ToldSymbols } from './symbols/toldSymbols.ts';

/** One thing as it was read, before it is sampled and cut. */
export interface Unit {
  readonly key: Key;
  readonly content: UnitContent | Unread;
  /** Where it stands, for messages. */
  readonly position: FilePosition;
}

export interface UnitContent {
  readonly fields: JsonObject;
  /** Where it stands, as records are told. */
  readonly place: string;
  /** What the file is, where the unit is a document of its own: then a place in it is one in the file. */
  readonly document?: SourceFormat;
  readonly pages?: readonly number[];
}

/** Never throws for what it finds: what cannot be read is a unit. */
export function unitsOf(source: ReadSource, told: ToldSymbols | undefined): Iterable<Unit> | AsyncIterable<Unit> {
  switch (source.kind) {
    case 'list':
      return listUnits(source);
    case 'cross':
      return crossUnits(source);
    case 'count':
      return countUnits(source);
    case 'files':
      return fileUnits(source, told);
    case 'git':
      return gitUnits(source);
  }
}

function* listUnits(source: ListSource): Generator<Unit> {
  for (const [index, value] of source.values.entries()) {
    const place = `${source.label}:${index + 1}`;
    const isEmpty = typeof value === 'string' && value.trim() === '';
    const content = isEmpty
      ? emptyDocument(`entry ${index + 1} of ${source.label} is empty`)
      : { fields: withOrigin({ [source.field]: value }, source, index, place), place };
    yield { key: [index], content, position: { file: source.label } };
  }
}

function* crossUnits(source: CrossSource): Generator<Unit> {
  let combinations: Iterable<{ key: Key; fields: JsonObject }> = [{ key: [], fields: {} }];
  for (const { field, values } of source.fields) combinations = multiply(combinations, field, values);
  for (const { key, fields } of combinations) {
    yield { key, content: { fields, place: source.label }, position: { file: source.label } };
  }
}

function* multiply(
  combinations: Iterable<{ key: Key; fields: JsonObject }>,
  field: string,
  values: readonly Json[],
): Generator<{ key: Key; fields: JsonObject }> {
  for (const { key, fields } of combinations) {
    for (const [index, value] of values.entries()) {
      yield { key: [...key, index], fields: { ...fields, [field]: value } };
    }
  }
}

function* countUnits(source: CountSource): Generator<Unit> {
  for (let index = 0; index < source.count; index += 1) {
    const place = `${source.label}:${index + 1}`;
    yield {
      key: [index],
      content: { fields: withOrigin({}, source, index, place), place },
      position: { file: source.label },
    };
  }
}

async function* fileUnits(source: FilesSource, told: ToldSymbols | undefined): AsyncGenerator<Unit> {
  const reading: RecordReading = { source, told, tests: undefined };
  let index = 0;
  for (const file of source.files) {
    if (!isRecordFormat(file.as)) {
      yield await documentUnit(source, file, file.as, index);
      index += 1;
      continue;
    }
    // Not a generator of its own: there are millions of records, and each generator that one goes through takes its time.
    try {
      for await (const found of await readFileRecords(file, reading)) {
        yield recordUnit(source, file, found, index);
        index += 1;
      }
    } catch (error) {
      const line = error instanceof UnreadableError ? error.line : undefined;
      const position = { file: file.shown, ...(line === undefined ? {} : { line }) };
      yield { key: [index], position, content: unreadOf(error) };
      index += 1;
    }
  }
}

async function documentUnit(source: FilesSource, file: SourceFile, as: DocumentFormat, index: number): Promise<Unit> {
  const { shown } = file;
  const at = { key: [index], position: { file: shown } };
  try {
    const { text, pages } = await readDocument(file, as, source.charset);
    const fields = withOrigin({ [source.into]: text }, source, index, shown);
    return { ...at, content: { fields, place: shown, document: as, ...(pages === undefined ? {} : { pages }) } };
  } catch (error) {
    return { ...at, content: unreadOf(error) };
  }
}

function recordUnit(source: FilesSource, { shown }: SourceFile, found: FoundRecord, index: number): Unit {
  const { line, endLine } = found;
  const position = line === undefined ? { file: shown } : { file: shown, line };
  const lines = line === undefined ? '' : `:${line}`;
  const place = `${shown}${lines}${endLine === undefined || endLine === line ? '' : `-${endLine}`}`;
  return { key: [index], position, content: chooseFields(found, source, index, place) };
}

async function* gitUnits(source: GitSource): AsyncGenerator<Unit> {
  const { readHistory } = await import('./git/readHistory.ts');
  let index = 0;
  try {
    for await (const found of readHistory(source)) {
      const place = `${source.shown}@${found.commit.slice(0, 12)}`;
      const content = chooseFields(found, { ...source, field: null, into: '', keepFields: true }, index, place);
      yield { key: [index], position: { file: place }, content };
      index += 1;
    }
  } catch (error) {
    yield { key: [index], position: { file: source.shown }, content: unreadOf(error) };
  }
}

type Choice = OriginFields & Pick<FilesSource, 'field' | 'fields' | 'into' | 'keepFields'>;

/** A record with the fields that are wanted of it. */
function chooseFields(found: FoundRecord, choice: Choice, index: number, place: string): UnitContent | Unread {
  if ('reason' in found) return { reason: found.reason, message: found.message };
  const record = keepListed(found.fields, choice.fields);
  if ('reason' in record) return record;
  const { field } = choice;
  if (field === null) return { fields: withOrigin(record.kept, choice, index, place), place };
  const text = fieldAt(found.fields, field);
  if (text === undefined || text === null) {
    return { reason: 'missing-field', message: `the record has no field ${field}` };
  }
  if (typeof text !== 'string') return { reason: 'not-text', message: `the field ${field} is not a text` };
  if (text.trim() === '') return emptyDocument(`the field ${field} is empty`);
  const kept = choice.keepFields ? record.kept : {};
  return { fields: withOrigin({ ...kept, [choice.into]: text }, choice, index, place), place };
}

function keepListed(record: JsonObject, listed: readonly string[] | undefined): { readonly kept: JsonObject } | Unread {
  if (listed === undefined) return { kept: record };
  const kept: Record<string, Json> = {};
  for (const name of listed) {
    const value = fieldAt(record, name);
    if (value === undefined) return { reason: 'missing-field', message: `the record has no field ${name}` };
    kept[name] = value;
  }
  return { kept };
}

/** The fields, with index and place where the step has fields for them. */
export function withOrigin(fields: JsonObject, names: OriginFields, index: number, place: string): JsonObject {
  return {
    ...fields,
    ...(names.indexField === undefined ? {} : { [names.indexField]: index }),
    ...(names.sourceField === undefined ? {} : { [names.sourceField]: place }),
  };
}

function emptyDocument(message: string): Unread {
  return { reason: 'empty-document', message };
}
