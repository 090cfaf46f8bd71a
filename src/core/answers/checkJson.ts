import { Validator } from '@cfworker/json-schema';
import type { Json, JsonObject } from '../record/json.ts';

/** Says how a value breaks a JSON Schema, naming the places in both; null when it conforms. */
export type JsonCheck = (value: Json) => string | null;

/** Drafts by what `$schema` says of them. Without one it is 2020-12, of which everyday schemas of older drafts are a part. */
const DRAFTS = [
  [/draft-0?4/u, '4'],
  [/draft-0?[67]/u, '7'],
  [/2019-09/u, '2019-09'],
] as const;

/** Prepares the check of values against a schema. Nothing is evaluated: the schema is walked through. */
export function compileJsonSchema(schema: JsonObject): JsonCheck {
  const said = typeof schema['$schema'] === 'string' ? schema['$schema'] : '';
  const draft = DRAFTS.find(([pattern]) => pattern.test(said))?.[1] ?? '2020-12';
  // The validator marks the schema with notes of its own.
  const validator = new Validator(structuredClone(schema), draft);
  return (value) => {
    const { valid, errors } = validator.validate(value);
    if (valid) return null;
    // What is deepest in the schema is the reason; what stands before it only tells that there is one.
    const reason = errors.reduce((deepest, error) =>
      depthOf(error.keywordLocation) > depthOf(deepest.keywordLocation) ? error : deepest,
    );
    const where = reason.instanceLocation === '#' ? 'the value' : reason.instanceLocation;
    return `${where} breaks the schema at ${reason.keywordLocation}: ${reason.error}`;
  };
}

function depthOf(location: string): number {
  return location.split('/').length;
}
