import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { RunChoices } from '../../core/run/childProtocol.ts';
import { findWorkspaceRoot } from '../../core/pipeline/workspaceRoot.ts';
import type { Estimate } from '../../core/run/estimate.ts';
import type { RunSnapshot } from '../../core/run/events.ts';
import { doneShare, doneText } from '../../protocol/doneShare.ts';
import { columnBeside } from '../columnBeside.ts';
import { COMMANDS, SETTINGS, SETTINGS_SECTION } from '../ids.ts';
import type { ProfileStore } from '../endpoints/profileStore.ts';
import type { PipelineDiagnostics } from '../language/pipelineDiagnostics.ts';
import type { Appearance } from '../panels/studioPanels.ts';
import { batchesText } from '../wording/batches.ts';
import { recordsText, requestsText } from '../wording/format.ts';
import type { CodeConsent } from './codeConsent.ts';
import type { EstimateView } from './estimateView.ts';
import type { ActiveRun, RunHandle, RunManager, RunOrder, RunOutcome } from './runManager.ts';
import type { RunMessages } from './runMessages.ts';
import { confirmSetting } from './runSettings.ts';

/** Many lines may have to be counted first, or a file fetched from the web. */
const SLOW_START_MS = 3_000;

export interface RunSessionsOptions {
  readonly runs: RunManager;
  readonly profiles: ProfileStore;
  readonly diagnostics: PipelineDiagnostics;
  readonly messages: RunMessages;
  readonly estimates: EstimateView;
  readonly consent: CodeConsent;
  /** Shows a run in the Studio, beside the editor. */
  readonly showStudio: (folder: string, appearance: Appearance) => Promise<boolean>;
  /** Told when the person has been told how a run ended. */
  readonly onTold: (folder: string) => Promise<void>;
}

/** Who watches a run in the place of messages and the Studio, and tells how it ended: a task in its terminal. */
export interface RunWatcher {
  /** Called with each order under way: several, where the person is asked between them. */
  watch(handle: RunHandle): vscode.Disposable;
}

/** Runs as a person meets them: started from a file, watched with a progress message, told about at the end. */
export class RunSessions {
  readonly #options: RunSessionsOptions;

  constructor(options: RunSessionsOptions) {
    this.#options = options;
  }

  /**
   * Runs a pipeline file, saved first. Resolves when the run has ended and was told about.
   *
   * @returns what came of it; undefined where nothing was run: the person did not want it
   */
  async run(
    file: vscode.Uri,
    mode: 'run' | 'preview',
    choices: RunChoices = {},
    watcher?: RunWatcher,
  ): Promise<RunOutcome | undefined> {
    if (!(await saveIfDirty(file))) return undefined;
    const asked: RunChoices = mode === 'run' ? { confirm: confirmSetting(), ...choices } : choices;
    return this.#carryOut({ type: 'start', mode, file: file.fsPath, choices: asked }, nameOf(file), watcher);
  }

  /**
   * Saves a pipeline file and asks for consent to what it is expected to take, where the person wants to be asked.
   *
   * @returns whether it may be carried out
   */
  async agree(file: vscode.Uri): Promise<boolean> {
    if (!(await saveIfDirty(file))) return false;
    const { runs, profiles, diagnostics, messages } = this.#options;
    const outcome = await runs.estimate(file.fsPath, new AbortController().signal);
    if (outcome.type === 'invalid') {
      const { diagnostics: mistakes, message } = outcome;
      diagnostics.publish(file, mistakes);
      const invalid = { kind: 'invalid', diagnostics: mistakes, message } as const;
      await messages.tell(invalid, { name: nameOf(file), file: file.fsPath });
      return false;
    }
    const { isWorthAsking } = await import('../../core/run/worthAsking.ts');
    const known = await profiles.ofRoot(await findWorkspaceRoot(file.fsPath));
    if (!isWorthAsking(confirmSetting(), outcome.estimate, known.profiles)) return true;
    const choices: RunChoices = {};
    const order: RunOrder = { type: 'start', mode: 'run', file: file.fsPath, choices };
    const agreed = await this.#confirmEstimate(order, outcome.estimate);
    if (agreed?.type === 'start' && agreed.mode === 'preview') {
      await this.#carryOut(agreed, nameOf(file));
      return false;
    }
    return agreed !== undefined;
  }

  /** Takes up a run again. */
  async resume(folder: string, name: string, choices: RunChoices = {}): Promise<void> {
    await this.#carryOut({ type: 'resume', folder, choices }, name);
  }

  /** Starts, and starts again with the person's consent where the engine asks for it. */
  async #carryOut(order: RunOrder, name: string, watcher?: RunWatcher): Promise<RunOutcome | undefined> {
    for (let current = order; ;) {
      const outcome = await (watcher === undefined ? this.#watch(current, name) : this.#letWatch(current, watcher));
      if (outcome.kind !== 'confirm') {
        if (outcome.kind === 'finished') await this.#options.onTold(outcome.folder);
        if (watcher === undefined) await this.#tell(current, outcome, name);
        return outcome;
      }
      const next = outcome.reason === 'estimate' ? await this.#confirmEstimate(current, outcome.estimate) : current;
      if (next === undefined) return undefined;
      const choices = await this.#consentTo(outcome);
      if (choices === undefined) return undefined;
      current = { ...next, choices: { ...next.choices, ...choices } };
    }
  }

