import { asksModels, type RunState, type StudioRun } from '../../src/protocol/studio.ts';

import type { Wording } from '../ui/wording.ts';

/** Whether somebody works on the run. */
export function isGoingOn({ owner, snapshot }: StudioRun): boolean {
  return owner !== 'nobody' && (snapshot.state === 'running' || snapshot.state === 'starting');
}

/** Whether corrections wait that working the run through again would bring into its output. */
export function canWorkThrough({ owner, corrections }: StudioRun): boolean {
  return owner === 'nobody' && corrections > 0;
}

export function stateText({ snapshot, owner }: StudioRun, { t }: Wording): string {
  const going = snapshot.state === 'running';
  if (snapshot.stop === 'pause') return going ? t('Pausing') : t('Paused');
  if (snapshot.stop === 'cancel') return going ? t('Cancelling') : t('Cancelled');
  const texts: Readonly<Record<RunState, string>> = {
    starting: t('Starting'),
    running: owner === 'elsewhere' ? t('Running in another process') : t('Running'),
    done: t('Done'),
    failed: t('Failed'),
    paused: t('Paused'),
    interrupted: t('Stopped'),
  };
  return texts[snapshot.state];
}

/** The codicon of a state. */
export function stateIcon({ state, stop }: StudioRun['snapshot']): string {
  const icons: Readonly<Record<RunState, string>> = {
    starting: 'loading',
    running: 'loading',
    done: 'pass',
    failed: 'error',
    paused: 'debug-pause',
    interrupted: stop === 'pause' ? 'debug-pause' : 'circle-slash',
  };
  return icons[state];
}

/** Share of the foreseeable questions that are answered, 0 to 1; null where nobody can tell. */
export function doneShare({ snapshot }: StudioRun): number | null {
  if (snapshot.state === 'done') return 1;
  let [done, expected] = [0, 0];
  for (const step of snapshot.steps) {
    if (!asksModels(step.kind)) continue;
    if (step.expected === null) return null;
    expected += step.expected;
    done += Math.min(step.done, step.expected);
  }
  return expected === 0 ? null : done / expected;
}
