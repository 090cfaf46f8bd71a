import { isRecordFormat } from '../datasets/sourceFormats.ts';
import type { DataPath } from '../files/checkValue.ts';
import type { KnownFields } from './knownFields.ts';
import type { ReadStep } from './plan.ts';
import { planChunk, planSample } from './planChunk.ts';
import type { Planning } from './planContext.ts';
import { planFiles, planGit, planUrl } from './planFiles.ts';
import type { ReadInput } from './readSchema.ts';
import type { StepDraft } from './readPipeline.ts';
import type { FilesSource, OriginFields, ReadSource } from './sourcePlan.ts';

/** Field that takes what was read when the step names none. */
const TEXT_FIELD = 'text';
const SOURCES = ['files', 'url', 'git', 'values', 'cross', 'records'] as const;
type SourceName = (typeof SOURCES)[number];

/** Options that make sense only with some of the sources. */
const OPTIONS: readonly (readonly [keyof ReadInput, readonly SourceName[]])[] = [
  ...(['as', 'field', 'keep_fields', 'charset', 'delimiter', 'columns', 'symbols'] as const).map(
    (option) => [option, ['files', 'url']] as const,
  ),
  ['sha256', ['url']],
  ['strict', ['files', 'url', 'git']],
  ['fields', ['files', 'url', 'git']],
  ['into', ['files', 'url', 'values']],
  ['chunk', ['files', 'url', 'values', 'git']],
  ['index', ['files', 'url', 'git', 'values', 'records']],
  ['source', ['files', 'url', 'git', 'values', 'records']],
];

/** What planning a `read` step hands around. */
export interface ReadDraft {
  readonly read: ReadInput;
  readonly id: string;
  readonly locate: StepDraft['locate'];
  /** Field for the text where the step names none. */
  readonly textField: string;
  readonly origin: OriginFields;
}

/** What a `read` step does besides its id. */
export type PlannedRead = Pick<ReadStep, 'source' | 'sample' | 'chunk'>;

/** Settles where a `read` step reads. @returns null after a mistake, which has been told */
export async function planRead(
  read: ReadInput,
  draft: StepDraft,
  planning: Planning,
): Promise<{ readonly parts: PlannedRead; readonly fields: KnownFields } | null> {
  const { problems } = planning;
  const locate: StepDraft['locate'] = (path: DataPath, part) => draft.locate(['read', ...path], part);
  const given = SOURCES.filter((name) => read[name] !== undefined);
  const [kind] = given;
  if (kind === undefined || given.length > 1) {
    const found = given.length === 0 ? 'there is none' : `there are ${given.join(' and ')}`;
    problems.error('wrong-source', `a step reads exactly one of ${SOURCES.join(', ')}; ${found}`, locate([], 'key'));
    return null;
  }
  for (const [option, sources] of OPTIONS) {
    if (read[option] === undefined || sources.includes(kind)) continue;
    problems.error('needless-key', `\`${option}\` has no effect with \`${kind}\``, locate([option], 'key'));
  }
  const origin = {
    ...(read.index === undefined ? {} : { indexField: read.index }),
    ...(read.source === undefined ? {} : { sourceField: read.source }),
  };
  const reading: ReadDraft = { read, id: draft.id, locate, textField: TEXT_FIELD, origin };
  const source = await planSource(reading, planning);
  if (source === null) return null;
  const sample = planSample(reading, planning);
  const chunk = planChunk(reading, source, planning);
  const parts = { source, ...(sample === undefined ? {} : { sample }), ...(chunk === undefined ? {} : { chunk }) };
  const known = fieldsOf(source);
  if (known === null) return { parts, fields: null };
  const added = [read.index, read.source, chunk?.into].filter((name) => name !== undefined);
  return { parts, fields: new Set([...known, ...added]) };
}

async function planSource(reading: ReadDraft, planning: Planning): Promise<ReadSource | null> {
  const { read, id, locate, origin, textField } = reading;
  if (read.cross !== undefined) {
    const fields = Object.entries(read.cross).map(([field, values]) => ({ field, values }));
    if (fields.length > 0) return { kind: 'cross', fields, label: id };
    planning.problems.error('wrong-source', '`cross` needs at least one list', locate(['cross'], 'value'));
    return null;
  }
  if (read.values !== undefined) {
    return { kind: 'list', values: read.values, field: read.into ?? textField, ...origin, label: id };
  }
  if (read.records !== undefined) return { kind: 'count', count: read.records, ...origin, label: id };
  if (read.git !== undefined) return planGit(read.git, reading, planning);
  return read.url === undefined ? planFiles(reading, planning) : planUrl(read.url, reading, planning);
}

/** The fields of the records, without those that take index, place and chunk. */
function fieldsOf(source: ReadSource): KnownFields {
  switch (source.kind) {
    case 'list':
      return new Set([source.field]);
    case 'cross':
      return new Set(source.fields.map(({ field }) => field));
    case 'count':
      return new Set();
    case 'git':
      return new Set(source.fields ?? ['commit', 'date', 'message', 'diff', 'files']);
    case 'files':
      return fieldsOfFiles(source);
  }
}

/** Of the records of all files those they have in common. */
function fieldsOfFiles({ files, field, fields, into, keepFields }: FilesSource): KnownFields {
  const formats = new Set(files.map(({ as }) => as));
  const ofRecords: (string[] | null)[] = [...formats].map((as) => {
    if (!isRecordFormat(as)) return [into];
    const wanted = field === null ? [] : [into];
    if (field !== null && !keepFields) return wanted;
    if (fields !== undefined) return [...fields, ...wanted];
    return as === 'symbols' ? [...SYMBOL_FIELDS, ...wanted] : null;
  });
  const [first, ...rest] = ofRecords;
  if (first === undefined || first === null) return null;
  let common = first;
  for (const other of rest) {
    if (other === null) return null;
    common = common.filter((name) => other.includes(name));
  }
  return new Set(common);
}

/** What every symbol has. */
const SYMBOL_FIELDS = ['name', 'kind', 'language', 'text', 'doc'];
