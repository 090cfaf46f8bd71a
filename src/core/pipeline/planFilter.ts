import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CheckSpec } from '../curate/checks/check.ts';
import { isMeasure, measureOf } from '../curate/checks/measures.ts';
import { DEFAULT_ENCODING } from '../curate/encodings.ts';
import { unknownName, type DataPath } from '../files/checkValue.ts';
import type { FilePosition } from '../errors.ts';
import { isJsonObject, parseJson, type JsonObject } from '../record/json.ts';
import { checkFieldExpression } from './fieldExpression.ts';
import { CHECK_NAMES, type CheckInput, type FilterInput } from './filterSchema.ts';
import { mayHaveField, unknownField, type KnownFields } from './knownFields.ts';
import type { FilterStep } from './plan.ts';
import type { Planning } from './planContext.ts';
import type { StepDraft } from './readPipeline.ts';

/** Field that checks look at where none is named. */
export const TEXT_FIELD = 'text';
/** Field that takes the reasons of a record that is marked. */
const MARK_FIELD = 'failed';

/** Seconds that code of a record may run. */
const CODE_SECONDS = 10;

type CheckEntry = Exclude<CheckInput, string>;
type Places = (path: DataPath, part: 'key' | 'value') => FilePosition;
type Fault = (code: string, message: string, path: DataPath, part?: 'key' | 'value') => null;

interface Surroundings {
  readonly incoming: KnownFields;
  readonly fault: Fault;
  readonly planning: Planning;
}

/** Settles a `filter` step. @returns the step's own part, and the fields of the records that leave it */
export async function planFilter(
  filter: FilterInput,
  draft: StepDraft,
  incoming: KnownFields,
  planning: Planning,
): Promise<{
  readonly parts: Omit<FilterStep, 'id' | 'from' | 'prefixesKeys' | 'kind'>;
  readonly fields: KnownFields;
}> {
  const locate: Places = (path, part) => draft.locate(['filter', ...path], part);
  const fault: Fault = (code, message, path, part = 'value') => {
    planning.problems.error(code, message, locate(path, part));
    return null;
  };
  const around: Surroundings = { incoming, fault, planning };
  checkKeys(filter, around);
  const { field, min, max, when, action, mark, store } = filter;
  if (field !== undefined) {
    checkField(field, ['field'], around);
    checkBounds(filter, ['min'], around);
  }
  const texts = textFields(filter, around);
  const planned = await Promise.all(
    (filter.checks ?? []).map((check, index) => planCheck(check, ['checks', index], around)),
  );
  const checks = planned.filter((check) => check !== null);
  if (when !== undefined) checkFieldExpression(when, incoming, locate(['when'], 'value'), planning.problems);
  const markField = action === 'mark' ? (mark ?? MARK_FIELD) : undefined;
  const added = [...(markField === undefined ? [] : [markField]), ...(store === undefined ? [] : [store])];
  return {
    parts: {
      ...(field === undefined ? {} : { field }),
      ...(min === undefined ? {} : { min }),
      ...(max === undefined ? {} : { max }),
      ...(checks.length === 0 ? {} : { texts, checks }),
      ...(when === undefined ? {} : { when }),
      ...(action === undefined || action === 'keep' ? {} : { action }),
      ...(markField === undefined ? {} : { mark: markField }),
      ...(store === undefined ? {} : { store }),
    },
    fields: incoming === null ? null : new Set([...incoming, ...added]),
  };
}

/** What must, and must not, stand together. */
function checkKeys({ field, min, max, text, checks, when, action, mark }: FilterInput, { fault }: Surroundings): void {
  if (field === undefined && checks === undefined && when === undefined) {
    const bound = min === undefined ? (max === undefined ? undefined : 'max') : 'min';
    if (bound === undefined)
      fault('missing-key', 'a filter needs `checks`, `when`, or `field` with `min` or `max`', [], 'key');
    else fault('missing-key', `\`${bound}\` needs \`field\`: the number it is about`, [bound], 'key');
  }
  if (field !== undefined && min === undefined && max === undefined) {
    fault('missing-key', '`field` needs `min`, `max` or both', ['field'], 'key');
  }
  if (text !== undefined && checks === undefined) {
    fault('needless-key', '`text` has no effect without `checks`', ['text'], 'key');
  }
  if (mark !== undefined && action !== 'mark') {
    fault('needless-key', '`mark` has no effect without `action: mark`', ['mark'], 'key');
  }
}

function textFields({ text = TEXT_FIELD, checks = [] }: FilterInput, around: Surroundings): readonly string[] {
  const looksAtText = checks.some((check) => typeof check === 'string' || check.score === undefined);
  const texts = typeof text === 'string' ? [text] : text;
  if (looksAtText) {
    texts.forEach((field, index) => {
      const { incoming } = around;
      if (incoming === null || mayHaveField(incoming, field)) return;
      const path = typeof text === 'string' ? ['text'] : ['text', index];
      around.fault('unknown-field', unknownField(field, incoming), path);
    });
  }
  return texts;
}

function checkField(field: string, path: DataPath, { incoming, fault }: Surroundings): void {
  if (incoming !== null && !mayHaveField(incoming, field)) fault('unknown-field', unknownField(field, incoming), path);
}

function checkBounds(
  { min, max }: { readonly min?: number; readonly max?: number },
  path: DataPath,
  { fault }: Surroundings,
): void {
  if (min === undefined || max === undefined || min <= max) return;
  fault('out-of-range', '`min` is larger than `max`: nothing would pass', path);
}

