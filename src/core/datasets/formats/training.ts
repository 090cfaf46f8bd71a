/** The formats with fields of their own, and how records are brought into them. */
import type { JsonObject } from '../../record/json.ts';
import type { TrainingFormat } from '../formats.ts';
import { alpaca } from './alpaca.ts';
import { chatml } from './chatml.ts';
import { columnAt } from './columns.ts';
import { dpo } from './dpo.ts';
import { isUnfit, unfit, type DatasetFormat, type FieldMap, type RecordWriter, type Shape } from './format.ts';
import { kto } from './kto.ts';
import { nemoCurator } from './nemoCurator.ts';
import { openaiChat } from './openaiChat.ts';
import { promptCompletion } from './promptCompletion.ts';
import { sharegpt } from './sharegpt.ts';

export const TRAINING_FORMATS: Readonly<Record<TrainingFormat, DatasetFormat>> = {
  'openai-chat': openaiChat,
  sharegpt,
  alpaca,
  chatml,
  'prompt-completion': promptCompletion,
  dpo,
  kto,
  'nemo-curator': nemoCurator,
};

/** What a shape found in a record, and where. */
interface Taken {
  readonly values: JsonObject;
  readonly from: FieldMap;
}

export function createTrainingWriter(format: TrainingFormat, map: FieldMap): RecordWriter {
  const rules = TRAINING_FORMATS[format];
  const columns = new Map(Object.keys(rules.usual).map((field) => [field, columnsOf(format, map, field)]));
  const shapes = shapesOf(format, map);
  const missing = `the record does not have ${describeNeeds(format, map)}`;
  return {
    header: null,
    write(fields) {
      for (const shape of shapes) {
        const taken = take(fields, shape, columns);
        if (taken === undefined) continue;
        const line = rules.compose(taken.values);
        const wrong = isUnfit(line) ? line : rules.check(line);
        return wrong ?? { line: JSON.stringify(line), from: taken.from };
      }
      return unfit('missing-field', missing);
    },
  };
}

/** The shapes that a map leaves: all of them, or those with every mapped field. */
export function shapesOf(format: TrainingFormat, map: FieldMap): readonly Shape[] {
  const mapped = Object.keys(map);
  return TRAINING_FORMATS[format].shapes.filter(({ needs, also }) =>
    mapped.every((field) => needs.includes(field) || also.includes(field)),
  );
}

/** The record fields that are looked at for a field of a format. */
export function columnsOf(format: TrainingFormat, map: FieldMap, field: string): readonly string[] {
  const mapped = map[field];
  return mapped === undefined ? (TRAINING_FORMATS[format].usual[field] ?? []) : [mapped];
}

/** What a record must have, for messages: `messages (messages, conversations), or prompt (prompt, …) and response (…)`. */
export function describeNeeds(format: TrainingFormat, map: FieldMap): string {
  const describe = ({ needs }: Shape): string =>
    needs.map((field) => `${field} (${columnsOf(format, map, field).join(', ')})`).join(' and ');
  return shapesOf(format, map).map(describe).join(', or ');
}

function take(
  fields: JsonObject,
  { needs, also }: Shape,
  columns: ReadonlyMap<string, readonly string[]>,
): Taken | undefined {
  const values: Record<string, JsonObject[string]> = {};
  const from: Record<string, string> = {};
  for (const field of [...needs, ...also]) {
    for (const column of columns.get(field) ?? []) {
      const value = columnAt(fields, column);
      if (value === undefined || value === null) continue;
      values[field] = value;
      from[field] = column;
      break;
    }
    if (values[field] === undefined && needs.includes(field)) return undefined;
  }
  return { values, from };
}
