/** Asking for JSON that conforms to a schema. Shared by the steps that do. */
import { compileJsonSchema, type JsonCheck } from '../answers/checkJson.ts';
import { readJson } from '../answers/readJson.ts';
import type { Choice } from '../endpoints/endpoint.ts';
import type { Json, JsonObject } from '../record/json.ts';
import { readText, unreadable, type Attempt } from './attempts.ts';

/** Reads a choice as JSON and checks it; says where it breaks the schema. */
export type JsonReader = (choice: Choice | undefined, address: string) => Attempt<Exclude<Json, null>>;

/** Prepares the reading of answers once for all records. */
export function prepareJsonReader(schema: JsonObject, keepTruncated: boolean): JsonReader {
  const check: JsonCheck = compileJsonSchema(schema);
  const { type } = schema;
  const wanted = type === 'object' || type === 'array' ? type : undefined;
  return (choice, address) => {
    const text = readText(choice, keepTruncated, address);
    if (text.value === null) return text;
    const reading = readJson(text.value, wanted);
    if ('problem' in reading) return unreadable(reading.problem, reading.message, address);
    const broken = check(reading.value);
    // Null is a value of JSON; an attempt that holds one would look like one that failed.
    if (broken === null && reading.value !== null) return { value: reading.value, address };
    return unreadable('schema', broken ?? 'the value is null', address);
  };
}
