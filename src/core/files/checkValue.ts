import * as z from 'zod';
import type { Diagnostic, FilePosition } from '../errors.ts';
import { nearestName } from './nearestName.ts';
import { describeExpected, describeFound, schemasAt } from './schemaWords.ts';

/** Names and indices that lead from the whole to a part of it. */
export type DataPath = readonly (string | number)[];

/** Where a key or a value stands. */
export type Locate = (path: DataPath, part: 'key' | 'value') => FilePosition | undefined;

/** What a check came to: the value with defaults filled in, or what is wrong with it. */
export type Checked<T> =
  | { readonly value: T; readonly diagnostics: readonly [] }
  | { readonly diagnostics: readonly Diagnostic[]; readonly value?: never };

/**
 * Checks data that came from outside, and words what is wrong so that a person can put it right: unknown keys with the
 * nearest and all valid ones, wrong types and ranges with what is expected and what was found.
 */
export function checkValue<Schema extends z.ZodType>(
  value: unknown,
  schema: Schema,
  locate: Locate,
): Checked<z.output<Schema>> {
  // An empty message marks the issues for which the schema has no words of its own.
  const result = schema.safeParse(value, { error: () => '' });
  if (result.success) return { value: result.data, diagnostics: [] };
  const diagnostics = result.error.issues.flatMap((issue) => describeIssue(issue, [], { value, schema, locate }));
  return { diagnostics };
}

interface Context {
  readonly value: unknown;
  readonly schema: z.ZodType;
  readonly locate: Locate;
}

function describeIssue(issue: z.core.$ZodIssue, prefix: DataPath, context: Context): Diagnostic[] {
  const path = [...prefix, ...issue.path.filter((name) => typeof name !== 'symbol')];
  if (issue.code === 'unrecognized_keys') {
    const valid = schemasAt(context.schema, path).flatMap((schema) =>
      schema instanceof z.ZodObject ? Object.keys(schema.shape) : [],
    );
    return issue.keys.map((key) => problem(context, [...path, key], 'key', 'unknown-key', unknownName(key, valid)));
  }
  if (issue.code === 'invalid_union' && issue.message === '') {
    const best = bestBranch(issue.errors);
    if (best !== undefined) return best.flatMap((inner) => describeIssue(inner, path, context));
  }
  const found = valueAt(context.value, path);
  const label = labelOf(path);
  if (issue.message !== '') {
    return [problem(context, path, 'value', 'invalid-value', `${label}${issue.message}`)];
  }
  if (found === undefined && path.length > 0) {
    const expected = expectedAt(context.schema, path);
    return [problem(context, path, 'key', 'missing-key', `${label}is missing; expected ${expected}`)];
  }
  const code = issue.code === 'too_small' || issue.code === 'too_big' ? 'out-of-range' : 'wrong-type';
  const expected = expectedAt(context.schema, path);
  return [problem(context, path, 'value', code, `${label}expected ${expected}, not ${describeFound(found)}`)];
}

/** Of several forms a value can have, the one that it was most likely meant to have; undefined when it fits none. */
function bestBranch(branches: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | undefined {
  const near = branches.filter((issues) =>
    issues.every((issue) => issue.path.length > 0 || !['invalid_type', 'invalid_value'].includes(issue.code)),
  );
  return near.toSorted((a, b) => a.length - b.length)[0];
}

function problem(context: Context, path: DataPath, part: 'key' | 'value', code: string, message: string): Diagnostic {
  const position = context.locate(path, part);
  return { severity: 'error', code, message, ...(position === undefined ? {} : { position }) };
}

/** `name` is not known here; the nearest and the valid ones. */
export function unknownName(name: string, valid: readonly string[], what = 'known here'): string {
  const names = [...new Set(valid)];
  const nearest = nearestName(name, names);
  const guess = nearest === undefined ? '' : ` (did you mean \`${nearest}\`?)`;
  const list = names.length === 0 ? 'there are none' : `valid: ${names.join(', ')}`;
  return `\`${name}\` is not ${what}${guess}; ${list}`;
}

function expectedAt(schema: z.ZodType, path: DataPath): string {
  const words = schemasAt(schema, path).map(describeExpected);
  return [...new Set(words)].join(' or ') || 'something else';
}

function labelOf(path: DataPath): string {
  const last = path.findLast((name) => typeof name === 'string');
  return last === undefined ? '' : `\`${last}\`: `;
}

/** The part of plain data at a path; undefined where there is none. */
export function valueAt(value: unknown, path: DataPath): unknown {
  let current = value;
  for (const name of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, name)) return undefined;
    current = (current as Record<string | number, unknown>)[name];
  }
  return current;
}
