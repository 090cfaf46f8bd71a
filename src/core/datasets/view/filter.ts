/** Tells which lines of a dataset a query finds. */
import type { Decision } from '../../curate/review/decision.ts';
import type { RegularExpression } from '../../curate/regularExpression.ts';
import { isJsonObject, type Json } from '../../record/json.ts';
import { fieldAt } from '../../steps/step.ts';
import type { ViewQuery } from './query.ts';
import type { ReadLine } from './readRecord.ts';
import type { LeftOut } from './viewTypes.ts';

/** What is known of a line's review. */
export interface LineReview {
  readonly decision: Decision | undefined;
  /** The record is not what was reviewed any more. */
  readonly isChanged: boolean;
}

export interface LineFilter {
  /** Whether a line can be passed over without being read as JSON. @param text the line as it stands */
  mayMatch(text: string): boolean;
  /** @param number the line's, from 0 */
  matches(line: ReadLine, number: number, review: () => LineReview): boolean;
  /** What a condition could not be worked out for; null: it could, for all. */
  readonly leftOut: LeftOut | null;
  /** Whether a condition was worked out for a record at all. */
  readonly isWorkable: boolean;
}

/** @throws PatternError, ExpressionError when the text of the query cannot be read */
export async function createFilter(query: ViewQuery): Promise<LineFilter> {
  const content = await contentFilter(query);
  const where = Object.entries(query.where);
  return {
    mayMatch: (text) => content.mayMatch(text),
    matches: (line, number, review) =>
      hasValues(line, where) && matchesDecision(query, line, review) && content.matches(line, number),
    get leftOut() {
      return content.leftOut;
    },
    get isWorkable() {
      return content.isWorkable;
    },
  };
}

interface ContentFilter extends Pick<LineFilter, 'mayMatch' | 'leftOut' | 'isWorkable'> {
  matches(line: ReadLine, number: number): boolean;
}

async function contentFilter({ text, mode, matchCase, also = {}, inside }: ViewQuery): Promise<ContentFilter> {
  const always = () => true;
  const sound = { leftOut: null, isWorkable: true };
  if (text === '') return { mayMatch: always, matches: always, ...sound };
  if (mode === 'condition') return conditionFilter(text, inside);
  if (mode === 'pattern') {
    const { regularExpression } = await import('../../curate/regularExpression.ts');
    const pattern = regularExpression(text, { ignoreCase: !matchCase });
    return { mayMatch: always, matches: (line) => holdsPattern(line, pattern), ...sound };
  }
  const folded = (value: string): string => (matchCase ? value : value.toLowerCase());
  const needle = folded(text);
  // As JSON writes it, unless it was written with escapes that JSON does not ask for.
  const raw = JSON.stringify(needle).slice(1, -1);
  const others = Object.entries(also);
  const otherTexts = others.flatMap(([, values]) => values.map((value) => JSON.stringify(value)));
  return {
    mayMatch: (line) => {
      const text = folded(line);
      if (text.includes(raw) || otherTexts.some((other) => line.includes(other))) return true;
      // A line that is no JSON may have it as it is.
      return (raw !== needle && text.includes(needle)) || /\\[u/]/u.test(line);
    },
    matches: (line) =>
      holds(
        line,
        (value) => folded(value).includes(needle),
        (value) => value === needle,
      ) || others.some(([path, values]) => hasOneOf(line, path, values)),
    ...sound,
  };
}

/** A condition is that of a record; a field that a record does not have is null. */
async function conditionFilter(text: string, inside: string | undefined): Promise<ContentFilter> {
  const { ExpressionError, isTruthy, parseExpression } = await import('../../pipeline/expression.ts');
  const expression = parseExpression(text);
  const absent = Object.fromEntries(expression.names.map((name): [string, Json] => [name, null]));
  let leftOut: LeftOut | null = null;
  let isWorkable = false;
  return {
    mayMatch: () => true,
    matches: ({ fields }, line) => {
      if (fields === null) return false;
      try {
        const within = inside === undefined ? undefined : fields[inside];
        const members = within !== undefined && isJsonObject(within) ? within : {};
        const value = expression.evaluate({ ...absent, ...members, ...fields });
        isWorkable = true;
        return isTruthy(value);
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error;
        leftOut = { ...(leftOut ?? { line, why: error.message }), count: (leftOut?.count ?? 0) + 1 };
        return false;
      }
    },
    get leftOut() {
      return leftOut;
    },
    get isWorkable() {
      return isWorkable;
    },
  };
}

function holdsPattern(line: ReadLine, pattern: RegularExpression): boolean {
  return holds(
    line,
    (value) => pattern.test(value),
    (value) => pattern.test(value),
  );
}

/** Whether a value of the record passes. A line that is no record is shown as it stands, and so it is found as it stands. */
function holds(line: ReadLine, text: (value: string) => boolean, other: (value: string) => boolean): boolean {
  return line.fields === null ? text(line.text) : within(line.fields, text, other);
}

function within(value: Json, text: (value: string) => boolean, other: (value: string) => boolean): boolean {
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return value.some((element: Json) => within(element, text, other));
  if (isJsonObject(value)) return Object.values(value).some((member) => within(member, text, other));
  return other(JSON.stringify(value));
}

function hasValues({ fields }: ReadLine, where: readonly (readonly [string, string])[]): boolean {
  return where.every(([path, wanted]) => fields !== null && fieldAt(fields, path) === wanted);
}

function hasOneOf({ fields }: ReadLine, path: string, values: readonly string[]): boolean {
  const value = fields === null ? undefined : fieldAt(fields, path);
  return typeof value === 'string' && values.includes(value);
}

function matchesDecision({ decision: wanted }: ViewQuery, line: ReadLine, review: () => LineReview): boolean {
  if (wanted === 'all') return true;
  if (wanted === 'broken') return line.fields === null && line.reason !== 'blank';
  if (line.fields === null) return false;
  const { decision, isChanged } = review();
  switch (wanted) {
    case 'accepted':
      return decision?.verdict === 'accept';
    case 'rejected':
      return decision?.verdict === 'reject';
    case 'undecided':
      return decision?.verdict == null;
    case 'edited':
      return Object.keys(decision?.edit ?? {}).length > 0;
    case 'rated':
      return decision?.rating != null;
    case 'noted':
      return (decision?.note ?? '') !== '';
    case 'changed':
      return isChanged;
  }
}
