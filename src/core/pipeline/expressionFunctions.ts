/** The functions of expressions. They know nothing but the values they are given. */
import { countCharacters, splitWords } from '../curate/words.ts';
import { canonicalJson, isJsonObject, type Json, type JsonObject } from '../record/json.ts';
import { ExpressionError, type Span } from './expressionTokens.ts';

interface ExpressionFunction {
  /** How many values it takes. */
  readonly least: number;
  readonly most: number;
  /** @param spans of the arguments, for what does not fit @throws ExpressionError */
  work(values: readonly Json[], span: Span, spans: readonly Span[]): Json;
}

const one = { least: 1, most: 1 } as const;
const two = { least: 2, most: 2 } as const;
const many = { least: 1, most: 100 } as const;

function onText(name: string, change: (text: string) => Json): ExpressionFunction {
  return { ...one, work: ([value = null], span, [at = span]) => change(textOf(name, value, at)) };
}

function onTexts(name: string, test: (whole: string, part: string) => boolean): ExpressionFunction {
  return {
    ...two,
    work: ([whole = null, part = null], span, [first = span, second = span]) =>
      test(textOf(name, whole, first), textOf(name, part, second)),
  };
}

function onNumbers(work: (numbers: readonly number[]) => number): ExpressionFunction {
  return {
    ...many,
    work: (values, span, spans) => work(values.map((value, at) => numberOf(value, spans[at] ?? span))),
  };
}

export const FUNCTIONS = {
  len: { ...one, work: ([value = null], span, [at = span]) => lengthOf(value, at) },
  /** Worked out where the fields are known. */
  has: { ...one, work: () => false },
  lower: onText('lower', (text) => text.toLowerCase()),
  upper: onText('upper', (text) => text.toUpperCase()),
  trim: onText('trim', (text) => text.trim()),
  words: onText('words', splitWords),
  contains: onTexts('contains', (whole, part) => whole.includes(part)),
  starts_with: onTexts('starts_with', (whole, part) => whole.startsWith(part)),
  ends_with: onTexts('ends_with', (whole, part) => whole.endsWith(part)),
  /** The elements of a list with commas between. */
  join: { ...one, work: ([value = null], span, [at = span]) => joined(value, at) },
  /** A value as JSON text. */
  json: { ...one, work: ([value = null]) => JSON.stringify(value) },
  /** The names in a map. */
  keys: { ...one, work: ([value = null], span, [at = span]) => keysOf(value, at) },
  abs: { ...one, work: ([value = null], span, [at = span]) => Math.abs(numberOf(value, at)) },
  round: { ...one, work: ([value = null], span, [at = span]) => Math.round(numberOf(value, at)) },
  /** Without the decimals: 1.7 → 1, -1.7 → -1. */
  truncate: { ...one, work: ([value = null], span, [at = span]) => Math.trunc(numberOf(value, at)) + 0 },
  /** A value as text; a text as it is. */
  text: { ...one, work: ([value = null]) => (typeof value === 'string' ? value : JSON.stringify(value)) },
  /** How much two vectors point the same way, -1 to 1. */
  cosine: {
    ...two,
    work: ([one = null, other = null], span, [first = span, second = span]) =>
      cosine(vectorOf(one, first), vectorOf(other, second), span),
  },
  mean: onNumbers((numbers) => numbers.reduce((total, number) => total + number, 0) / numbers.length),
  /** From the least to the greatest. */
  spread: onNumbers((numbers) => Math.max(...numbers) - Math.min(...numbers)),
  /** Of all pairs of values, the share that is the same: 1 where all agree. */
  agreement: { least: 2, most: 100, work: (values) => agreementOf(values) },
  min: onNumbers((numbers) => Math.min(...numbers)),
  max: onNumbers((numbers) => Math.max(...numbers)),
} as const satisfies Readonly<Record<string, ExpressionFunction>>;

export type FunctionName = keyof typeof FUNCTIONS;

export function isFunction(name: string): name is FunctionName {
  return Object.hasOwn(FUNCTIONS, name);
}

/** How much a list or a map holds. */
export function sizeOf(value: readonly Json[] | JsonObject): number {
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}

/** @throws ExpressionError when it is no number */
export function numberOf(value: Json, span: Span): number {
  if (typeof value === 'number') return value;
  throw wrongType('a number is wanted', value, span);
}

/** The error of a value that does not fit. */
export function wrongType(wanted: string, found: Json, span: Span, other?: Json): ExpressionError {
  const also = other === undefined ? '' : ` and ${nameOf(other)}`;
  return new ExpressionError('type', `${wanted}, not ${nameOf(found)}${also}`, span);
}

function vectorOf(value: Json, span: Span): readonly number[] {
  const isVector = Array.isArray(value) && value.every((number: Json) => typeof number === 'number');
  if (isVector && value.length > 0) return value;
  throw wrongType('`cosine` takes two lists of numbers', value, span);
}

function cosine(one: readonly number[], other: readonly number[], span: Span): number {
  if (one.length !== other.length) {
    const message = `the vectors have ${one.length} and ${other.length} numbers and cannot be compared`;
    throw new ExpressionError('type', message, span);
  }
  const product = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((total, number, index) => total + number * (b[index] ?? 0), 0);
  const lengths = Math.sqrt(product(one, one)) * Math.sqrt(product(other, other));
  return lengths === 0 ? 0 : product(one, other) / lengths;
}

function agreementOf(values: readonly Json[]): number {
  const texts = values.map((value) => canonicalJson(value));
  let same = 0;
  for (const [index, text] of texts.entries()) {
    same += texts.slice(index + 1).filter((other) => other === text).length;
  }
  return same / ((texts.length * (texts.length - 1)) / 2);
}

function joined(value: Json, span: Span): string {
  if (!Array.isArray(value)) throw wrongType('`join` takes a list', value, span);
  return value.map((element: Json) => (typeof element === 'string' ? element : JSON.stringify(element))).join(', ');
}

function keysOf(value: Json, span: Span): readonly string[] {
  if (isJsonObject(value)) return Object.keys(value);
  throw wrongType('`keys` takes a map', value, span);
}

function textOf(name: string, value: Json, span: Span): string {
  if (typeof value === 'string') return value;
  throw wrongType(`\`${name}\` takes a text`, value, span);
}

function lengthOf(value: Json, span: Span): number {
  if (typeof value === 'string') return countCharacters(value);
  if (typeof value === 'object' && value !== null) return sizeOf(value);
  throw wrongType('`len` takes a text, a list or a map', value, span);
}

function nameOf(value: Json): string {
  if (value === null) return 'nothing (null)';
  if (Array.isArray(value)) return 'a list';
  return { string: 'a text', number: 'a number', boolean: 'true or false' }[typeof value as string] ?? 'a map';
}
