import { seededRandom, type Random } from '../curate/seededRandom.ts';
import type { DrawStep } from '../pipeline/plan.ts';
import { caseName, filesDrawn, type Sampler } from '../pipeline/drawPlan.ts';
import type { Json, JsonObject } from '../record/json.ts';
import { loadEntries } from './drawEntries.ts';
import { fieldAt, type Outcome, type StepRunner } from './step.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** The entries of the files that are drawn from, by path. */
type Entries = ReadonlyMap<string, readonly Json[]>;

/**
 * Draws values for each record. What is drawn depends on the seed, the record's key and the field's name alone: not on
 * other records, other fields or when it is the record's turn.
 */
export function createDrawRunner(step: DrawStep): StepRunner {
  const { seed, fields } = step.drawing;
  const files = filesDrawn(step.drawing);
  let entries: Entries | undefined = files.length === 0 ? new Map() : undefined;
  let loading: Promise<Entries> | undefined;

  const draw = (item: Parameters<StepRunner['run']>[0], loaded: Entries): Outcome => {
    let record: JsonObject = item.fields;
    for (const { field, sampler } of fields) {
      const random = seededRandom(seed, item.key, field);
      const value = drawFrom(sampler, record, random, loaded);
      if (value === undefined) {
        const by = sampler.kind === 'by' ? sampler.field : field;
        const found = fieldAt(record, by);
        const message = `no case for \`${field}\` fits: \`${by}\` is ${found === undefined ? 'not there' : JSON.stringify(found)}`;
        return { records: [], rejections: [{ reason: 'no-case', message }] };
      }
      record = { ...record, [field]: value };
    }
    return { records: [{ fields: record, index: null }], rejections: [] };
  };

  return {
    run(item) {
      if (entries !== undefined) return draw(item, entries);
      loading ??= loadAll(step.id, files);
      return loading.then((loaded) => {
        entries = loaded;
        return draw(item, loaded);
      });
    },
  };
}

type FileSampler = Sampler & { readonly kind: 'file' };

async function loadAll(step: string, files: readonly FileSampler[]): Promise<Entries> {
  const entries = new Map<string, readonly Json[]>();
  for (const file of files) entries.set(identityOf(file), await loadEntries(step, file));
  return entries;
}

function identityOf({ path, field }: FileSampler): string {
  return JSON.stringify([path, field]);
}

/** Undefined: no case fits. */
function drawFrom(sampler: Sampler, record: JsonObject, random: Random, entries: Entries): Json | undefined {
  switch (sampler.kind) {
    case 'values':
      return weightedDraw(sampler.values, sampler.weights, random());
    case 'int':
      return sampler.low + Math.floor(random() * (sampler.high - sampler.low + 1));
    case 'float':
      return Number((sampler.low + random() * (sampler.high - sampler.low)).toFixed(sampler.decimals));
    case 'date': {
      const [from, to] = [Date.parse(sampler.from), Date.parse(sampler.to)];
      const days = Math.round((to - from) / DAY_MS);
      return new Date(from + Math.floor(random() * (days + 1)) * DAY_MS).toISOString().slice(0, 10);
    }
    case 'file': {
      const values = entries.get(identityOf(sampler)) ?? [];
      return values[Math.floor(random() * values.length)];
    }
    case 'by': {
      const value = fieldAt(record, sampler.field);
      const name = value === undefined ? undefined : caseName(value);
      const isCase = name !== undefined && Object.hasOwn(sampler.cases, name);
      const chosen = isCase ? sampler.cases[name] : sampler.otherwise;
      return chosen === undefined ? undefined : drawFrom(chosen, record, random, entries);
    }
  }
}

function weightedDraw(values: readonly Json[], weights: readonly number[], drawn: number): Json | undefined {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let left = drawn * total;
  let last: Json | undefined;
  for (const [index, value] of values.entries()) {
    const weight = weights[index] ?? 0;
    if (weight === 0) continue;
    if (left < weight) return value;
    left -= weight;
    last = value;
  }
  // What is lost in rounding falls to the last one.
  return last;
}
