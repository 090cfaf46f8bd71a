import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { RunSnapshot } from '../../core/run/events.ts';
import { COMMANDS, ITEM_KINDS } from '../ids.ts';
import { isResumable, isRetryable, withSnapshot, type RunEntry } from '../runs/runEntry.ts';
import type { RunManager } from '../runs/runManager.ts';
import type { RayJobs } from '../ray/rayJobs.ts';
import { formatAge, formatCount, formatSpan, recordsText, requestsText } from '../wording/format.ts';
import { ChangingTree } from './changingTree.ts';
import { RayJobItem } from './rayJobItem.ts';

/** How often the counts of a run that is going on are written anew. */
const PROGRESS_MS = 500;

/** A run; a click shows it in the Studio. */
export class RunItem extends vscode.TreeItem {
  /** Folder of the run. */
  readonly folder: string;

  /** What is known of it. */
  entry: RunEntry;

  constructor(entry: RunEntry) {
    super(entry.pipeline.name);
    this.folder = entry.folder;
    this.id = entry.folder;
    this.command = { command: COMMANDS.openStudio, title: l10n.t('Open Studio'), arguments: [this] };
    this.entry = entry;
    this.#describe(entry);
  }

  /** Takes on what the run's process told last. */
  progress(snapshot: RunSnapshot): void {
    this.entry = withSnapshot(this.entry, snapshot);
    this.#describe(this.entry);
  }

  #describe(entry: RunEntry): void {
    const description = describe(entry);
    this.description = description;
    this.iconPath = iconOf(entry);
    this.contextValue = kindOf(entry);
    this.tooltip = tooltipOf(entry);
    this.accessibilityInformation = { label: `${entry.pipeline.name}, ${stateText(entry)}, ${description}` };
  }
}

export class RunsTree extends ChangingTree<RunItem | RayJobItem> {
  readonly #runs: RunManager;
  readonly #rayJobs: RayJobs;
  readonly #progress: vscode.Disposable;
  #timer: NodeJS.Timeout | undefined;

  constructor(runs: RunManager, rayJobs: RayJobs) {
    super();
    this.#runs = runs;
    this.#rayJobs = rayJobs;
    this.refreshOn(runs.onDidChange, rayJobs.onDidChange);
    this.#progress = runs.onDidProgress(() => {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.#showProgress();
      }, PROGRESS_MS);
    });
  }

  protected override async list(): Promise<(RunItem | RayJobItem)[]> {
    const [entries, jobs] = await Promise.all([this.#runs.list(), this.#rayJobs.list()]);
    return [...jobs.map((job) => new RayJobItem(job)), ...entries.map((entry) => new RunItem(entry))];
  }

  override dispose(): void {
    clearTimeout(this.#timer);
    this.#progress.dispose();
    super.dispose();
  }

  /** Writes the items of the runs that are going on anew and leaves the others alone. */
  #showProgress(): void {
    for (const { folder, snapshot } of this.#runs.active) {
      const item = this.shown.find((candidate) => candidate instanceof RunItem && candidate.folder === folder);
      if (!(item instanceof RunItem) || snapshot === null) continue;
      item.progress(snapshot);
      this.rewrite(item);
    }
  }
}

/** The state of a run in a word or two. */
export function stateText(entry: Pick<RunEntry, 'state' | 'stop' | 'owner'>): string {
  switch (entry.state) {
    case 'starting':
      return l10n.t('starting');
    case 'running':
      if (entry.stop === 'pause') return l10n.t('pausing');
      if (entry.stop === 'cancel') return l10n.t('being cancelled');
      return entry.owner === 'elsewhere' ? l10n.t('running in another process') : l10n.t('running');
    case 'done':
      return l10n.t('done');
    case 'failed':
      return l10n.t('failed');
    case 'paused':
      return l10n.t('paused');
    case 'interrupted':
      if (entry.stop === 'pause') return l10n.t('paused');
      return entry.stop === 'cancel' ? l10n.t('cancelled') : l10n.t('interrupted');
  }
}

function describe(entry: RunEntry): string {
  const parts = [
    entry.mode === 'preview' ? l10n.t('preview') : '',
    entry.state === 'done' ? '' : stateText(entry),
    recordsText(entry.records),
    entry.discarded === 0 ? '' : l10n.t('{0} rejected', formatCount(entry.discarded)),
    formatAge(entry.startedAt, Date.now()),
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

function iconOf(entry: RunEntry): vscode.ThemeIcon {
  switch (entry.state) {
    case 'starting':
    case 'running':
      return new vscode.ThemeIcon('loading~spin');
    case 'done':
      return new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed'));
    case 'failed':
      return new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
    case 'paused':
      return new vscode.ThemeIcon('debug-pause');
    case 'interrupted':
      return new vscode.ThemeIcon(entry.stop === 'pause' ? 'debug-pause' : 'circle-slash');
  }
}

function kindOf(entry: RunEntry): string {
  if (entry.owner === 'window') return entry.stop === null ? ITEM_KINDS.runActive : ITEM_KINDS.runEnding;
  if (entry.owner === 'elsewhere') return ITEM_KINDS.runElsewhere;
  if (isRetryable(entry)) return isResumable(entry) ? ITEM_KINDS.runResumableFailures : ITEM_KINDS.runDoneFailures;
  return isResumable(entry) ? ITEM_KINDS.runResumable : ITEM_KINDS.runDone;
}

/** What it took, in a line; nothing of a run that has not told yet. */
function usedText({ requests, reused, tokens, cost, seconds }: RunEntry['totals']): readonly string[] {
  if (requests + reused === 0) return [];
  const parts = [
    requestsText(requests),
    reused === 0 ? '' : l10n.t('{0} reused', formatCount(reused)),
    l10n.t('{0} tokens', formatCount(tokens.prompt + tokens.completion)),
    cost === null ? '' : l10n.t('cost {0}', cost.toFixed(cost < 1 ? 4 : 2)),
    formatSpan(seconds),
  ];
  return [parts.filter((part) => part !== '').join(' · ')];
}

function tooltipOf(entry: RunEntry): string {
  const lines = [
    `${vscode.workspace.asRelativePath(entry.pipeline.file)} · ${stateText(entry)}`,
    new Date(entry.startedAt).toLocaleString(vscode.env.language),
    `${recordsText(entry.records)} · ${l10n.t('{0} rejected', formatCount(entry.discarded))}`,
    ...usedText(entry.totals),
    ...entry.outputs.map((output) => output.shown),
    ...(entry.error === null ? [] : [entry.error]),
  ];
  return lines.join('\n');
}
