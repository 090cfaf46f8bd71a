/**
 * What passes between the process that owns a run (the command, forked by the editor) and the editor, over Node's IPC
 * channel. Keys travel here and nowhere else. The child is started as `openline --child` and waits for `start`.
 */
import type { EditorAnswer } from '../datasets/symbols/editorSymbols.ts';
import type { FoundService } from '../endpoints/findServices.ts';
import type { KeyApproval } from '../endpoints/keyRelease.ts';
import type { NamedProfile } from '../endpoints/profile.ts';
import type { BrokenProfile } from '../endpoints/profileFile.ts';
import type {
  LanguageModelAnswer,
  LanguageModelFailure,
  LanguageModelQuestion,
} from '../endpoints/vscodeLm/languageModels.ts';
import type { BudgetLimit, Diagnostic, EndpointFailure } from '../errors.ts';
import type { Budget } from '../pipeline/plan.ts';
import type { PlanDefaults } from '../pipeline/planContext.ts';
import type { Estimate } from './estimate.ts';
import type { RunSnapshot, RunSummary } from './events.ts';
import type { Explanation, ExplainTarget } from './explain.ts';
import type { Rehearsal } from './rehearsal/rehearsal.ts';
import type { ToolOrder, ToolReply } from '../tools/toolProtocol.ts';
import type { FromQuestionChild, ToQuestionChild } from './questionProtocol.ts';
import type { TurnedDown } from './runFolder.ts';
import type { StopKind } from './stopping.ts';
import type { ConfirmRun } from './worthAsking.ts';

/** How to run; all of it optional, as on the command line. */
export const CODE_CHOICES = ['run', 'ask', 'parse'] as const;
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
  /** Code in the records, where a filter wants it run: run it, ask the person first, or only parse it (the default). */
  readonly code?: (typeof CODE_CHOICES)[number];
  readonly fresh?: boolean;
  /** Of what an earlier run turned down the answers are asked for once more; all others are reused. */
  readonly askAgain?: TurnedDown;
  readonly more?: number;
  readonly limit?: number;
  readonly until?: string;
  readonly budget?: Budget;
  readonly retryFailed?: boolean;
  /** Works a complete run through once more: answers of it have been corrected. */
  readonly again?: boolean;
  /** When the editor wants to ask the person first; absent: never. */
  readonly confirm?: ConfirmRun;
}

/** Editor → child: what came of a question to one of the editor's models, under the number of the question. */
export type ModelReply =
  | { readonly type: 'lm.chunk'; readonly id: number; readonly text: string }
  | { readonly type: 'lm.answer'; readonly id: number; readonly answer: LanguageModelAnswer }
  | { readonly type: 'lm.models'; readonly id: number; readonly names: readonly string[] }
  | {
      readonly type: 'lm.error';
      readonly id: number;
      readonly failure: LanguageModelFailure;
      readonly message: string;
    };

/** Child → editor: a question to one of the editor's own models, which it alone can ask (`vscode.lm`). */
export type ModelRequest =
  | {
      readonly type: 'lm.request';
      readonly id: number;
      readonly question: LanguageModelQuestion;
      /** Somebody watches: pieces are wanted as they come (`lm.chunk`). */
      readonly streams: boolean;
    }
  /** Answered by `lm.models`. */
  | { readonly type: 'lm.list'; readonly id: number }
  /** Nobody waits for the answer any more. */
  | { readonly type: 'lm.cancel'; readonly id: number };

/** Editor → child: the symbols of a file, under the number of the question. */
export interface SymbolReply {
  readonly type: 'symbols.answer';
  readonly id: number;
  readonly answer: EditorAnswer;
}

/** Child → editor: which symbols a file has, as the editor's extensions tell them; answered by `symbols.answer`. */
export interface SymbolRequest {
  readonly type: 'symbols.request';
  readonly id: number;
  /** Absolute. */
  readonly path: string;
}

/** What only the editor can answer, and what it answers. */
export type EditorRequest = ModelRequest | SymbolRequest;
export type EditorReply = ModelReply | SymbolReply;

