import type { Plan } from '../pipeline/plan.ts';

/**
 * What goes before a record's place in a step so that places of different steps compare in output order: the source
 * indices that the steps between it and the (first) output will put in front of the key, the last one first.
 */
export function placePrefixes(plan: Plan): ReadonlyMap<string, readonly number[]> {
  const prefixes = new Map<string, readonly number[]>();
  for (const output of plan.outputs) {
    if (!prefixes.has(output.from)) prefixes.set(output.from, []);
  }
  // Steps stand behind those they read from: going backwards, a step's own prefix is known before its sources'.
  for (const step of plan.steps.toReversed()) {
    const own = prefixes.get(step.id);
    if (own === undefined) continue;
    for (const { step: before, source } of step.from) {
      const prefix = step.prefixesKeys ? [...own, source] : own;
      const known = prefixes.get(before);
      if (known === undefined || isBefore(prefix, known)) prefixes.set(before, prefix);
    }
  }
  return prefixes;
}

function isBefore(a: readonly number[], b: readonly number[]): boolean {
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    if (a[index] !== b[index]) return (a[index] ?? 0) < (b[index] ?? 0);
  }
  return false;
}
