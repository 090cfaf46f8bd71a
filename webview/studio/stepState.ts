/** How it stands with a step of a run, in a dot and in figures. */
import type { RunSnapshot, StepProgress } from '../../src/protocol/studio.ts';
import type { Wording } from '../ui/wording.ts';

/** @param going whether somebody works on the run */
export function stepState(
  step: StepProgress,
  { state, steps }: Pick<RunSnapshot, 'state' | 'steps'>,
  going: boolean,
): 'idle' | 'busy' | 'done' {
  if (going) return step.inFlight > 0 || step.waiting > 0 ? 'busy' : step.done > 0 ? 'done' : 'idle';
  return state === 'done' || isThrough(step, steps) ? 'done' : 'idle';
}

/** Whether a step of a run that was stopped has nothing to do any more: neither it nor what it reads from. */
function isThrough(step: StepProgress, steps: readonly StepProgress[]): boolean {
  const before = steps.filter(({ id }) => step.from.includes(id));
  return step.done > 0 && step.waiting === 0 && step.inFlight === 0 && before.every((one) => isThrough(one, steps));
}

/** What is done, and of how many where that is more: `2 / 5`. */
export function doneFigure(step: StepProgress, going: boolean, { number }: Wording): string {
  // What a stopped run had yet to do is what had come in and was not done.
  const whole = step.expected ?? (going ? null : step.done + step.waiting + step.inFlight);
  return whole === null || whole === step.done ? number(step.done) : `${number(step.done)} / ${number(whole)}`;
}
