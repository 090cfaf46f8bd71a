/** What in a pipeline could be less strict, so that a step turns less down. Knows nothing of the editor. */
import { isMeasure, measureOf } from '../../core/curate/checks/measures.ts';
import { isJsonObject, type JsonObject } from '../../core/record/json.ts';
import type { YamlPath } from '../language/pipelines/yamlPlace.ts';
import type { RejectGroup } from './rejectGroups.ts';

/** One change of the pipeline. */
export interface Loosening {
  readonly path: YamlPath;
  /** As it is written in YAML. */
  readonly value: string;
  /** What is set, for a title: `word_count min`. */
  readonly name: string;
}

const MISMATCH: ReadonlySet<string> = new Set(['list-length', 'surplus']);
const UNREADABLE: ReadonlySet<string> = new Set([
  'no-list',
  'ambiguous',
  'no-label',
  'no-json',
  'several-json',
  'not-json',
  'empty',
]);

/**
 * @param data the pipeline as it stands
 * @param group of a step of it, or of its recipe
 */
export function looseningsOf(data: unknown, group: RejectGroup): readonly Loosening[] {
  if (!isJsonObject(data)) return [];
  const steps = Array.isArray(data['steps']) ? (data['steps'] as readonly unknown[]) : [];
  const index = steps.findIndex((step) => isJsonObject(step) && step['id'] === group.step);
  const step = steps[index];
  if (!isJsonObject(step)) return typeof data['recipe'] === 'string' ? ofAnswers(data, ['with'], ['with'], group) : [];
  const at: YamlPath = ['steps', index];
  if (isJsonObject(step['filter'])) return ofFilter(step['filter'], [...at, 'filter'], group);
  if (isJsonObject(step['dedup'])) return ofDedup(step['dedup'], [...at, 'dedup'], group);
  const { generate } = step;
  if (isJsonObject(generate)) return ofAnswers(generate, [...at, 'generate', 'expect'], [...at, 'generate'], group);
  return [];
}

/** Of a recipe both stand in `with`; of a step the reading stands in `expect`. */
function ofAnswers(
  around: JsonObject,
  reading: YamlPath,
  asking: YamlPath,
  { reason }: RejectGroup,
): readonly Loosening[] {
  if (MISMATCH.has(reason)) {
    return ['trim', 'keep'].map((value) => ({ path: [...reading, 'on_mismatch'], value, name: 'on_mismatch' }));
  }
  if (UNREADABLE.has(reason)) {
    const held = around[String(reading.at(-1))];
    const now = isJsonObject(held) && typeof held['attempts'] === 'number' ? held['attempts'] : 2;
    return [{ path: [...reading, 'attempts'], value: String(now + 1), name: 'attempts' }];
  }
  if (reason === 'truncated') return [{ path: [...asking, 'keep_truncated'], value: 'true', name: 'keep_truncated' }];
  return [];
}

function ofFilter(filter: JsonObject, at: YamlPath, group: RejectGroup): readonly Loosening[] {
  const { reason, scores } = group;
  if (scores === null) return [];
  if (reason === 'below-minimum') return [{ path: [...at, 'min'], value: written(scores.lowest, 'down'), name: 'min' }];
  if (reason === 'above-maximum') return [{ path: [...at, 'max'], value: written(scores.highest, 'up'), name: 'max' }];
  const name = reason.replaceAll('-', '_');
  const checks = Array.isArray(filter['checks']) ? (filter['checks'] as readonly unknown[]) : [];
  const index = checks.findIndex((check) => check === name || (isJsonObject(check) && name in check));
  if (index < 0 || !isMeasure(name)) return [];
  const check = checks[index];
  const given = isJsonObject(check) ? check[name] : undefined;
  const usual = measureOf(name);
  const bounds = isJsonObject(given) && ('min' in given || 'max' in given) ? given : usual;
  const found: Loosening[] = [];
  const add = (bound: 'min' | 'max', value: string): void => {
    const path = [...at, 'checks', index];
    // A check that stands there by its name alone gets its limits.
    if (isJsonObject(check)) found.push({ path: [...path, name, bound], value, name: `${name} ${bound}` });
    else found.push({ path, value: `{ ${name}: { ${bound}: ${value} } }`, name: `${name} ${bound}` });
  };
  if (typeof bounds.min === 'number' && scores.lowest < bounds.min) add('min', written(scores.lowest, 'down'));
  if (typeof bounds.max === 'number' && scores.highest > bounds.max) add('max', written(scores.highest, 'up'));
  return found;
}

/** How alike two records may be: nearer to 1 means that less is a duplicate. */
function ofDedup(dedup: JsonObject, at: YamlPath, { reason }: RejectGroup): readonly Loosening[] {
  const { threshold, method } = dedup;
  if (reason !== 'duplicate' || typeof threshold !== 'number' || threshold >= 1 || method === 'exact') return [];
  const next = Math.min(1, Math.round((threshold + 0.05) * 100) / 100);
  return [{ path: [...at, 'threshold'], value: String(next), name: 'threshold' }];
}

/** Rounded to what a person would write, to the side on which all of them pass. */
function written(score: number, to: 'up' | 'down'): string {
  if (Number.isInteger(score)) return String(score);
  const scaled = score * 100;
  return String((to === 'up' ? Math.ceil(scaled) : Math.floor(scaled)) / 100);
}
