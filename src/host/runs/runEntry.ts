/** A run as the editor knows it: from its folder, and from its process where this window started it. */
import type { EndpointFailure } from '../../core/errors.ts';
import type { RunSnapshot, RunState } from '../../core/run/events.ts';
import type { RunTotals } from '../../core/run/runFolder.ts';
import type { StopKind } from '../../core/run/stopping.ts';

/** Where an output of a run can be read. */
export interface RunOutput {
  readonly name: string;
  /** As the person wrote it. */
  readonly shown: string;
  /** Where it goes; absolute. */
  readonly path: string;
  readonly records: number;
  /** Whether it stands at `path` whole. */
  readonly complete: boolean;
}

export interface RunEntry {
  readonly run: string;
  /** Folder of the run, absolute. */
  readonly folder: string;
  readonly mode: 'run' | 'preview';
  readonly state: RunState;
  /** How a person is ending it, or has; null: nobody did. */
  readonly stop: StopKind | null;
  /** Who works on it: a process of this window, another process, nobody. */
  readonly owner: 'window' | 'elsewhere' | 'nobody';
  readonly pipeline: { readonly file: string; readonly name: string; readonly recipe: string | null };
  readonly startedAt: number;
  readonly finishedAt: number | null;
  readonly records: number;
  readonly discarded: number;
  readonly outputs: readonly RunOutput[];
  readonly totals: RunTotals;
  readonly error: string | null;
  /** Whether services refused or did not answer something in it that they may answer another time. */
  readonly hasFailures: boolean;
  /** The latest that its process told; null for a run of another process or of the past. */
  readonly snapshot: RunSnapshot | null;
}

/** A run that stopped before it was complete and that nobody works on. */
export function isResumable(entry: RunEntry): boolean {
  return entry.owner === 'nobody' && entry.state !== 'done';
}

/** A run that nobody works on, in which something can be asked again. */
export function isRetryable(entry: RunEntry): boolean {
  return entry.owner === 'nobody' && entry.mode === 'run' && entry.hasFailures;
}

/** What a service may answer another time; everything else is settled with the answer that was read. */
const PASSING: ReadonlySet<string> = new Set<EndpointFailure>([
  'unreachable',
  'timeout',
  'rate-limited',
  'server',
  'rejected',
  'unreadable',
]);

/** @param rejected what a step turned down, by reason */
export function hasPassing(rejected: Readonly<Record<string, number>>): boolean {
  return Object.keys(rejected).some((reason) => PASSING.has(reason));
}

function totalsOf({ records, discarded, requests, reused, tokens, cost, elapsedSeconds }: RunSnapshot): RunTotals {
  return { records, discarded, requests, reused, tokens, cost, seconds: elapsedSeconds };
}

/** What its process tells goes before what the folder says. */
export function withSnapshot(entry: RunEntry, snapshot: RunSnapshot): RunEntry {
  return {
    ...entry,
    owner: 'window',
    state: snapshot.state,
    stop: snapshot.stop,
    records: snapshot.records,
    discarded: snapshot.discarded,
    totals: totalsOf(snapshot),
    snapshot,
  };
}
