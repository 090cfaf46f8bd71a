import type { RunState, StudioRun } from '../../src/protocol/studio.ts';
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
