/** What a command is about: what it was called with, else what the person looks at, else what they choose. */
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { KnownProfile, ProfileStore } from '../endpoints/profileStore.ts';
import { PIPELINE_ENDING } from '../ids.ts';
import type { RunEntry } from '../runs/runEntry.ts';
import type { RunManager } from '../runs/runManager.ts';
import { EndpointItem } from '../trees/endpointsTree.ts';
import { FileItem } from '../trees/filesTree.ts';
import { RunItem, stateText } from '../trees/runsTree.ts';
import { formatAge } from '../wording/format.ts';
import type { FileCatalog } from '../workspace/fileCatalog.ts';
import { choose } from '../input/ask.ts';

/** A pipeline file; undefined when the person chose none. */
export async function targetPipeline(argument: unknown, pipelines: FileCatalog): Promise<vscode.Uri | undefined> {
  if (argument instanceof vscode.Uri) return argument;
  if (argument instanceof FileItem) return argument.uri;
  // The form of a pipeline is no text editor.
  const tab: unknown = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const form = tab instanceof vscode.TabInputCustom ? tab.uri : undefined;
  const active = form ?? vscode.window.activeTextEditor?.document.uri;
  if (active?.path.endsWith(PIPELINE_ENDING) === true) return active;
  const files = await pipelines.list();
  if (files.length === 0) {
    void vscode.window.showInformationMessage(
      l10n.t('There is no pipeline yet. Make one with “Openline: New Pipeline”.'),
    );
    return undefined;
  }
  if (files.length === 1) return files[0];
  const items = files.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }));
  const chosen = await choose(items, { placeHolder: l10n.t('Which pipeline?') });
  return chosen?.uri;
}

/** Which runs a command can be about. */
export interface RunChoice {
  readonly fits: (entry: RunEntry) => boolean;
  /** Said when no run fits. */
  readonly none: string;
  /** Take the newest without asking, when nothing was named. */
  readonly newest: boolean;
  /** What is asked for. */
  readonly placeHolder?: string;
  /** Runs that are offered before the others. */
  readonly first?: (entry: RunEntry) => boolean;
}

/** A run; undefined when there is none or the person chose none. */
export async function targetRun(
  argument: unknown,
  runs: RunManager,
  { fits, none, newest, placeHolder = l10n.t('Which run?'), first: isFirst = () => false }: RunChoice,
): Promise<RunEntry | undefined> {
  const folder = argument instanceof RunItem ? argument.folder : argument;
  if (typeof folder === 'string') return runs.find(folder);
  const fitting = (await runs.list()).filter(fits);
  const entries = [...fitting.filter(isFirst), ...fitting.filter((entry) => !isFirst(entry))];
  const [first] = entries;
  if (first === undefined) {
    void vscode.window.showInformationMessage(none);
    return undefined;
  }
  if (newest || entries.length === 1) return first;
  const now = Date.now();
  const items = entries.map((entry) => ({
    label: entry.pipeline.name,
    description: [stateText(entry), formatAge(entry.startedAt, now)].join(' · '),
    entry,
  }));
  const chosen = await choose(items, { placeHolder });
  return chosen?.entry;
}

/** An endpoint profile; undefined when there is none or the person chose none. */
export async function targetEndpoint(
  argument: unknown,
  profiles: ProfileStore,
  fits: (known: KnownProfile) => boolean,
): Promise<KnownProfile | undefined> {
  const all = (await profiles.all()).profiles;
  const name = argument instanceof EndpointItem ? argument.profileName : argument;
  if (typeof name === 'string') return all.find((known) => known.name === name);
  const items = all
    .filter(fits)
    .map((known) => ({ label: known.name, description: known.profile.base_url ?? l10n.t('built in'), known }));
  if (items.length === 0) {
    void vscode.window.showInformationMessage(
      l10n.t('There is no such endpoint yet. Add one with “Openline: Add Endpoint”.'),
    );
    return undefined;
  }
  const chosen = await choose(items, { placeHolder: l10n.t('Which endpoint?') });
  return chosen?.known;
}
