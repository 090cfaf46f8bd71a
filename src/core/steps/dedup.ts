import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  createExactFinder,
  createFuzzyFinder,
  createOverlapFinder,
  createSemanticFinder,
  VectorMismatchError,
  type Finder,
  type Match,
} from '../curate/dedup/finders.ts';
import { createNormalizer } from '../curate/dedup/normalizeText.ts';
import type { DedupStep } from '../pipeline/plan.ts';
import { canonicalJson } from '../record/json.ts';
import { formatKey } from '../record/key.ts';
import type { Item } from '../record/record.ts';
import { UNDECIDED, type OrderedRunner, type Passage } from './ordered.ts';
import { fieldAt } from './step.ts';

/** Comparing may take long; so often, in milliseconds, everything else gets a turn. */
const TURN_MS = 10;

/**
 * Drops every record that is too near to an earlier kept one, or to one of the reference records, which themselves go no
 * further. So the record with the smallest place survives, whatever the timing.
 */
export function createDedupRunner(step: DedupStep): OrderedRunner {
  const reference = new Set(step.reference);
  const find = createFind(step);
  /** Keys of what is remembered; a step's id before those of its reference records. */
  const keys: string[] = [];
  let turnAt = performance.now();

  function take(item: Item): Passage {
    const from = item.origin?.step ?? '';
    const isReference = reference.has(from);
    const found = find(item);
    if ('reason' in found) return { records: [], rejections: [{ item, ...found }] };
    if (found.match !== null && isReference) return UNDECIDED;
    if (found.match !== null) return turnDown(step, item, found.match, keys);
    if (isReference || step.method !== 'overlap') {
      found.remember();
      keys.push(isReference ? `${from} ${formatKey(item.key)}` : formatKey(item.key));
    }
    return isReference ? UNDECIDED : { records: [{ item }], rejections: [] };
  }

  return {
    needsAll: false,
    take(item) {
      if (performance.now() - turnAt < TURN_MS) return take(item);
      return nextTurn().then(() => {
        turnAt = performance.now();
        return take(item);
      });
    },
    end: () => [],
  };
}

type Found = { readonly match: Match | null; remember(): void } | { readonly reason: string; readonly message: string };

/** How an item is looked for. What it lacks is a reason to turn it down. */
function createFind(step: DedupStep): (item: Item) => Found {
  if (step.method === 'semantic') return createSemanticFind(step.embedding, createSemanticFinder(step.threshold));
  const { fields } = step;
  const normalize = createNormalizer(step.normalize);
  const finder = createTextFinder(step);
  const remember = (): void => {
    finder.remember();
  };
  return (item) => {
    const parts: string[] = [];
    for (const field of fields) {
      const value = fieldAt(item.fields, field);
      if (value === undefined) return { reason: 'missing-field', message: `the record has no field ${field}` };
      parts.push(normalize(typeof value === 'string' ? value : canonicalJson(value)));
    }
    return { match: finder.find(parts.join('\n')), remember };
  };
}

function createTextFinder(step: Exclude<DedupStep, { method: 'semantic' }>): Finder<string> {
  switch (step.method) {
    case 'exact':
      return createExactFinder();
    case 'fuzzy':
      return createFuzzyFinder(step.threshold, step.ngram, step.permutations);
    case 'overlap':
      return createOverlapFinder(step.threshold, step.ngram);
  }
}

function createSemanticFind(field: string, finder: Finder<readonly number[]>): (item: Item) => Found {
  const remember = (): void => {
    finder.remember();
  };
  return (item) => {
    const value = fieldAt(item.fields, field);
    if (value === undefined) return { reason: 'missing-field', message: `the record has no field ${field}` };
    if (!Array.isArray(value) || !value.every((number) => typeof number === 'number') || value.length === 0) {
      return { reason: 'not-an-embedding', message: `${field} is no list of numbers` };
    }
    try {
      return { match: finder.find(value), remember };
    } catch (error) {
      if (!(error instanceof VectorMismatchError)) throw error;
      return { reason: 'not-an-embedding', message: `${field} cannot be compared: ${error.message}` };
    }
  };
}

function turnDown(step: DedupStep, item: Item, { number, similarity }: Match, keys: readonly string[]): Passage {
  const key = number === null ? undefined : keys[number];
  const other = key ?? step.reference.join(', ');
  const contaminated = key?.includes(' ') ?? true;
  const percent = `${(similarity * 100).toFixed(1)} %`;
  const how = {
    exact: `the same as ${other}`,
    fuzzy: `${percent} of the n-grams of it and ${other} together are common to both`,
    semantic: `the cosine to ${other} is ${similarity.toFixed(4)}`,
    overlap: `${percent} of its n-grams occur in ${other}`,
  }[step.method];
  return { records: [], rejections: [{ item, reason: contaminated ? 'contaminated' : 'duplicate', message: how }] };
}
