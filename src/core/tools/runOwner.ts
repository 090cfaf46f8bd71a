/** Who starts and stops runs for tools: the editor's run manager, or the command itself. */
import type { RunChoices } from '../run/childProtocol.ts';
import type { RunSnapshot, RunSummary } from '../run/events.ts';

/** What to carry out. */
export type ToolRunOrder =
  | { readonly type: 'start'; readonly mode: 'run' | 'preview'; readonly file: string; readonly choices: RunChoices }
  | { readonly type: 'resume'; readonly folder: string; readonly choices: RunChoices };

/** How an order ended. */
export type OwnedOutcome =
  | { readonly kind: 'ended'; readonly summary: RunSummary; readonly folder: string }
  /** Nothing was started, or it ended without a word; why, and what to do. */
  | { readonly kind: 'refused'; readonly message: string };

export interface OwnedRun {
  /** Resolves with the run's folder as soon as there is one, or with undefined when the order ended without. */
  readonly started: Promise<string | undefined>;
  /** Never rejects. */
  readonly outcome: Promise<OwnedOutcome>;
  /** Asks for an orderly end; what was answered is kept. */
  cancel(): void;
}

export interface RunOwner {
  start(order: ToolRunOrder): OwnedRun;
  /** Where a run of this owner stands; null: another's, or nothing is known yet. */
  snapshot(folder: string): RunSnapshot | null;
  /** Asks for an orderly end. False when this owner does not run it. */
  cancel(folder: string): boolean;
}
