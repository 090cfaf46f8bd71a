/**
 * What passes between the process that owns a run (the command, forked by the editor) and the editor, over Node's IPC
 * channel. Keys travel here and nowhere else. The child is started as `openline --child` and waits for `start`.
 */
import type { NamedProfile } from '../endpoints/profile.ts';
import type { Budget } from '../pipeline/plan.ts';
import type { Diagnostic, EndpointFailure } from '../errors.ts';
import type { RunSnapshot, RunSummary } from './events.ts';
import type { FromQuestionChild, ToQuestionChild } from './questionProtocol.ts';

/** How to run; all of it optional, as on the command line. */
export interface RunChoices {
  readonly set?: Readonly<Record<string, string>>;
  readonly endpoint?: string;
  readonly model?: string;
  readonly concurrency?: number;
  readonly output?: string;
  /** Overwrite a foreign file at the output's path. */
  readonly force?: boolean;
  /** The person has agreed to an output outside the workspace. */
  readonly allowOutside?: boolean;
  /** The workspace is trusted: the pipeline's programs may run, as its tasks may. */
  readonly allowScripts?: boolean;
  readonly fresh?: boolean;
  readonly more?: number;
  readonly limit?: number;
  readonly until?: string;
  readonly budget?: Budget;
  readonly retryFailed?: boolean;
}

/** Editor → child. */
export type ToChild =
  | ToQuestionChild
  | {
      readonly type: 'start';
      readonly mode: 'run' | 'preview';
      readonly file: string;
      /** Profiles by precedence (the first of a name wins), with the keys that belong to them. */
      readonly profiles: readonly NamedProfile[];
      readonly choices: RunChoices;
    }
  | {
      readonly type: 'resume';
      /** Folder of the run, absolute. */
      readonly folder: string;
      readonly profiles: readonly NamedProfile[];
      readonly choices: RunChoices;
    }
  /** Stop asking; what is in flight is journalled, the run can be resumed. */
  | { readonly type: 'cancel' }
  /** Try a connection with one small request; answered by `tested`. Instead of a run: the child exits afterwards. */
  | { readonly type: 'test'; readonly profile: NamedProfile; readonly model?: string }
  /** Ask a service for the names of its models; answered by `models`. Instead of a run: the child exits afterwards. */
  | { readonly type: 'models'; readonly profile: NamedProfile };

/** Child → editor. */
export type FromChild =
  | FromQuestionChild
  | { readonly type: 'ready' }
  | { readonly type: 'started'; readonly run: string; readonly folder: string }
  | { readonly type: 'progress'; readonly snapshot: RunSnapshot }
  /** The pipeline or the call is wrong; nothing was started. */
  | { readonly type: 'invalid'; readonly diagnostics: readonly Diagnostic[]; readonly message: string }
  /** The output is a file that Openline did not make, or lies outside: the editor asks and starts again with `force` / `allowOutside`. */
  | { readonly type: 'confirm'; readonly reason: 'foreign-output' | 'outside-workspace'; readonly path: string }
  | { readonly type: 'log'; readonly level: 'info' | 'warning' | 'error'; readonly message: string }
  | {
      readonly type: 'finished';
      readonly summary: RunSummary;
      /** Where a service was the reason that the run failed: which, and how, so that the editor can offer what helps. */
      readonly failure?: { readonly endpoint: string; readonly failure: EndpointFailure };
    }
  /** What came of `test`: a sentence for the person either way. */
  | { readonly type: 'tested'; readonly ok: boolean; readonly message: string; readonly failure?: EndpointFailure }
  /** What came of `models`; `error` says why the list is empty where the service could not be asked. */
  | { readonly type: 'models'; readonly names: readonly string[]; readonly error: string | null };
