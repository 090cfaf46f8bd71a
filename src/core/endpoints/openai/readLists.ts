import { isJsonObject } from '../../record/json.ts';
import { withUsage, type Embeddings } from '../embeddings.ts';
import type { Unreadable } from './readAnswer.ts';

/** Names of models from `{ data: [{ id }] }`, `{ models: [{ id | name }] }` or a bare list of either. */
export function readModels(value: unknown): readonly string[] | Unreadable {
  const list = listIn(value, ['data', 'models']);
  if (list === undefined) return { problem: 'has no list of models' };
  const names: string[] = [];
  for (const entry of list) {
    const name: unknown = isJsonObject(entry) ? (entry['id'] ?? entry['name']) : entry;
    if (typeof name === 'string' && name !== '') names.push(name);
  }
  return names;
}

/** The vectors of an answer, with the tokens that they took. */
export function readEmbeddings(value: unknown, count: number): Embeddings | Unreadable {
  const vectors = readVectors(value, count);
  if ('problem' in vectors) return vectors;
  const usage = isJsonObject(value) && isJsonObject(value['usage']) ? value['usage'] : {};
  const prompt = usage['prompt_tokens'] ?? usage['total_tokens'];
  return withUsage(
    vectors,
    Number.isSafeInteger(prompt) && typeof prompt === 'number' && prompt >= 0 ? { prompt, completion: 0 } : null,
  );
}

/** One vector a text, all of one length, in the order of the texts. */
function readVectors(value: unknown, count: number): readonly (readonly number[])[] | Unreadable {
  const list = listIn(value, ['data']);
  if (list === undefined) return { problem: 'has no list of embeddings' };
  if (list.length !== count) return { problem: `has ${list.length} embeddings for ${count} texts` };
  const vectors = new Map<number, readonly number[]>();
  for (const [position, entry] of list.entries()) {
    const vector: unknown = isJsonObject(entry) ? entry['embedding'] : undefined;
    if (!isVector(vector)) return { problem: `has no numbers for embedding ${position + 1}` };
    const index = isJsonObject(entry) && typeof entry['index'] === 'number' ? entry['index'] : position;
    vectors.set(index, vector);
  }
  const ordered = Array.from({ length: count }, (_, index) => vectors.get(index));
  const [first] = ordered;
  const complete = ordered.filter((vector) => vector !== undefined);
  if (complete.length !== count) return { problem: 'numbers its embeddings in a way that leaves gaps' };
  if (complete.some((vector) => vector.length !== first?.length))
    return { problem: 'has embeddings of different lengths' };
  return complete;
}

function listIn(value: unknown, names: readonly string[]): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value as readonly unknown[];
  if (!isJsonObject(value)) return undefined;
  for (const name of names) {
    const list: unknown = value[name];
    if (Array.isArray(list)) return list as readonly unknown[];
  }
  return undefined;
}

function isVector(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length > 0 && value.every((element) => typeof element === 'number');
}
