import { l10n } from 'vscode';
import type { OwnedOutcome, OwnedRun, RunOwner, ToolRunOrder } from '../../core/tools/runOwner.ts';
import type { RunSnapshot } from '../../core/run/events.ts';
import type { RunManager, RunOutcome } from '../runs/runManager.ts';

/** Runs of tools are runs of this window: they stand in the Runs view and can be cancelled there. */
export class EditorRuns implements RunOwner {
  readonly #runs: RunManager;

  constructor(runs: RunManager) {
    this.#runs = runs;
  }

  start(order: ToolRunOrder): OwnedRun {
    const handle = this.#runs.start(order);
    return {
      started: handle.started.then((run) => run?.folder),
      outcome: handle.outcome.then(outcomeOf),
      cancel: () => {
        handle.stop();
      },
    };
  }

  snapshot(folder: string): RunSnapshot | null {
    return this.#runs.active.find((run) => run.folder === folder)?.snapshot ?? null;
  }

  cancel(folder: string): boolean {
    return this.#runs.stop(folder);
  }
}

function outcomeOf(outcome: RunOutcome): OwnedOutcome {
  switch (outcome.kind) {
    case 'finished':
      return { kind: 'ended', summary: outcome.summary, folder: outcome.folder };
    case 'invalid':
    case 'crashed':
      return { kind: 'refused', message: outcome.message };
    case 'confirm':
      return {
        kind: 'refused',
        message: l10n.t(
          'This run needs an answer that only the person can give: they can start it with “Openline: Run”.',
        ),
      };
  }
}
