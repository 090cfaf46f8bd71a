import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { SavedJob } from '../../core/run/ray/savedJobs.ts';
import { ITEM_KINDS } from '../ids.ts';
import { nameOfJob, type RayJob } from '../ray/rayJobs.ts';

/** A job on a Ray cluster, among the runs until its own run is there. */
export class RayJobItem extends vscode.TreeItem {
  readonly job: RayJob;

  constructor(job: RayJob) {
    const { saved, isFollowed } = job;
    super(nameOfJob(saved));
    this.job = job;
    this.id = saved.job;
    const { address, storage } = saved;
    const on = l10n.t('on Ray at {0}', URL.canParse(address) ? new URL(address).host : address);
    const standing = standingOf(saved);
    // In a narrow view the rest is cut off.
    this.description = `${standing} · ${on}`;
    const hasEnded = saved.progress?.phase === 'ended';
    this.iconPath = new vscode.ThemeIcon(hasEnded ? 'cloud-download' : isFollowed ? 'loading~spin' : 'cloud');
    this.contextValue = hasEnded ? ITEM_KINDS.rayEnded : isFollowed ? ITEM_KINDS.rayFollowed : ITEM_KINDS.rayLeft;
    const followed = isFollowed || hasEnded ? [] : [l10n.t('This window does not follow it: choose Attach.')];
    const error = saved.progress?.error;
    this.tooltip = [saved.job, `${on}, ${standing}`, l10n.t('Storage: {0}', storage), ...followed, error ?? '']
      .filter((line) => line !== '')
      .join('\n');
    this.accessibilityInformation = { label: `${nameOfJob(saved)}, ${this.description}` };
  }
}

/** Where a job stands, in a few words. */
function standingOf({ progress }: SavedJob): string {
  const { phase = 'begun', shards = 0, done = 0, cpus, state } = progress ?? {};
  switch (phase) {
    case 'begun':
      return l10n.t('waits for the cluster');
    case 'trunk':
      return l10n.t('asks what comes before the shards');
    case 'shards':
      return l10n.t('{0} of {1} shards done', done, shards);
    case 'waiting':
      return typeof cpus === 'number' ? l10n.t('waits for a node with {0} CPUs', cpus) : l10n.t('goes on');
    case 'whole':
      return l10n.t('puts the shards together');
    case 'ended':
      return state === 'done' ? l10n.t('done, not fetched') : l10n.t('ended early, not fetched');
  }
}