/** Editor → child. */
export type ToChild =
  | ToQuestionChild
  | {
      readonly type: 'start';
      readonly mode: 'run' | 'preview';
      readonly file: string;
      /** Profiles by precedence (the first of a name wins), with the keys that belong to them. */
      readonly profiles: readonly NamedProfile[];
      /** Those that cannot be used, so that a pipeline which names one is told why. */
      readonly broken?: readonly BrokenProfile[];
      readonly choices: RunChoices;
      /** What counts where the pipeline says nothing. */
      readonly defaults?: PlanDefaults;
    }
  | {
      readonly type: 'resume';
      /** Folder of the run, absolute. */
      readonly folder: string;
      readonly profiles: readonly NamedProfile[];
      readonly choices: RunChoices;
    }
  /**
   * Nothing more is asked; the run can be resumed. `pause` waits for what is in flight, `cancel` gives it up, and
   * batches too; absent: a few seconds. A `cancel` may follow.
   */
  | { readonly type: 'end-run'; readonly how?: StopKind }
  /** Try a connection with one small request; answered by `tested`. Instead of a run: the child exits afterwards. */
  | { readonly type: 'test'; readonly profile: NamedProfile; readonly model?: string }
  /** Ask a service for the names of its models; answered by `models`. Instead of a run: the child exits afterwards. */
  | { readonly type: 'models'; readonly profile: NamedProfile }
  /** Look whether there are services at these places; answered by `found`. Instead of a run. */
  | { readonly type: 'find'; readonly candidates: readonly NamedProfile[] }
  /** Tell what a pipeline would take; answered by `estimated` or `invalid`. Instead of a run: nothing is sent. */
  | {
      readonly type: 'estimate';
      readonly file: string;
      /** As it stands in the editor; absent: as it is in the file. */
      readonly text?: string;
      readonly profiles: readonly NamedProfile[];
      readonly broken?: readonly BrokenProfile[];
      readonly choices: RunChoices;
      readonly defaults?: PlanDefaults;
    }
  /** Tell what a pipeline would ask, given what was answered before; answered by `rehearsed` or `invalid`. Instead of a run: nothing is sent. */
  | {
      readonly type: 'rehearse';
      readonly file: string;
      readonly profiles: readonly NamedProfile[];
      readonly broken?: readonly BrokenProfile[];
      readonly choices: RunChoices;
      readonly defaults?: PlanDefaults;
      /** Id of the run that made what is there. */
      readonly former: string;
    }
  /** `openline ray ARGUMENTS`: told of by `log`, answered by `ray-ended`. Instead of a run; `cancel` leaves the job running. */
  | {
      readonly type: 'ray';
      readonly arguments: readonly string[];
      /** Folder of the workspace. */
      readonly cwd: string;
      /** Without keys. */
      readonly profiles: readonly NamedProfile[];
      readonly broken?: readonly BrokenProfile[];
      readonly defaults?: PlanDefaults;
      /** What goes along with the job, by name. */
      readonly variables: Readonly<Record<string, string>>;
      /** Origins whose keys are among the variables. */
      readonly approvals: readonly KeyApproval[];
    }
  /** Tell how something of a run came to be; answered by `explained` or `invalid`. Instead of a run: nothing is sent. */
  | { readonly type: 'explain'; readonly folder: string; readonly target: ExplainTarget }
  /** Carry out the call of a tool; answered by a `ToolReply`. Instead of a run. */
  | ToolOrder
  | EditorReply;

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
  /** A filter wants code of the records run: the editor asks and starts again with `code`. */
  | { readonly type: 'confirm'; readonly reason: 'run-code'; readonly steps: readonly string[] }
  /** The run is worth asking about before anything is sent: the editor asks and starts again without `confirm`. */
  | { readonly type: 'confirm'; readonly reason: 'estimate'; readonly estimate: Estimate }
  /** Files that the run reads have changed since it began; it goes on. */
  | { readonly type: 'inputs-changed'; readonly message: string }
  | { readonly type: 'log'; readonly level: 'info' | 'warning' | 'error'; readonly message: string }
  | {
      readonly type: 'finished';
      readonly summary: RunSummary;
      /** How a person ended it; null: nobody did. */
      readonly stop: StopKind | null;
      /** Where a service was the reason that the run failed: which, and how, so that the editor can offer what helps. */
      readonly failure?: { readonly endpoint: string; readonly failure: EndpointFailure };
      /** Where a budget was the reason that the run paused: which limit, in its own unit. */
      readonly budget?: { readonly limit: BudgetLimit; readonly amount: number };
      /** Tokens used against those estimated, in percent more (or, negative, fewer); null where that says nothing. */
      readonly tokensOff: number | null;
    }
  /** What came of `ray`: what it printed, and how it ended. */
  | {
      readonly type: 'ray-ended';
      readonly state: RunSummary['state'];
      readonly error: string | null;
      readonly output: string;
      /** Name of the job, where there is one. */
      readonly job: string | null;
      /** Id of the run that was brought, or null. */
      readonly run: string | null;
      readonly outputs: readonly string[];
    }
  /** What came of `test`: a sentence for the person either way. */
  | { readonly type: 'tested'; readonly ok: boolean; readonly message: string; readonly failure?: EndpointFailure }
  /** What came of `models`; `error` says why the list is empty where the service could not be asked. */
  | { readonly type: 'models'; readonly names: readonly string[]; readonly error: string | null }
  /** What came of `find`. */
  | { readonly type: 'found'; readonly services: readonly FoundService[] }
  /** What came of `estimate`. */
  | { readonly type: 'estimated'; readonly estimate: Estimate }
  /** What came of `rehearse`; null where it cannot be told without carrying it out. */
  | { readonly type: 'rehearsed'; readonly rehearsal: Rehearsal | null }
  | ToolReply
  /** What came of `explain`. */
  | { readonly type: 'explained'; readonly explanation: Explanation }
  | EditorRequest;
