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
  const { find, remark } = createFind(step);
  /** Keys of what is remembered; a step's id before those of its reference records. */
  const keys: string[] = [];
  let turnAt = performance.now();

  function take(item: Item): Passage {
    const from = item.origin?.step ?? '';
    const isReference = reference.has(from);
    const found = find(item);
    if ('reason' in found) return { records: [], rejections: [{ item, ...found }] };
    if (found.match !== null && !isReference) return turnDown(step, item, found.match, keys);
    // What is near to one reference record need not be near to another that is near to it: all but equals are remembered.
    const isKnown = found.match !== null && step.method === 'exact';
    if ((isReference && !isKnown) || (!isReference && step.method !== 'overlap')) {
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
    remark,
  };
}

type Found = { readonly match: Match | null; remember(): void } | { readonly reason: string; readonly message: string };

interface Find {
  /** What an item lacks is a reason to turn it down. */
  readonly find: (item: Item) => Found;
  /** What the person should know at the end; null: nothing. */
  readonly remark: () => string | null;
}

const NO_REMARK = (): null => null;

/** How an item is looked for. */
function createFind(step: DedupStep): Find {
  if (step.method === 'semantic') {
    return { find: createSemanticFind(step.embedding, createSemanticFinder(step.threshold)), remark: NO_REMARK };
  }
  if (step.method !== 'overlap') return { find: createTextFind(step, createTextFinder(step)), remark: NO_REMARK };
  const { id, ngram, threshold } = step;
  const finder = createOverlapFinder(threshold, ngram);
  return {
    find: createTextFind(step, finder),
    remark: () =>
      finder.short === 0
        ? null
        : `step ${id}: ${finder.short} of the reference records are shorter than ${ngram.size} ${ngram.unit}; for these only the very same text is found (a smaller \`ngram\` finds more)`,
  };
}

type TextStep = Exclude<DedupStep, { method: 'semantic' }>;

function createTextFind(step: TextStep, finder: Finder<string>): Find['find'] {
  const { fields } = step;
  const normalize = createNormalizer(step.normalize);
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

function createTextFinder(step: Exclude<TextStep, { method: 'overlap' }>): Finder<string> {
  return step.method === 'exact'
    ? createExactFinder()
    : createFuzzyFinder(step.threshold, step.ngram, step.permutations);
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
  const percent = `${(similarity * 100).toFixed(1)}%`;
  const how = {
    exact: `the same as ${other}`,
    fuzzy: `${percent} of the n-grams of it and ${other} together are common to both`,
    semantic: `the cosine to ${other} is ${similarity.toFixed(4)}`,
    overlap: `${percent} of its n-grams occur in ${other}`,
  }[step.method];
  return { records: [], rejections: [{ item, reason: contaminated ? 'contaminated' : 'duplicate', message: how }] };
}