/** @returns null after a mistake, which has been told */
async function planCheck(input: CheckInput, path: DataPath, around: Surroundings): Promise<CheckSpec | null> {
  const entry: CheckEntry = typeof input === 'string' ? { [input]: {} } : input;
  const keys = CHECK_NAMES.filter((key) => entry[key] !== undefined);
  const [kind] = keys;
  if (kind === undefined || keys.length > 1) {
    return around.fault('conflicting-keys', `an entry is exactly one check of ${CHECK_NAMES.join(', ')}`, path);
  }
  const inner = [...path, kind];
  if (isMeasure(kind)) {
    const { min, max } = measureOf(kind);
    const given: { readonly min?: number; readonly max?: number; readonly n?: number } = entry[kind] ?? {};
    const spec = { kind, ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }), ...given };
    checkBounds(spec, inner, around);
    return spec;
  }
  const { matches, contains, language, schema, code, tokens, score } = entry;
  if (matches !== undefined) return planMatches(matches, inner, around);
  if (language !== undefined) return planLanguage(language, inner, around);
  if (schema !== undefined) return planSchema(schema, inner, around);
  if (contains !== undefined) {
    const { text, where = 'anywhere', ignore_case: ignoreCase = false, not = false } = asMap(contains, 'text');
    return { kind: 'contains', text, where, ignoreCase, not };
  }
  if (code !== undefined) {
    const { languages = null, assume = null, min_blocks: minBlocks = 0, run = false, timeout_s: seconds } = code;
    if (!run && seconds !== undefined) {
      return around.fault(
        'needless-key',
        '`timeout_s` has no effect without `run: true`',
        [...inner, 'timeout_s'],
        'key',
      );
    }
    const running = run ? { run: { timeoutMs: (seconds ?? CODE_SECONDS) * 1000 } } : {};
    return { kind: 'code', languages, assume, minBlocks, ...running };
  }
  if (tokens !== undefined || score !== undefined) {
    const bounds = tokens ?? score ?? {};
    if (bounds.min === undefined && bounds.max === undefined) {
      return around.fault('missing-key', `\`${kind}\` needs \`min\`, \`max\` or both`, inner, 'key');
    }
    checkBounds(bounds, [...inner, 'min'], around);
  }
  if (tokens !== undefined) return { encoding: DEFAULT_ENCODING, ...tokens, kind: 'tokens' };
  if (score !== undefined) {
    checkField(score.field, [...inner, 'field'], around);
    return { kind: 'score', ...score };
  }
  return { kind: kind === 'refusal' ? 'refusal' : 'assistant_phrases' };
}

/** The short form of an entry is its main part alone. */
function asMap<Part extends string, Whole extends Readonly<Record<Part, string>>>(
  input: string | Whole,
  part: Part,
): Partial<Omit<Whole, Part>> & Readonly<Record<Part, string>> {
  return typeof input === 'string' ? ({ [part]: input } as Partial<Omit<Whole, Part>> & Record<Part, string>) : input;
}

async function planMatches(
  input: NonNullable<CheckEntry['matches']>,
  path: DataPath,
  { fault }: Surroundings,
): Promise<CheckSpec | null> {
  const { pattern, ignore_case: ignoreCase = false, not = false } = asMap(input, 'pattern');
  const wrong = await patternMistake(pattern);
  if (wrong !== null) return fault('bad-pattern', wrong, typeof input === 'string' ? path : [...path, 'pattern']);
  return { kind: 'matches', pattern, ignoreCase, not };
}

/** What is wrong with a regular expression; null: nothing. */
export async function patternMistake(pattern: string): Promise<string | null> {
  const { PatternError, regularExpression } = await import('../curate/regularExpression.ts');
  try {
    regularExpression(pattern);
    return null;
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    return `this is no regular expression: ${error.message}`;
  }
}

async function planLanguage(
  input: NonNullable<CheckEntry['language']>,
  path: DataPath,
  { fault }: Surroundings,
): Promise<CheckSpec | null> {
  const full = typeof input === 'string' || Array.isArray(input) ? { in: input } : input;
  const { LANGUAGES } = await import('../curate/checks/languages.ts');
  const languages = typeof full.in === 'string' ? [full.in] : full.in;
  const unknown = languages.find((language) => !LANGUAGES.includes(language));
  if (unknown !== undefined) return fault('unknown-language', unknownName(unknown, LANGUAGES, 'a language'), path);
  return { kind: 'language', languages, minScore: ('min_score' in full ? full.min_score : undefined) ?? 0 };
}

async function planSchema(
  input: NonNullable<CheckEntry['schema']>,
  path: DataPath,
  { fault, planning }: Surroundings,
): Promise<CheckSpec | null> {
  const schema = typeof input === 'string' ? await readSchema(resolve(planning.folder, input)) : input;
  if (typeof schema === 'string')
    return fault('missing-file', `${typeof input === 'string' ? input : 'the schema'}: ${schema}`, path);
  const { compileSchema } = await import('../curate/checks/schemaCheck.ts');
  try {
    compileSchema(schema);
  } catch (error) {
    return fault(
      'bad-schema',
      `this is no JSON Schema: ${error instanceof Error ? error.message : String(error)}`,
      path,
    );
  }
  return { kind: 'schema', schema };
}

/** @returns the schema, or why there is none */
async function readSchema(file: string): Promise<JsonObject | string> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return 'there is no such file, or it cannot be read';
  const schema = parseJson(text);
  return isJsonObject(schema) ? schema : 'the file holds no JSON object';
}
