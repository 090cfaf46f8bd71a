import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { FromChild, ToChild } from '../../core/run/childProtocol.ts';
import type { SavedJob } from '../../core/run/ray/savedJobs.ts';
import type { Disposes } from '../disposes.ts';
import { PIPELINE_ENDING } from '../ids.ts';
import { brokenProfiles, type ProfileStore } from '../endpoints/profileStore.ts';
import { askChild, type ChildStart } from '../runs/askChild.ts';
import { defaultsOf } from '../runs/runManager.ts';

export type RayEnded = Extract<FromChild, { readonly type: 'ray-ended' }>;
type RayOrder = Extract<ToChild, { readonly type: 'ray' }>;

/** A job that has not come home. */
export interface RayJob {
  /** Folder of the workspace it was submitted from. */
  readonly root: string;
  readonly saved: SavedJob;
  /** Whether this window follows it. */
  readonly isFollowed: boolean;
}

export interface RayJobsOptions {
  readonly start: ChildStart;
  readonly profiles: ProfileStore;
  readonly roots: () => Promise<readonly string[]>;
  readonly log: vscode.LogOutputChannel;
}

/** Files are written in bursts: changes within this time are told once. */
const SETTLE_MS = 200;

/** The jobs on Ray clusters that were submitted from here, by whomever, until what they made is in the workspace. */
export class RayJobs implements vscode.Disposable {
  readonly #options: RayJobsOptions;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #watchers = new Map<string, vscode.Disposable>();
  /** Names of the jobs that this window follows, with what leaves them. */
  readonly #followed = new Map<string, AbortController>();
  readonly #disposables: Disposes[] = [this.#changed];
  #timer: NodeJS.Timeout | undefined;

  /** Fires when a job came, went or got on. */
  readonly onDidChange = this.#changed.event;

  constructor(options: RayJobsOptions) {
    this.#options = options;
  }

  /** Newest first. */
  async list(): Promise<readonly RayJob[]> {
    const roots = await this.#options.roots();
    for (const root of roots) this.#watch(root);
    const { listJobs } = await import('../../core/run/ray/savedJobs.ts');
    const jobs: RayJob[] = [];
    for (const root of roots) {
      for (const saved of await listJobs(root)) {
        const { phase, run, brought } = saved.progress ?? { phase: 'begun' };
        const isHome = phase === 'ended' && (run === undefined || brought === true);
        if (!isHome) jobs.push({ root, saved, isFollowed: this.#followed.has(saved.job) });
      }
    }
    return jobs.sort((left, right) => (left.saved.job < right.saved.job ? 1 : -1));
  }

  /**
   * Submits a pipeline, or comes back to a job, and follows it to its end. The job goes on when this window closes.
   *
   * @param given variables that go along, by name, and the origins whose keys they hold
   * @param begun told the name of the job as soon as it has one
   */
  async follow(
    root: string,
    parameters: readonly string[],
    given: Pick<RayOrder, 'variables' | 'approvals'>,
    begun: (job: string) => void,
  ): Promise<RayEnded> {
    const abort = new AbortController();
    let job: string | undefined;
    const isOn = (name: string): void => {
      job = name;
      this.#followed.set(name, abort);
      begun(name);
    };
    const [action, named] = parameters;
    if (action === 'attach' && named !== undefined) isOn(named);
    try {
      return await this.#ask(root, parameters, given, abort.signal, (line) => {
        const found = /^job (openline-[\w-]+)$/u.exec(line)?.[1];
        if (found !== undefined) isOn(found);
        this.#tell();
      });
    } finally {
      if (job !== undefined) this.#followed.delete(job);
      this.#changed.fire();
    }
  }

  /** Asks something of a cluster that is answered at once. */
  async ask(root: string, parameters: readonly string[]): Promise<RayEnded> {
    const { signal } = new AbortController();
    return this.#ask(root, parameters, { variables: {}, approvals: [] }, signal, () => undefined);
  }

  /** Takes a job off the list; it is left alone. */
  async forget({ root, saved }: RayJob): Promise<void> {
    const { forgetJob } = await import('../../core/run/ray/savedJobs.ts');
    await forgetJob(root, saved);
    this.#changed.fire();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const abort of this.#followed.values()) abort.abort();
    vscode.Disposable.from(...this.#disposables, ...this.#watchers.values()).dispose();
  }

  async #ask(
    root: string,
    parameters: readonly string[],
    given: Pick<RayOrder, 'variables' | 'approvals'>,
    signal: AbortSignal,
    onLine: (line: string) => void,
  ): Promise<RayEnded> {
    const { profiles: store, start, log } = this.#options;
    const known = await store.ofRoot(root);
    const order: RayOrder = {
      type: 'ray',
      arguments: parameters,
      cwd: root,
      profiles: known.profiles.map(({ name, profile }) => ({ name, profile })),
      broken: brokenProfiles(known),
      defaults: defaultsOf(known),
      ...given,
    };
    return askChild(order, start, signal, (message) => {
      if (message.type === 'ray-ended') return message;
      if (message.type !== 'log') return undefined;
      log.info(`Ray: ${message.message}`);
      onLine(message.message);
      return undefined;
    });
  }

  #tell(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#changed.fire();
    }, SETTLE_MS);
  }

  #watch(root: string): void {
    if (this.#watchers.has(root)) return;
    const pattern = new vscode.RelativePattern(vscode.Uri.file(root), '.openline/cache/ray/*.json');
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    const tell = (): void => {
      this.#tell();
    };
    const events = [watcher.onDidCreate(tell), watcher.onDidChange(tell), watcher.onDidDelete(tell)];
    this.#watchers.set(root, vscode.Disposable.from(watcher, ...events));
  }
}

/** What a job is called by a person: its pipeline. */
export function nameOfJob({ file, job }: Pick<SavedJob, 'file' | 'job'>): string {
  if (file === undefined) return job;
  const name = basename(file);
  return name.endsWith(PIPELINE_ENDING) ? name.slice(0, -PIPELINE_ENDING.length) : name;
}
