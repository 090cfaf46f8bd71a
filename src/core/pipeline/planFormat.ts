/** Settles what of its records an output in a given format writes, and finds out early when it never could. */
import { mapProblem } from '../datasets/formats/openWriter.ts';
import { columnsOf, describeNeeds, shapesOf } from '../datasets/formats/training.ts';
import { isTable, type TrainingFormat } from '../datasets/formats.ts';
import type { FilePosition } from '../errors.ts';
import { mayHaveField, unknownField, type KnownFields } from './knownFields.ts';
import type { OutputInput } from './pipelineSchema.ts';
import type { PlanOutput } from './plan.ts';
import type { Problems } from './problems.ts';

/** Fields that are always there: the key. */
const KEY_FIELDS: ReadonlySet<string> = new Set(['id', 'openline_id']);

export interface FormatContext {
  /** Fields of the step's records. */
  readonly known: KnownFields;
  /** Fields that are written when the output names none; null: all. */
  readonly usualFields: readonly string[] | null;
  /** Where a part of the output stands in the file. */
  readonly at: (path: readonly (string | number)[]) => FilePosition;
  readonly problems: Problems;
}

/** Checks format, fields and map of an output against each other and against the fields that its records have. */
export function planFormat(output: OutputInput, context: FormatContext): Pick<PlanOutput, 'format' | 'fields' | 'map'> {
  const { known, usualFields, at, problems } = context;
  const { format = 'jsonl', map } = output;
  if (output.fields !== undefined && map !== undefined) {
    problems.error('fields-and-map', '`fields` and `map` both say what is written; give one of them', at(['map']));
  }
  if (map !== undefined) checkMap(output, context);
  if (!isTable(format)) {
    if (output.fields !== undefined) {
      const message = `${format} has fields of its own; \`map\` says what they are taken from`;
      problems.error('fields-of-format', message, at(['fields']));
    }
    if (known !== null) checkNeeds(format, map ?? {}, known, context);
    return { format, fields: null, ...(map === undefined ? {} : { map }) };
  }
  if (map !== undefined) return { format, fields: null, map };
  const fields = output.fields ?? usualFields;
  for (const [index, field] of (fields ?? []).entries()) {
    if (known === null || KEY_FIELDS.has(field) || mayHaveField(known, field)) continue;
    problems.error('unknown-field', unknownField(field, known), at(['fields', index]));
  }
  return { format, fields: format === 'csv' ? (fields ?? columnsFor(context)) : fields };
}

/** A CSV needs its columns before the first record. */
function columnsFor({ known, at, problems }: FormatContext): readonly string[] {
  if (known !== null) return known.has('id') ? [...known] : ['id', ...known];
  const message =
    'the columns of a csv must be known beforehand, and these records take their fields from data; name `fields`';
  problems.error('unknown-columns', message, at(['format']));
  return [];
}

function checkMap({ format = 'jsonl', map = {} }: OutputInput, { known, at, problems }: FormatContext): void {
  const problem = Object.keys(map).length === 0 ? 'the map is empty' : mapProblem(format, map);
  if (problem !== null) problems.error('unknown-map', problem, at(['map']));
  for (const [name, column] of Object.entries(map)) {
    if (known === null || KEY_FIELDS.has(column) || mayHaveField(known, column)) continue;
    problems.error('unknown-field', unknownField(column, known), at(['map', name]));
  }
}

/** Records that can never have what the format needs are told before anything is paid for. */
function checkNeeds(
  format: TrainingFormat,
  map: Readonly<Record<string, string>>,
  known: ReadonlySet<string>,
  { at, problems }: FormatContext,
): void {
  const shapes = shapesOf(format, map);
  // A map that fits no shape has been told already.
  if (shapes.length === 0) return;
  const complete = shapes.some(({ needs }) =>
    needs.every((field) =>
      columnsOf(format, map, field).some((column) => KEY_FIELDS.has(column) || mayHaveField(known, column)),
    ),
  );
  if (complete) return;
  const there = [...known].join(', ') || 'no fields';
  const message = `${format} needs ${describeNeeds(format, map)}; the records here have ${there}. \`map\` names other fields`;
  problems.error('missing-field', message, at(['format']));
}
