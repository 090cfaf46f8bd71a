import { readWholeText } from '../datasets/fileBytes.ts';
import { readFileRecords } from '../datasets/records/readFileRecords.ts';
import { unreadOf, UnreadableError } from '../datasets/sourceEntry.ts';
import { isRecordFormat } from '../datasets/sourceFormats.ts';
import { YamlSource } from '../files/yamlSource.ts';
import type { Sampler } from '../pipeline/drawPlan.ts';
import { isJsonObject, type Json } from '../record/json.ts';
import { fieldAt, StepFailedError } from './step.ts';

type FileSampler = Sampler & { readonly kind: 'file' };

/** An entry of a file, with its line where it has one. */
interface Entry {
  readonly value: Json;
  readonly line: number | undefined;
}

/**
 * The entries of a file that values are drawn from: lines of text, elements of a YAML list, records. They are few and
 * somebody's own, so that a mistake in one stops the run.
 *
 * @throws StepFailedError with file and line
 */
export async function loadEntries(step: string, sampler: FileSampler): Promise<readonly Json[]> {
  const { shown, field } = sampler;
  const refuse = (reason: string, message: string, line?: number): StepFailedError =>
    new StepFailedError(step, '0', reason, `${shown}${line === undefined ? '' : `:${line}`}: ${message}`);
  let entries: readonly Entry[];
  try {
    entries = await readEntries(sampler);
  } catch (error) {
    const { reason, message } = unreadOf(error);
    throw refuse(reason, message, error instanceof UnreadableError ? error.line : undefined);
  }
  if (entries.length === 0) throw refuse('empty-document', 'the file has no entry to draw');
  return entries.map(({ value, line }) => {
    if (field === null) return value;
    const wanted = isJsonObject(value) ? fieldAt(value, field) : undefined;
    if (wanted === undefined) throw refuse('missing-field', `the entry has no field ${field}`, line);
    return wanted;
  });
}

async function readEntries({ path, shown, as, field }: FileSampler): Promise<readonly Entry[]> {
  if (as === 'yaml') return yamlEntries(path, shown);
  if (!isRecordFormat(as)) {
    const lines = (await readWholeText(path, undefined)).split('\n');
    return lines.flatMap((text, index) => (text.trim() === '' ? [] : [{ value: text.trim(), line: index + 1 }]));
  }
  const entries: Entry[] = [];
  const file = { path, shown, as };
  const source = { kind: 'files', files: [file], field, into: '', keepFields: true, strict: true } as const;
  for await (const found of await readFileRecords(file, { source, told: undefined, tests: undefined })) {
    if ('reason' in found) throw new UnreadableError(found, found.line);
    entries.push({ value: found.fields, line: found.line });
  }
  return entries;
}

async function yamlEntries(path: string, shown: string): Promise<readonly Entry[]> {
  const source = new YamlSource(shown, await readWholeText(path, undefined));
  const [problem] = source.problems;
  if (problem !== undefined) {
    throw new UnreadableError({ reason: 'not-yaml', message: problem.message }, problem.position?.line);
  }
  if (!Array.isArray(source.value)) {
    throw new UnreadableError({ reason: 'not-a-list', message: 'expected a YAML list' });
  }
  // YAML yields what JSON can hold.
  const values = source.value as readonly Json[];
  return values.map((value, index) => ({ value, line: source.positionOf([index]).line }));
}
