import * as z from 'zod';
import type { DataPath } from './checkValue.ts';

/** The schemas that apply at a path: several where a value can have several forms. Wrappers are taken off. */
export function schemasAt(schema: z.core.$ZodType, path: DataPath): readonly z.core.$ZodType[] {
  let current = unwrap(schema);
  for (const name of path) current = current.flatMap((candidate) => child(candidate, name)).flatMap(unwrap);
  return current;
}

function child(schema: z.core.$ZodType, name: string | number): readonly z.core.$ZodType[] {
  if (schema instanceof z.ZodObject) {
    const shape: Readonly<Record<string, z.core.$ZodType>> = schema.shape;
    const member = Object.hasOwn(shape, name) ? shape[name] : undefined;
    return member === undefined ? [] : [member];
  }
  if (schema instanceof z.ZodArray) return [schema.element];
  if (schema instanceof z.ZodRecord) return [schema.valueType];
  return [];
}

function unwrap(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(unwrap);
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodExactOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodReadonly
  ) {
    return unwrap(schema.unwrap());
  }
  if (schema instanceof z.ZodPipe) return unwrap(schema.in);
  if (schema instanceof z.ZodLazy) return unwrap(schema.unwrap());
  return [schema];
}

/** What a schema wants, as it stands after "expected is". */
export function describeExpected(schema: z.core.$ZodType): string {
  if (schema instanceof z.ZodNumber) return describeNumber(schema);
  if (schema instanceof z.ZodString) return (schema.minLength ?? 0) > 0 ? 'a text that is not empty' : 'a text';
  if (schema instanceof z.ZodBoolean) return 'true or false';
  if (schema instanceof z.ZodArray) return describeList(minItems(schema));
  if (schema instanceof z.ZodEnum) return oneOf(schema.options);
  if (schema instanceof z.ZodLiteral) return oneOf([...schema.values]);
  if (schema instanceof z.ZodObject) return `a map with ${Object.keys(schema.shape).join(', ')}`;
  if (schema instanceof z.ZodRecord) return 'a map of names to values';
  return 'another value';
}

function describeList(minimum: number): string {
  if (minimum > 1) return `a list of at least ${minimum} elements`;
  return minimum === 1 ? 'a list that is not empty' : 'a list';
}

function minItems(schema: z.ZodArray): number {
  const checks = schema._zod.def.checks ?? [];
  const minima = checks.map((check) => (check instanceof z.core.$ZodCheckMinLength ? check._zod.def.minimum : 0));
  return Math.max(0, ...minima);
}

function oneOf(values: readonly unknown[]): string {
  const words = values.map(String);
  return words.length === 1 ? (words[0] ?? '') : `one of ${words.join(', ')}`;
}

function describeNumber(schema: z.ZodNumber): string {
  const whole = schema instanceof z.ZodNumberFormat ? 'a whole number' : 'a number';
  const minimum = schema.minValue ?? Number.NEGATIVE_INFINITY;
  const maximum = schema.maxValue ?? Number.POSITIVE_INFINITY;
  // Whole numbers have the safe integers as bounds of their own, which are no news.
  const low = minimum > Number.MIN_SAFE_INTEGER;
  const high = maximum < Number.MAX_SAFE_INTEGER;
  const above = (schema._zod.def.checks ?? []).some(
    (check) => check instanceof z.core.$ZodCheckGreaterThan && !check._zod.def.inclusive,
  );
  const from = above ? `above ${minimum}` : `of at least ${minimum}`;
  if (low && high) return above ? `${whole} ${from} and at most ${maximum}` : `${whole} from ${minimum} to ${maximum}`;
  if (low) return `${whole} ${from}`;
  if (high) return `${whole} of at most ${maximum}`;
  return whole;
}

/** What was found instead, as it stands after "not". */
export function describeFound(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'nothing (an empty value)';
  if (typeof value === 'string') return `the text ${JSON.stringify(shorten(value))}`;
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a map';
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'something else';
}

function shorten(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}
