import type { DataPath } from '../files/checkValue.ts';
import { isJsonObject, type Json, type JsonObject } from '../record/json.ts';
import { ExpressionError, parseExpression } from './expression.ts';

/** Data with its `${…}` filled in. */
export interface Substituted {
  readonly value: Json;
  /** Where a parameter stands alone as a value (`${files}`): its path → the name of the parameter. */
  readonly origins: ReadonlyMap<string, string>;
  readonly problems: readonly { readonly path: DataPath; readonly message: string }[];
}

/** The form in which `origins` holds a path. */
export function pathKey(path: DataPath): string {
  return JSON.stringify(path);
}

/**
 * Fills in `${expression}` everywhere in texts. A text that is nothing but one takes the type of its value; an entry of
 * a map whose value comes to null, or to a map of which nothing is left, is left out, so that optional parameters can be
 * passed on. Keys stay as they are.
 */
export function substitute(value: Json, parameters: JsonObject): Substituted {
  const origins = new Map<string, string>();
  const problems: { path: DataPath; message: string }[] = [];

  const fillIn = (text: string, path: DataPath): Json => {
    const pieces = cutPieces(text);
    try {
      const [first] = pieces;
      if (pieces.length === 1 && first?.isExpression === true) {
        const expression = parseExpression(first.text);
        if (expression.soleName !== null) origins.set(pathKey(path), expression.soleName);
        return expression.evaluate(parameters);
      }
      return pieces
        .map((piece) => (piece.isExpression ? asText(parseExpression(piece.text).evaluate(parameters)) : piece.text))
        .join('');
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      problems.push({ path, message: `in \`${text}\`: ${error.message}` });
      return text;
    }
  };

  const walk = (part: Json, path: DataPath): Json => {
    if (typeof part === 'string') return part.includes('${') ? fillIn(part, path) : part;
    if (Array.isArray(part)) return part.map((element: Json, index) => walk(element, [...path, index]));
    if (!isJsonObject(part)) return part;
    const entries = Object.entries(part).map(([key, member]) => [key, member, walk(member, [...path, key])] as const);
    return Object.fromEntries(
      entries
        .filter(([, before, after]) => before === null || !isNothing(before, after))
        .map(([key, , after]) => [key, after]),
    );
  };

  return { value: walk(value, []), origins, problems };
}

function isNothing(before: Json, after: Json): boolean {
  if (after === null) return true;
  const hadEntries = isJsonObject(before) && Object.keys(before).length > 0;
  return hadEntries && isJsonObject(after) && Object.keys(after).length === 0;
}

/** The names that the expressions of some data use. @throws ExpressionError for one that cannot be read */
export function namesUsed(value: Json): readonly string[] {
  if (typeof value === 'string') {
    return cutPieces(value).flatMap((piece) => (piece.isExpression ? parseExpression(piece.text).names : []));
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((member: Json) => namesUsed(member));
}

function cutPieces(text: string): { readonly text: string; readonly isExpression: boolean }[] {
  const pieces: { text: string; isExpression: boolean }[] = [];
  let at = 0;
  // A text in quotes may hold a brace.
  for (const match of text.matchAll(/\$\{((?:[^}'"]|'[^']*'|"[^"]*")*)\}/gu)) {
    if (match.index > at) pieces.push({ text: text.slice(at, match.index), isExpression: false });
    pieces.push({ text: match[1] ?? '', isExpression: true });
    at = match.index + match[0].length;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), isExpression: false });
  return pieces;
}

function asText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
