/** A run as the editor knows it: from its folder, and from its process where this window started it. */
import { join } from 'node:path';
import type { RunSnapshot, RunState } from '../../core/run/events.ts';
import { isAlive } from '../../core/run/lock.ts';
import { runPaths, type RunFile } from '../../core/run/runFolder.ts';

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
  /** Who works on it: a process of this window, another process, nobody. */
  readonly owner: 'window' | 'elsewhere' | 'nobody';
  readonly pipeline: { readonly file: string; readonly name: string; readonly recipe: string | null };
  readonly startedAt: number;
  readonly finishedAt: number | null;
  readonly records: number;
  readonly discarded: number;
  readonly outputs: readonly RunOutput[];
  readonly totals: RunFile['totals'];
  readonly error: string | null;
  /** The latest that its process told; null for a run of another process or of the past. */
  readonly snapshot: RunSnapshot | null;
}

/** A run that stopped before it was complete and that nobody works on. */
export function isResumable(entry: RunEntry): boolean {
  return entry.owner === 'nobody' && entry.state !== 'done';
}

/** Reads the state of affairs out of `run.json`: a run whose process is gone without a word was interrupted. */
export function entryOfFile(folder: string, file: RunFile): RunEntry {
  const unfinished = file.state === 'starting' || file.state === 'running';
  const alive = unfinished && isAlive(file.process);
  return {
    run: file.run,
    folder,
    mode: file.mode,
    state: unfinished && !alive ? 'interrupted' : file.state,
    owner: alive ? 'elsewhere' : 'nobody',
    pipeline: { file: file.pipeline.file, name: file.pipeline.name, recipe: file.pipeline.recipe },
    startedAt: file.startedAt,
    finishedAt: file.finishedAt,
    records: file.totals.records,
    discarded: file.totals.discarded,
    outputs: file.outputs.map(({ name, path, shown, records, sha256 }) => ({
      name,
      path,
      shown,
      records,
      complete: file.mode === 'run' && sha256 !== null && file.state === 'done',
    })),
    totals: file.totals,
    error: file.error,
    snapshot: null,
  };
}

/** What its process tells goes before what the folder says. */
export function withSnapshot(entry: RunEntry, snapshot: RunSnapshot): RunEntry {
  return {
    ...entry,
    owner: 'window',
    state: snapshot.state,
    records: snapshot.records,
    discarded: snapshot.discarded,
    snapshot,
  };
}

/** The files in which an output's records may stand at present, the best first. */
export function resultFiles(entry: RunEntry, output: RunOutput): readonly string[] {
  const paths = runPaths(entry.folder);
  const preview = join(paths.outputs, `${output.name}.jsonl`);
  if (entry.mode === 'preview') return [preview, paths.partial(output.name)];
  return output.complete ? [output.path] : [paths.partial(output.name), output.path];
}
