import type { RunSnapshot } from '../core/run/events.ts';
import { asksModels } from './askingKinds.ts';

/** Share of the foreseeable questions of a run that are answered, 0 to 1; null where nobody can tell. */
export function doneShare({ state, steps }: Pick<RunSnapshot, 'state' | 'steps'>): number | null {
  if (state === 'done') return 1;
  let [done, expected] = [0, 0];
  for (const step of steps) {
    if (!asksModels(step.kind)) continue;
    if (step.expected === null) return null;
    expected += step.expected;
    done += Math.min(step.done, step.expected);
  }
  return expected === 0 ? null : done / expected;
}

/** The same as a person reads it, such as `39%`; empty where nobody can tell, or where there is nothing yet. */
export function doneText(snapshot: Pick<RunSnapshot, 'state' | 'steps'>): string {
  // All is done only when the run is.
  const percent = Math.min(99, Math.floor(100 * (doneShare(snapshot) ?? 0)));
  return percent === 0 ? '' : `${percent}%`;
}
