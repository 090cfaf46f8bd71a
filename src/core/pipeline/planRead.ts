import { findFiles } from '../files/findFiles.ts';
import type { DataPath } from '../files/checkValue.ts';
import type { ReadStep } from './plan.ts';
import type { KnownFields } from './knownFields.ts';
import type { Planning } from './planContext.ts';
import type { StepInput } from './pipelineSchema.ts';
import type { StepDraft } from './readPipeline.ts';

type ReadInput = NonNullable<StepInput['read']>;
type Source = ReadStep['source'];

/** Field that takes what was read when the step names none. */
const TEXT_FIELD = 'text';
const SOURCES = ['files', 'values', 'cross'] as const;
/** Options that only make sense with some of the sources. */
const FILE_OPTIONS = ['as', 'field', 'keep_fields', 'strict'] as const;

/** Settles where a `read` step reads. @returns null after a mistake, which has been told */
export async function planRead(
  read: ReadInput,
  draft: StepDraft,
  planning: Planning,
): Promise<{ readonly source: Source; readonly fields: KnownFields } | null> {
  const locate = (path: DataPath, part: 'key' | 'value'): ReturnType<StepDraft['locate']> =>
    draft.locate(['read', ...path], part);
  const { problems } = planning;
  const given = SOURCES.filter((name) => read[name] !== undefined);
  const [kind] = given;
  if (kind === undefined || given.length > 1) {
    const found = given.length === 0 ? 'there is none' : `there are ${given.join(' and ')}`;
    problems.error('wrong-source', `a step reads exactly one of ${SOURCES.join(', ')}; ${found}`, locate([], 'key'));
    return null;
  }
  const needless = [
    ...(kind === 'files' ? [] : FILE_OPTIONS),
    ...(kind === 'cross' ? (['into', 'index', 'source'] as const) : []),
  ].filter((name) => read[name] !== undefined);
  for (const name of needless) {
    problems.error('needless-key', `\`${name}\` has no effect with \`${kind}\``, locate([name], 'key'));
  }
  const names = {
    ...(read.index === undefined ? {} : { indexField: read.index }),
    ...(read.source === undefined ? {} : { sourceField: read.source }),
  };
  const into = read.into ?? TEXT_FIELD;
  const added = [read.index, read.source].filter((name) => name !== undefined);
  if (read.cross !== undefined) {
    const fields = Object.entries(read.cross).map(([field, values]) => ({ field, values }));
    if (fields.length === 0)
      problems.error('wrong-source', '`cross` needs at least one list', locate(['cross'], 'value'));
    return { source: { kind: 'cross', fields, label: draft.id }, fields: new Set(Object.keys(read.cross)) };
  }
  if (read.values !== undefined) {
    const source: Source = { kind: 'list', values: read.values, field: into, ...names, label: draft.id };
    return { source, fields: new Set([into, ...added]) };
  }
  return planFiles(read, { into, names, added, locate }, planning);
}

async function planFiles(
  read: ReadInput,
  {
    into,
    names,
    added,
    locate,
  }: {
    readonly into: string;
    readonly names: { readonly indexField?: string; readonly sourceField?: string };
    readonly added: readonly string[];
    readonly locate: StepDraft['locate'];
  },
  { folder, problems }: Planning,
): Promise<{ source: Source; fields: KnownFields } | null> {
  const given = read.files ?? [];
  const patterns = typeof given === 'string' ? [given] : given;
  const found = await findFiles(folder, patterns);
  for (const { index, code, message } of found.problems) {
    problems.error(code, message, locate(typeof given === 'string' ? ['files'] : ['files', index], 'value'));
  }
  if (found.problems.length === 0 && found.files.length === 0) {
    problems.error('no-match', 'no file is left to read', locate(['files'], 'value'));
  }
  const as = read.as ?? (patterns.every((pattern) => /\.(?:jsonl|ndjson)$/u.test(pattern)) ? 'jsonl' : 'text');
  const onlyRecords = (['field', 'keep_fields'] as const).filter((name) => read[name] !== undefined && as === 'text');
  for (const name of onlyRecords) {
    problems.error('needless-key', `\`${name}\` has no effect on text files (\`as: jsonl\`?)`, locate([name], 'key'));
  }
  const field = as === 'jsonl' ? (read.field ?? null) : null;
  if (as === 'jsonl' && field === null && read.into !== undefined) {
    problems.error('needless-key', '`into` has no effect without `field`', locate(['into'], 'key'));
  }
  const keepFields = as === 'jsonl' && (field === null || (read.keep_fields ?? true));
  const source: Source = {
    kind: 'files',
    files: found.files,
    as,
    field,
    // A field of a line keeps its name, unless it is taken from deep inside.
    into: read.into === undefined && field !== null && !field.includes('.') ? field : into,
    ...names,
    keepFields,
    strict: read.strict ?? false,
  };
  return { source, fields: keepFields ? null : new Set([source.into, ...added]) };
}
