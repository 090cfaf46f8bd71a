import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { formatOf, isRecordFormat, type SourceFormat } from '../datasets/sourceFormats.ts';
import { findFiles } from '../files/findFiles.ts';
import type { Planning } from './planContext.ts';
import type { ReadDraft } from './planRead.ts';
import type { ReadInput } from './readSchema.ts';
import type { FilesSource, GitSource, SourceFile } from './sourcePlan.ts';

/** Finds the files of a `read` step. @returns null after a mistake, which has been told */
export async function planFiles(reading: ReadDraft, planning: Planning): Promise<FilesSource | null> {
  const { read, locate } = reading;
  const { folder, problems } = planning;
  const given = read.files ?? [];
  const patterns = typeof given === 'string' ? [given] : given;
  const found = await findFiles(folder, patterns);
  for (const { index, code, message } of found.problems) {
    problems.error(code, message, locate(typeof given === 'string' ? ['files'] : ['files', index], 'value'));
  }
  if (found.problems.length === 0 && found.files.length === 0) {
    problems.error('no-match', 'no file is left to read', locate(['files'], 'value'));
  }
  // Without a file the patterns tell what is meant, so that the rest can be checked all the same.
  const files = found.files.map((file): SourceFile => ({ ...file, as: read.as ?? formatOf(file.path) }));
  const formats =
    files.length > 0 ? files.map(({ as }) => as) : patterns.map((pattern) => read.as ?? formatOf(pattern));
  return sourceOf(reading, files, formats, planning);
}

/** A file from the web; it is fetched when a run starts. */
export function planUrl(url: string, reading: ReadDraft, planning: Planning): FilesSource | null {
  const { read, locate } = reading;
  const { username, password, pathname } = new URL(url);
  if (username !== '' || password !== '') {
    const message =
      'a web address in a pipeline holds no name and password; fetch the file yourself and read it as a file';
    planning.problems.error('key-in-url', message, locate(['url'], 'value'));
    return null;
  }
  const as = read.as ?? formatOf(pathname);
  const remote = { url, sha256: read.sha256?.toLowerCase() ?? null };
  return sourceOf(reading, [{ path: '', shown: url, as, remote }], [as], planning);
}

function sourceOf(
  { read, locate, origin, textField }: ReadDraft,
  files: readonly SourceFile[],
  formats: readonly SourceFormat[],
  { problems }: Planning,
): FilesSource {
  const holdRecords = formats.some(isRecordFormat);
  const needless = (option: keyof ReadInput, why: string): void => {
    if (read[option] !== undefined) {
      problems.error('needless-key', `\`${option}\` has no effect ${why}`, locate([option], 'key'));
    }
  };
  // A glob may find documents today and records tomorrow; what is said in so many words can be a slip only.
  if (!holdRecords && read.as !== undefined) {
    for (const option of ['field', 'fields', 'keep_fields'] as const) {
      needless(option, `on ${read.as === 'text' ? 'text files' : `files read as ${read.as}`} (\`as: jsonl\`?)`);
    }
  }
  if (read.field === undefined) {
    if (formats.every(isRecordFormat)) needless('into', 'without `field`');
    needless('keep_fields', 'without `field`');
  }
  if (!formats.some((as) => as === 'csv' || as === 'tsv')) {
    needless('delimiter', 'on files that are no tables (`as: csv`?)');
    needless('columns', 'on files that are no tables (`as: csv`?)');
  }
  if (!formats.includes('symbols')) needless('symbols', 'without `as: symbols`');
  const field = holdRecords ? (read.field ?? null) : null;
  const isPlainField = field !== null && !field.includes('.') && formats.every(isRecordFormat);
  return {
    kind: 'files',
    files,
    field,
    // A field of a record keeps its name, unless it is taken from deep inside or stands beside documents.
    into: read.into ?? (isPlainField ? field : textField),
    ...origin,
    keepFields: holdRecords && (field === null || (read.keep_fields ?? true)),
    strict: read.strict ?? false,
    ...(read.fields === undefined || !holdRecords ? {} : { fields: read.fields }),
    ...(read.charset === undefined ? {} : { charset: read.charset }),
    ...(read.delimiter === undefined ? {} : { delimiter: read.delimiter }),
    ...(read.columns === undefined ? {} : { columns: read.columns }),
    ...(read.symbols === undefined ? {} : { symbols: read.symbols }),
  };
}

/** The history of a repository; its newest commit is looked up when a run starts. */
export async function planGit(
  git: NonNullable<ReadInput['git']>,
  { read, origin, locate }: ReadDraft,
  { folder, problems }: Planning,
): Promise<GitSource | null> {
  const { repository = '.', paths = [], since, max } = typeof git === 'string' ? { repository: git } : git;
  const path = resolve(folder, repository);
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() !== true) {
    const at = locate(
      typeof git === 'string' || git.repository === undefined ? ['git'] : ['git', 'repository'],
      'value',
    );
    problems.error('missing-folder', `there is no folder ${repository}`, at);
    return null;
  }
  return {
    kind: 'git',
    repository: path,
    shown: repository,
    paths: typeof paths === 'string' ? [paths] : paths,
    ...(since === undefined ? {} : { since }),
    ...(max === undefined ? {} : { max }),
    ...(read.fields === undefined ? {} : { fields: read.fields }),
    ...origin,
    strict: read.strict ?? false,
  };
}