  async #letWatch(order: RunOrder, watcher: RunWatcher): Promise<RunOutcome> {
    const handle = this.#options.runs.start(order);
    const watching = watcher.watch(handle);
    return handle.outcome.finally(() => {
      watching.dispose();
    });
  }

  async #tell(order: RunOrder, outcome: RunOutcome, name: string): Promise<void> {
    this.#publishProblems(order, outcome);
    await this.#options.messages.tell(outcome, {
      name,
      ...(order.type === 'start' ? { file: order.file, isPreview: order.mode === 'preview' } : {}),
    });
  }

  /** @returns what the person agrees to, as choices; undefined when they do not */
  async #consentTo(outcome: Extract<RunOutcome, { kind: 'confirm' }>): Promise<RunChoices | undefined> {
    const { messages, consent } = this.#options;
    if (outcome.reason === 'estimate') return {};
    if (outcome.reason !== 'run-code') return messages.confirm(outcome);
    const { askForCode } = await import('./askForCode.ts');
    return askForCode(outcome.steps, consent);
  }

  /** Shows what a run would take before anything is sent. @returns what to carry out, or undefined */
  async #confirmEstimate(order: RunOrder, estimate: Estimate): Promise<RunOrder | undefined> {
    if (order.type !== 'start') return undefined;
    const { askBeforeRun } = await import('./askBeforeRun.ts');
    const file = vscode.Uri.file(order.file);
    const answer = await askBeforeRun(nameOf(file), estimate);
    if (answer === 'show') await this.#options.estimates.showEstimate(file, estimate);
    if (answer === undefined || answer === 'show') return undefined;
    const { code } = order.choices;
    return answer === 'preview'
      ? { ...order, mode: 'preview', choices: code === undefined ? {} : { code } }
      : { ...order, choices: { ...order.choices, confirm: 'never' } };
  }

  async #watch(order: RunOrder, name: string): Promise<RunOutcome> {
    const { runs, showStudio } = this.#options;
    const title =
      order.type === 'start' && order.mode === 'preview' ? l10n.t('Preview of {0}', name) : l10n.t('Running {0}', name);
    if (opensStudio()) {
      const handle = runs.start(order);
      const started = await untilStarted(handle, title);
      // From now on the Studio tells how it goes; a message would lie over it.
      if (started !== undefined) {
        // How the run ends is told, whatever becomes of its panel.
        await showStudio(started.folder, { column: columnBeside(), preserveFocus: true }).catch((error: unknown) =>
          vscode.window.showErrorMessage(l10n.t('The Studio could not be opened: {0}', String(error))),
        );
      }
      return handle.outcome;
    }
    return vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      async (progress, token) => {
        const handle = runs.start(order);
        const disposables = [token.onCancellationRequested(() => void cancel(handle)), report(runs, handle, progress)];
        try {
          return await handle.outcome;
        } finally {
          vscode.Disposable.from(...disposables).dispose();
        }
      },
    );
  }

  #publishProblems(order: RunOrder, outcome: RunOutcome): void {
    if (outcome.kind !== 'invalid' || order.type !== 'start') return;
    this.#options.diagnostics.publish(vscode.Uri.file(order.file), outcome.diagnostics);
  }
}

/** Tells that a run is on its way until it has a folder; one that takes long to start can be cancelled. */
async function untilStarted(handle: RunHandle, title: string): Promise<ActiveRun | undefined> {
  const isThere = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
    Promise.race([handle.started.then(() => true), delay(SLOW_START_MS, false)]),
  );
  if (isThere) return handle.started;
  const where = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(where, (_progress, token) => {
    token.onCancellationRequested(() => void cancel(handle));
    return handle.started;
  });
}

/** As from the Runs view: batches that a service is answering are asked about. */
async function cancel(handle: RunHandle): Promise<void> {
  const run = await Promise.race([handle.started, Promise.resolve(undefined)]);
  // Nothing has been asked yet; what an earlier process has left with services stays there.
  if (run === undefined) handle.stop();
  else await vscode.commands.executeCommand(COMMANDS.cancel, run.folder);
}

/** Keeps the progress message up to date. */
function report(
  runs: RunManager,
  handle: RunHandle,
  progress: vscode.Progress<{ message?: string; increment?: number }>,
): vscode.Disposable {
  let folder: string | undefined;
  let told = 0;
  void handle.started.then((run) => {
    folder = run?.folder;
  });
  return runs.onDidProgress((run) => {
    if (run.folder !== folder || run.snapshot === null) return;
    const share = Math.round(100 * (doneShare(run.snapshot) ?? 0));
    progress.report({ message: progressText(run.snapshot), ...(share > told ? { increment: share - told } : {}) });
    told = Math.max(told, share);
  });
}

/** How far a run is, in a few words. */
export function progressText(snapshot: RunSnapshot): string {
  if (snapshot.notice !== null) return snapshot.notice.message;
  const records = recordsText(snapshot.records);
  const requests = requestsText(snapshot.requests);
  const share = doneText(snapshot);
  return [share, records, requests, batchesText(snapshot.batches)].filter((part) => part !== '').join(', ');
}

function opensStudio(): boolean {
  return vscode.workspace.getConfiguration(SETTINGS_SECTION).get<boolean>(SETTINGS.openStudioOnRun, true);
}

/** What is run is what stands in the editor. False when saving failed. */
async function saveIfDirty(file: vscode.Uri): Promise<boolean> {
  const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === file.toString());
  return document?.isDirty === true ? document.save() : true;
}

function nameOf(file: vscode.Uri): string {
  return file.path.slice(dirname(file.path).length + 1);
}
