import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { Disposes } from '../disposes.ts';
import type { NamedProfile } from '../../core/endpoints/profile.ts';
import type { BrokenProfile } from '../../core/endpoints/profileFile.ts';
import type { FromChild, RunChoices, ToChild } from '../../core/run/childProtocol.ts';
import type { RunSnapshot } from '../../core/run/events.ts';
import type { Explanation, ExplainTarget } from '../../core/run/explain.ts';
import type { StopKind } from '../../core/run/stopping.ts';
import type { Rehearsal } from '../../core/run/rehearsal/rehearsal.ts';
import type { Diagnostic } from '../../core/errors.ts';
import { findWorkspaceRoot } from '../../core/pipeline/workspaceRoot.ts';
import type { PlanDefaults } from '../../core/pipeline/planContext.ts';
import { brokenProfiles, type Profiles, type ProfileStore } from '../endpoints/profileStore.ts';
import { budgetSetting } from './runSettings.ts';
import type { CodeConsent } from './codeConsent.ts';
import type { ChildLink } from './childLink.ts';
import { askChild, type ChildStart, type EditorRelay } from './askChild.ts';
import { withSnapshot, type RunEntry } from './runEntry.ts';
import type { RunHistory } from './runHistory.ts';

/** A child that is to end waits for what is in flight for up to 5 s; one that takes longer than this hangs. */
const STOP_PATIENCE_MS = 15_000;
/** One with batches waits until the service has cancelled them (up to ten minutes, OpenAI's says) and takes what they answered. */
const BATCH_CANCEL_PATIENCE_MS = 16 * 60_000;

/** What to carry out. */
export type RunOrder =
  | { readonly type: 'start'; readonly mode: 'run' | 'preview'; readonly file: string; readonly choices: RunChoices }
  | { readonly type: 'resume'; readonly folder: string; readonly choices: RunChoices };

type Finished = Omit<Extract<FromChild, { type: 'finished' }>, 'type'>;
type Confirm<Reason> = Reason extends { readonly type: 'confirm' } ? Omit<Reason, 'type'> : never;

/** What came of an order. */
export type RunOutcome =
  | (Finished & { readonly kind: 'finished'; readonly folder: string })
  | { readonly kind: 'invalid'; readonly diagnostics: readonly Diagnostic[]; readonly message: string }
  | (Confirm<FromChild> & { readonly kind: 'confirm' })
  | { readonly kind: 'crashed'; readonly message: string; readonly folder: string | null };

/** What came of asking what a pipeline would take. */
export type EstimateOutcome = Extract<FromChild, { type: 'estimated' | 'invalid' }>;

/** A run of this window that is going on. */
export interface ActiveRun {
  readonly run: string;
  readonly folder: string;
  /** Null until the first one has come. */
  readonly snapshot: RunSnapshot | null;
}

/** An order under way. */
export interface RunHandle {
  /** Resolves as soon as there is a run, or with undefined when the order ended without one. */
  readonly started: Promise<ActiveRun | undefined>;
  /** Never rejects. */
  readonly outcome: Promise<RunOutcome>;
  /** @param how absent: as if the person had taken its terminal away; a few seconds are left for what is in flight */
  stop(how?: StopKind): void;
}

export interface RunManagerOptions {
  readonly start: ChildStart;
  readonly profiles: ProfileStore;
  readonly history: RunHistory;
  readonly log: vscode.LogOutputChannel;
  /** Whether code of records may be run here. */
  readonly consent: CodeConsent;
}

interface Child {
  readonly link: ChildLink;
  readonly relay: EditorRelay;
  active: ActiveRun | undefined;
  /** Ends the process if it does not end by itself. */
  patience?: NodeJS.Timeout;
}

/** Owns the processes of the runs that this window started, and knows all other runs from their folders. */
export class RunManager implements vscode.Disposable {
  readonly #options: RunManagerOptions;
  readonly #children = new Set<Child>();
  readonly #progressed = new vscode.EventEmitter<ActiveRun>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #inputsChanged = new vscode.EventEmitter<string>();
  readonly #disposables: Disposes[] = [this.#progressed, this.#changed, this.#inputsChanged];

  /** Fires with what the person should know when a run that is taken up finds other inputs than it began with. */
  readonly onDidFindOtherInputs = this.#inputsChanged.event;

  /** Fires with every snapshot, several times a second while something runs. */
  readonly onDidProgress = this.#progressed.event;
  /** Fires when a run starts or ends, here or elsewhere. */
  readonly onDidChange = this.#changed.event;

