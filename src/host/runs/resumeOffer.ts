import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { COMMANDS } from '../ids.ts';
import { isResumable, type RunEntry } from './runEntry.ts';
import type { RunManager } from './runManager.ts';

/** Runs that broke off longer ago are left to the Runs view, in milliseconds. */
const RECENT_MS = 24 * 60 * 60 * 1000;
/** Key under which the folders that the person knows about are kept. */
const TOLD = 'openline.toldRuns';
const MOST_TOLD = 100;
/** A process whose window went away takes up to 5 s to end; then it can be seen that its run was interrupted. */
const SECOND_LOOK_MS = 7000;

/** Offers runs that went away with their window. One whose end the person was told of is not offered. */
export class ResumeOffer {
  readonly #runs: RunManager;
  readonly #memory: vscode.Memento;
  #timer: NodeJS.Timeout | undefined;

  constructor(runs: RunManager, memory: vscode.Memento) {
    this.#runs = runs;
    this.#memory = memory;
  }

  /** The person has seen how this run ended. */
  async markTold(folder: string): Promise<void> {
    const told = [folder, ...this.#told().filter((known) => known !== folder)];
    await this.#memory.update(TOLD, told.slice(0, MOST_TOLD));
  }

  /** Looks for such a run, when a window opens. */
  async offer(): Promise<void> {
    if (!vscode.workspace.isTrusted) return;
    const entries = await this.#runs.list();
    if (entries.some(({ owner }) => owner === 'elsewhere')) {
      this.#timer = setTimeout(() => void this.#offerLost(), SECOND_LOOK_MS);
    }
    await this.#offerLost();
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  async #offerLost(): Promise<void> {
    const told = new Set(this.#told());
    const entries = await this.#runs.list();
    const lost = entries.find((entry) => isLost(entry) && !told.has(entry.folder));
    if (lost === undefined) return;
    await this.markTold(lost.folder);
    const resume = l10n.t('Resume');
    const show = l10n.t('Open Studio');
    const choice = await vscode.window.showInformationMessage(
      l10n.t('The run of {0} was interrupted. What was answered is kept.', lost.pipeline.name),
      resume,
      show,
    );
    if (choice === resume) await vscode.commands.executeCommand(COMMANDS.resume, lost.folder);
    if (choice === show) await vscode.commands.executeCommand(COMMANDS.openStudio, lost.folder);
  }

  #told(): readonly string[] {
    return this.#memory.get<readonly string[]>(TOLD, []);
  }
}

function isLost(entry: RunEntry): boolean {
  const recent = Date.now() - entry.startedAt < RECENT_MS;
  return recent && entry.state === 'interrupted' && entry.stop === null && entry.mode === 'run' && isResumable(entry);
}
