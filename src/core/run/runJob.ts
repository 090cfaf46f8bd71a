import type { EditorSymbols } from '../datasets/symbols/editorSymbols.ts';
import type { ToldSymbols } from '../datasets/symbols/toldSymbols.ts';
import type { LanguageModels } from '../endpoints/vscodeLm/languageModels.ts';
import type { HttpFetch } from '../endpoints/httpFetch.ts';
import { findProfile } from '../endpoints/pool/findProfile.ts';
import type { NamedProfile } from '../endpoints/profile.ts';
import { InvalidInputError } from '../errors.ts';
import type { Budget, Plan } from '../pipeline/plan.ts';
import type { Estimate } from './estimate.ts';
import type { RunSnapshot } from './events.ts';
import type { RunFile, RunPaths } from './runFolder.ts';
import type { Part } from './shards.ts';
import type { StopSignals } from './stopping.ts';

/** How a run is carried out; what it does stands in the plan. */
export interface RunSettings extends StopSignals {
  /** Profiles with their keys, by precedence. */
  readonly profiles: readonly NamedProfile[];
  readonly http: HttpFetch;
  /** The editor's own models; absent outside the editor. */
  readonly languageModels?: LanguageModels;
  /** Tells the symbols of code in languages that no parser of ours reads; absent outside the editor. */
  readonly editorSymbols?: EditorSymbols;
  /** Version of Openline, for the records. */
  readonly version: string;
  /** Caps every endpoint; absent: each profile's own limit, or 16. */
  readonly concurrency?: number;
  readonly budget?: Budget;
  /** Only the part of a run in shards that has this number is carried out. */
  readonly shard?: number;
  /** Overwrite a file that Openline did not make. */
  readonly force?: boolean;
  /** The person has agreed to outputs outside the workspace. */
  readonly allowOutside?: boolean;
  /** The requests are not sent but written into files, which a person carries to a service and back. */
  readonly carry?: { readonly path: string; readonly force: boolean };
  /** Told as soon as the run's folder is there. */
  readonly onStarted?: (run: string, folder: string) => void;
  /** Told what a new run is expected to take, before it asks anything. */
  readonly onEstimate?: (estimate: Estimate) => void;
  /** Told about ten times a second, and once at the end. */
  readonly onProgress?: (snapshot: RunSnapshot) => void;
  /** Told of things that are odd but do not stop the run, in a sentence. */
  readonly onWarning?: (message: string) => void;
  /** Told of inputs that have changed since the run began, in the place of `onWarning`. */
  readonly onChangedInputs?: (message: string) => void;
  /** The person agrees that code in the records is run, where a filter asks for it. */
  readonly allowCode?: boolean;
  /** The person agrees to the programs that the plan's `script` steps run. */
  readonly allowScripts?: boolean;
  /** Where programs that steps run find each other, and what scripts are given of (see scriptEnvironment); default: nothing. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Told of what a script writes to standard error. */
  readonly onScriptLine?: (step: string, line: string) => void;
  /** Told why a run failed or paused, once it has. */
  readonly onFailure?: (error: unknown) => void;
  /** Milliseconds since the epoch; a test may hand in its own. */
  readonly now?: () => number;
}

/** A run that is about to be carried out: its plan, its folder, how. */
export interface RunJob {
  readonly settings: RunSettings;
  readonly plan: Plan;
  readonly paths: RunPaths;
  readonly root: string;
  readonly file: RunFile;
  readonly retryFailed: boolean;
  /** What the editor told of code files when the run began. */
  readonly told: ToldSymbols;
  /** Of a run in shards: what this process does of it. */
  readonly part?: Part;
}

/** The profile of a name, a pool with its replicas. @throws InvalidInputError when there is none */
export function profileOf(profiles: readonly NamedProfile[], name: string): NamedProfile {
  const found = findProfile(profiles, name);
  if (found !== undefined) return found;
  const names = profiles.map((candidate) => candidate.name).join(', ');
  throw InvalidInputError.of('unknown-endpoint', `There is no endpoint ${name}; there are ${names}`);
}
