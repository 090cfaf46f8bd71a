import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { formatDiagnostic, type Diagnostic } from '../../core/errors.ts';
import type { RunSnapshot } from '../../core/run/events.ts';
import { formatCount, recordsText, requestsText } from '../wording/format.ts';
import { progressText } from '../runs/runSession.ts';
import type { RunHandle, RunOutcome } from '../runs/runManager.ts';
import type { PipelineTask, TasksOptions } from './pipelineTasks.ts';
import { taskChoices } from './taskChoices.ts';

/** Exit status, as the command has it. */
const STATUS = { done: 0, failed: 1, invalid: 2, paused: 3, interrupted: 130 } as const;
/** How long a terminal stays after its last line: the editor looks for problems in lines when it has drawn them, and no more once it is closed. */
const LINGER_MS = 500;
const CTRL_C = '\u0003';

/** A task in its terminal: tells the lines of the run and ends with its status. Ctrl+C and closing stop the run; it can be resumed. */
export class PipelineTerminal implements vscode.Pseudoterminal {
  readonly #task: PipelineTask;
  readonly #path: string;
  readonly #options: TasksOptions;
  readonly #wrote = new vscode.EventEmitter<string>();
  readonly #ended = new vscode.EventEmitter<number>();
  #handle: RunHandle | undefined;
  #isStopped = false;
  /** Whether the cursor stands in a line of progress, which the next line takes the place of. */
  #isInProgress = false;

  readonly onDidWrite = this.#wrote.event;
  readonly onDidClose = this.#ended.event;

  /** @param path of the pipeline, absolute */
  constructor(task: PipelineTask, path: string, options: TasksOptions) {
    this.#task = task;
    this.#path = path;
    this.#options = options;
  }

  open(): void {
    void this.#carryOut()
      .catch((error: unknown) => {
        this.#line(error instanceof Error ? error.message : String(error));
        return STATUS.invalid;
      })
      .then(async (status) => {
        await setTimeout(LINGER_MS);
        this.#ended.fire(status);
        vscode.Disposable.from(this.#wrote, this.#ended).dispose();
      });
  }

  handleInput(data: string): void {
    if (data === CTRL_C) this.#stop();
  }

  close(): void {
    this.#stop();
  }

  #stop(): void {
    this.#isStopped = true;
    this.#handle?.stop();
  }

  /** @returns the exit status */
  async #carryOut(): Promise<number> {
    const { command, args } = this.#task;
    if (command === 'validate') return this.#validate();
    this.#line(`openline ${[command, vscode.workspace.asRelativePath(this.#path), ...args].join(' ')}`);
    const choices = taskChoices(args);
    const mode = command === 'preview' ? 'preview' : 'run';
    const outcome = await this.#options.sessions.run(vscode.Uri.file(this.#path), mode, choices, {
      watch: (handle) => this.#watch(handle),
    });
    return outcome === undefined ? this.#declined() : this.#tell(outcome);
  }

  #watch(handle: RunHandle): vscode.Disposable {
    this.#handle = handle;
    if (this.#isStopped) handle.stop();
    let folder: string | undefined;
    void handle.started.then((run) => {
      if (run === undefined) return;
      ({ folder } = run);
      this.#line(l10n.t('Run {0}', run.run));
    });
    return this.#options.runs.onDidProgress((run) => {
      if (run.folder === folder && run.snapshot !== null) this.#progress(run.snapshot);
    });
  }

  async #validate(): Promise<number> {
    const diagnostics = await this.#options.check(this.#path, await readFile(this.#path, 'utf8'));
    this.#problems(diagnostics);
    const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
    this.#line(
      errors === 0
        ? l10n.t('{0} can be run.', vscode.workspace.asRelativePath(this.#path))
        : l10n.t('{0} cannot be run: {1} problems.', vscode.workspace.asRelativePath(this.#path), errors),
    );
    return errors === 0 ? STATUS.done : STATUS.invalid;
  }

  #tell(outcome: RunOutcome): number {
    switch (outcome.kind) {
      case 'invalid':
        if (outcome.diagnostics.length === 0) this.#line(outcome.message);
        this.#problems(outcome.diagnostics);
        return STATUS.invalid;
      case 'crashed':
        this.#line(l10n.t('The process of the run ended unexpectedly. {0}', outcome.message));
        return STATUS.failed;
      case 'confirm':
        return this.#declined();
      case 'finished':
        return this.#tellFinished(outcome);
    }
  }

  #tellFinished({ summary, folder }: Extract<RunOutcome, { kind: 'finished' }>): number {
    const { state, records, discarded, requests, reused, cost, outputs, error } = summary;
    this.#line(
      [
        recordsText(records),
        l10n.t('{0} rejected', formatCount(discarded)),
        requestsText(requests),
        l10n.t('{0} reused', formatCount(reused)),
        ...(cost === null ? [] : [l10n.t('cost {0}', cost.toFixed(cost < 1 ? 4 : 2))]),
      ].join(', '),
    );
    if (state === 'done') {
      for (const path of outputs) this.#line(vscode.workspace.asRelativePath(path));
      return STATUS.done;
    }
    if (error !== null) this.#line(error);
    this.#line(
      l10n.t('What was answered is kept. To go on, resume the run {0}.', vscode.workspace.asRelativePath(folder)),
    );
    return STATUS[state];
  }

  #declined(): number {
    this.#line(l10n.t('Nothing was run.'));
    return STATUS.interrupted;
  }

  /** In the form that the problem matcher `$openline` reads. */
  #problems(diagnostics: readonly Diagnostic[]): void {
    for (const diagnostic of diagnostics) this.#line(`${diagnostic.severity}: ${formatDiagnostic(diagnostic)}`);
  }

  #progress(snapshot: RunSnapshot): void {
    this.#wrote.fire(`\r\u001b[K${plain(progressText(snapshot))}`);
    this.#isInProgress = true;
  }

  #line(text: string): void {
    const lines = text.split('\n').map((line) => `${plain(line)}\r\n`);
    this.#wrote.fire(`${this.#isInProgress ? '\r\u001b[K' : ''}${lines.join('')}`);
    this.#isInProgress = false;
  }
}

/** What a model or a service said is no control sequence. */
function plain(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ' ');
}