  constructor(options: RunManagerOptions) {
    this.#options = options;
    this.#disposables.push(
      options.history.onDidChange(() => {
        this.#changed.fire();
      }),
    );
  }

  /** Runs of this window that are going on, the latest first. */
  get active(): readonly ActiveRun[] {
    return [...this.#children].flatMap(({ active }) => (active === undefined ? [] : [active])).reverse();
  }

  /** All runs, newest first. */
  async list(): Promise<readonly RunEntry[]> {
    const entries = await this.#options.history.list();
    return entries.map((entry) => this.#present(entry));
  }

  /** One run by its folder; undefined when there is none. */
  async find(folder: string): Promise<RunEntry | undefined> {
    const entry = await this.#options.history.read(folder);
    return entry === undefined ? undefined : this.#present(entry);
  }

  start(order: RunOrder): RunHandle {
    const started = Promise.withResolvers<ActiveRun | undefined>();
    let stopped: { readonly how: StopKind | undefined } | undefined;
    let child: Child | undefined;
    const stop = (how?: StopKind): void => {
      stopped = { how };
      if (child !== undefined) this.#stop(child, how);
    };
    const begun = (created: Child): void => {
      child = created;
      if (stopped !== undefined) this.#stop(created, stopped.how);
    };
    const outcome = this.#carryOut(order, begun, started.resolve)
      .catch((error: unknown): RunOutcome => ({ kind: 'crashed', message: messageOf(error), folder: null }))
      .finally(() => {
        started.resolve(undefined);
      });
    return { started: started.promise, outcome, stop };
  }

  /**
   * What a pipeline would take; nothing is sent.
   *
   * @param text as it stands in the editor; absent: as it is in the file
   * @throws the signal's reason, Error when it cannot be told
   */
  async estimate(file: string, signal: AbortSignal, text?: string): Promise<EstimateOutcome> {
    const given = text === undefined ? {} : { text };
    const order: ToChild = { type: 'estimate', file, ...given, ...(await this.#toCount(file)), choices: {} };
    return askChild(order, this.#options.start, signal, (message) =>
      message.type === 'estimated' || message.type === 'invalid' ? message : undefined,
    );
  }

  /**
   * What a pipeline would ask, given what was answered before; nothing is sent.
   *
   * @param former the run that made what is there
   * @returns null where it cannot be told without carrying it out, or the pipeline is wrong
   * @throws the signal's reason, Error when it cannot be told
   */
  async rehearse(file: string, former: string, signal: AbortSignal): Promise<Rehearsal | null> {
    const order: ToChild = { type: 'rehearse', file, former, ...(await this.#toCount(file)), choices: {} };
    const answer = await askChild(order, this.#options.start, signal, (message) =>
      message.type === 'rehearsed' || message.type === 'invalid' ? message : undefined,
    );
    return answer.type === 'rehearsed' ? answer.rehearsal : null;
  }

  /** What is known of a pipeline's endpoints; no key is needed to count. */
  async #toCount(file: string): Promise<{
    readonly profiles: readonly NamedProfile[];
    readonly broken: readonly BrokenProfile[];
    readonly defaults: PlanDefaults;
  }> {
    const { profiles, ...known } = await this.#options.profiles.ofRoot(await findWorkspaceRoot(file));
    return {
      profiles: profiles.map(({ name, profile }) => ({ name, profile })),
      broken: brokenProfiles(known),
      defaults: defaultsOf(known),
    };
  }

  /**
   * How something of a run came to be: what was asked and answered, word for word.
   *
   * @throws Error when the run does not have it
   */
  async explain(folder: string, target: ExplainTarget, signal: AbortSignal): Promise<Explanation> {
    const answer = await askChild({ type: 'explain', folder, target }, this.#options.start, signal, (message) =>
      message.type === 'explained' || message.type === 'invalid' ? message : undefined,
    );
    if (answer.type === 'invalid') throw new Error(answer.message);
    return answer.explanation;
  }

  /**
   * Ends a run of this window before its end.
   *
   * @param how absent: batches are left with their services, and a few seconds are left for what is in flight
   * @returns whether this window runs it
   */
  stop(folder: string, how?: StopKind): boolean {
    for (const child of this.#children) {
      if (child.active?.folder !== folder) continue;
      this.#stop(child, how);
      return true;
    }
    return false;
  }

  dispose(): void {
    for (const { link } of this.#children) link.release();
    vscode.Disposable.from(...this.#disposables).dispose();
  }

  async #carryOut(
    order: RunOrder,
    begun: (child: Child) => void,
    started: (run: ActiveRun) => void,
  ): Promise<RunOutcome> {
    const { log, profiles: store, start, consent } = this.#options;
    const root = await findWorkspaceRoot(order.type === 'start' ? order.file : dirname(dirname(order.folder)));
    const known = await store.ofRoot(root);
    const profiles = await store.withKeys(known.profiles);
    const { ChildLink } = await import('./childLink.ts');
    let outcome: RunOutcome | undefined;
    const choices: RunChoices = {
      ...order.choices,
      allowScripts: vscode.workspace.isTrusted,
      // Only what this workspace has consent for, whatever the order says.
      code: consent.given ? 'run' : (order.choices.code ?? (vscode.workspace.isTrusted ? 'ask' : 'parse')),
    };
    const message: ToChild =
      order.type === 'start'
        ? { ...order, choices, profiles, broken: brokenProfiles(known), defaults: defaultsOf(known) }
        : { ...order, choices, profiles };
    const relay = start.relay((reply) => {
      link.send(reply);
    });
    const link = new ChildLink(message, {
      script: start.script,
      environment: start.environment(),
      onErrorLine: (line) => {
        log.warn(line);
      },
      onMessage: (received) => {
        if (!relay.receive(received)) outcome = this.#receive(child, received, started) ?? outcome;
      },
    });
    const child: Child = { link, relay, active: undefined };
    this.#children.add(child);
    begun(child);
    const end = await link.ended;
    relay.dispose();
    this.#children.delete(child);
    this.#changed.fire();
    if (outcome !== undefined) return outcome;
    const how = end.signal ?? `exit status ${end.code ?? '?'}`;
    log.error(`The process of the run ended unexpectedly (${how}). ${end.errorText}`);
    return { kind: 'crashed', message: lastLine(end.errorText) ?? how, folder: child.active?.folder ?? null };
  }

  /** @returns the outcome, when the message is one */
  #receive(child: Child, message: FromChild, started: (run: ActiveRun) => void): RunOutcome | undefined {
    const { log } = this.#options;
    switch (message.type) {
      case 'started':
        child.active = { run: message.run, folder: message.folder, snapshot: null };
        log.info(`Run ${message.run} started in ${message.folder}`);
        this.#options.history.watchRunFolder(message.folder);
        started(child.active);
        this.#changed.fire();
        return undefined;
      case 'progress':
        if (child.active === undefined) return undefined;
        child.active = { ...child.active, snapshot: message.snapshot };
        this.#progressed.fire(child.active);
        return undefined;
      case 'inputs-changed':
        log.warn(message.message);
        this.#inputsChanged.fire(message.message);
        return undefined;
      case 'log':
        if (message.level === 'error') log.error(message.message);
        else if (message.level === 'warning') log.warn(message.message);
        else log.info(message.message);
        return undefined;
      case 'invalid':
        return { kind: 'invalid', diagnostics: message.diagnostics, message: message.message };
      case 'confirm':
        return { ...message, kind: 'confirm' };
      case 'finished': {
        const { summary } = message;
        log.info(`Run ${summary.run ?? ''} ${summary.state}: ${summary.records} records, ${summary.requests} requests`);
        if (summary.error !== null) log.error(summary.error);
        return { ...message, kind: 'finished', folder: child.active?.folder ?? '' };
      }
      default:
        return undefined;
    }
  }

  #stop(child: Child, how: StopKind | undefined): void {
    const { link, active } = child;
    link.send({ type: 'end-run', ...(how === undefined ? {} : { how }) });
    // What is in flight is waited for as long as its time limit lets it; whoever will not wait cancels.
    if (how === 'pause') return;
    // One that has told nothing yet may have batches from before.
    const mayHaveBatches = active?.snapshot?.batches.length !== 0;
    clearTimeout(child.patience);
    child.patience = setTimeout(
      () => {
        link.kill();
      },
      how === 'cancel' && mayHaveBatches ? BATCH_CANCEL_PATIENCE_MS : STOP_PATIENCE_MS,
    );
    void link.ended.then(() => {
      clearTimeout(child.patience);
    });
  }

  #present(entry: RunEntry): RunEntry {
    const active = this.active.find(({ folder }) => folder === entry.folder);
    if (active === undefined) return entry;
    return active.snapshot === null ? { ...entry, owner: 'window' } : withSnapshot(entry, active.snapshot);
  }
}

/** What the user's settings say where a pipeline says nothing. */
export function defaultsOf({ defaultName }: Pick<Profiles, 'defaultName'>): PlanDefaults {
  const budget = budgetSetting();
  return {
    ...(defaultName === undefined ? {} : { endpoint: defaultName }),
    ...(budget === undefined ? {} : { budget }),
  };
}

function lastLine(text: string): string | undefined {
  return text.split('\n').findLast((line) => line.trim() !== '');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
