import { isJsonObject, type Json, type JsonObject, parseJson } from '../../record/json.ts';
import { readDocumentWords, type DocumentWords } from './documentWords.ts';
import type { Random } from './randomness.ts';
import { marked } from './sampleMark.ts';

const DEEPEST = 8;

/**
 * A JSON value for a simple JSON Schema (object, array, string, number, integer, boolean, null, enum, const), made of
 * the document's words. Without a schema: a verdict for every `criterion_N` that is named, else the quoted or
 * code-formatted names of members, a number for those that look like a score.
 */
export function writeJson(schema: string, document: string, random: Random): string {
  const words = readDocumentWords(document);
  const parsed = parseJson(schema);
  if (isJsonObject(parsed) && (parsed['properties'] !== undefined || parsed['type'] !== undefined)) {
    return JSON.stringify(valueFor(parsed, words, random, 0));
  }
  const criteria = [...new Set(schema.match(/\bcriterion_\d+\b/gu) ?? [])];
  if (criteria.length > 0) {
    return JSON.stringify(Object.fromEntries(criteria.map((name) => [name, random.next() < 0.85 ? 'Y' : 'N'])));
  }
  const names = isJsonObject(parsed) ? Object.keys(parsed) : namesIn(schema);
  const members = names.map((name): [string, Json] => [
    name,
    /score|rating|grade|number|count/iu.test(name) ? 1 + random.integer(5) : textFor(words, random),
  ]);
  return JSON.stringify(Object.fromEntries(members.length > 0 ? members : [['text', textFor(words, random)]]));
}

function namesIn(text: string): string[] {
  const names = [...text.matchAll(/["`]([A-Za-z_]\w{0,40})["`]/gu)].map((match) => match[1] ?? '');
  return [...new Set(names)].slice(0, 20);
}

function valueFor(schema: JsonObject, words: DocumentWords, random: Random, depth: number): Json {
  if (schema['const'] !== undefined) return schema['const'];
  const options = schema['enum'];
  if (Array.isArray(options) && options.length > 0) return random.pick(options as readonly Json[]);
  const declared = schema['type'];
  const type: unknown = Array.isArray(declared)
    ? (declared as readonly Json[]).find((name) => name !== 'null')
    : declared;
  if (depth < DEEPEST && (type === 'object' || schema['properties'] !== undefined)) {
    const properties = schema['properties'];
    if (!isJsonObject(properties)) return {};
    return Object.fromEntries(
      Object.entries(properties).map(([name, member]) => [
        name,
        isJsonObject(member) ? valueFor(member, words, random, depth + 1) : textFor(words, random),
      ]),
    );
  }
  switch (type) {
    case 'array': {
      const items = schema['items'];
      const least = typeof schema['minItems'] === 'number' ? Math.min(schema['minItems'], 20) : 2;
      return Array.from({ length: Math.max(least, 1) }, () =>
        isJsonObject(items) ? valueFor(items, words, random, depth + 1) : textFor(words, random),
      );
    }
    case 'integer':
    case 'number':
      return numberFor(schema, random);
    case 'boolean':
      return random.next() < 0.5;
    case 'null':
      return null;
    default:
      return textFor(words, random);
  }
}

/** A whole number within the bounds, 1 to 100 where there are none. */
function numberFor({ minimum, maximum }: JsonObject, random: Random): number {
  const high = typeof maximum === 'number' ? maximum : Math.max(100, typeof minimum === 'number' ? minimum : 0);
  const low = typeof minimum === 'number' ? minimum : Math.min(1, high);
  return Math.min(high, Math.ceil(low) + random.integer(Math.max(1, Math.floor(high) - Math.ceil(low) + 1)));
}

function textFor({ terms, sentences }: DocumentWords, random: Random): string {
  return marked(sentences.length > 0 && random.next() < 0.3 ? random.pick(sentences) : random.pick(terms.slice(0, 12)));
}
