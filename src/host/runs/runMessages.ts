import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { EndpointFailure } from '../../core/errors.ts';
import type { RunChoices } from '../../core/run/childProtocol.ts';
import type { RunSummary } from '../../core/run/events.ts';
import { COMMANDS } from '../ids.ts';
import { formatCount, recordsText } from '../wording/format.ts';
import type { RunOutcome } from './runManager.ts';

/** A button of a message, with the command behind it. */
interface Action {
  readonly title: string;
  readonly command: string;
  readonly arguments: readonly unknown[];
}

/** What a message is about. */
export interface Subject {
  /** Name of the pipeline. */
  readonly name: string;
  /** The pipeline file, where there is one to look at. */
  readonly file?: string;
  /** Only a few records were wanted. */
  readonly isPreview?: boolean;
}

/** The engine asks about a place to write to. */
type ConfirmOutput = Extract<RunOutcome, { kind: 'confirm'; reason: 'foreign-output' | 'outside-workspace' }>;

const KEY_FAILURES: ReadonlySet<EndpointFailure> = new Set(['key-missing', 'key-refused', 'forbidden']);

/** Says at the end of a run what happened and offers what helps. */
export class RunMessages {
  readonly #log: vscode.LogOutputChannel;

  constructor(log: vscode.LogOutputChannel) {
    this.#log = log;
  }

  /** Asks whether the engine may do what it will not do by itself. @returns the consent as choices, or undefined */
  async confirm(outcome: ConfirmOutput): Promise<RunChoices | undefined> {
    const path = vscode.workspace.asRelativePath(outcome.path);
    const overwrite = outcome.reason === 'foreign-output';
    const question = overwrite
      ? l10n.t('Overwrite {0}?', path)
      : l10n.t('Write the output outside the workspace, to {0}?', path);
    const detail = overwrite
      ? l10n.t('Openline did not write this file, or it was changed since. The run replaces it as a whole.')
      : l10n.t('The pipeline names a place outside the folder it belongs to.');
    const yes = overwrite ? l10n.t('Overwrite') : l10n.t('Write There');
    const answer = await vscode.window.showWarningMessage(question, { modal: true, detail }, yes);
    if (answer !== yes) return undefined;
    return overwrite ? { force: true } : { allowOutside: true };
  }

  /** Says that a run goes on with other inputs than it began with, and offers to stop it. */
  tellOtherInputs(message: string): void {
    this.#show('warning', message, [action(l10n.t('Cancel Run'), COMMANDS.cancel)]);
  }

  /** Resolves at once; what the person chooses is carried out when they do. */
  async tell(outcome: RunOutcome, subject: Subject): Promise<void> {
    await Promise.resolve();
    switch (outcome.kind) {
      case 'finished':
        this.#tellFinished(outcome, subject);
        return;
      case 'invalid':
        this.#tellInvalid(outcome, subject);
        return;
      case 'crashed': {
        const text = l10n.t('{0}: the process of the run ended unexpectedly. {1}', subject.name, outcome.message);
        const resume = outcome.folder === null ? [] : [action(l10n.t('Resume'), COMMANDS.resume, outcome.folder)];
        this.#show('error', text, [...resume, SHOW_LOG()]);
        return;
      }
      case 'confirm':
        return;
    }
  }

  #tellFinished(outcome: Extract<RunOutcome, { kind: 'finished' }>, { name, file, isPreview }: Subject): void {
    const { summary, folder, failure } = outcome;
    const output = action(l10n.t('Open Output'), COMMANDS.openOutput, folder);
    const studio = action(l10n.t('Open Studio'), COMMANDS.openStudio, folder);
    const resume = action(l10n.t('Resume'), COMMANDS.resume, folder);
    switch (summary.state) {
      case 'done':
        if (isPreview === true && file !== undefined && summary.records > 0) {
          const run = action(l10n.t('Run'), COMMANDS.run, vscode.Uri.file(file));
          const text = l10n.t('Preview of {0}: {1}. A run reuses their answers.', name, recordsText(summary.records));
          this.#show('info', text, [run, studio]);
          return;
        }
        if (summary.records === 0) this.#show('warning', doneText(name, outcome), [studio]);
        else this.#show('info', doneText(name, outcome), [output, studio]);
        return;
      case 'interrupted':
        this.#show('info', stoppedText(name, outcome), [resume, studio]);
        return;
      case 'paused':
        this.#show('warning', l10n.t('{0} is paused. {1}', name, summary.error ?? ''), [
          action(l10n.t('Resume with Larger Budget'), COMMANDS.resumeWithBudget, folder, outcome.budget?.limit),
          studio,
        ]);
        return;
      case 'failed':
      case 'invalid': {
        const text = l10n.t('{0} failed. {1} What was answered is kept.', name, summary.error ?? '');
        const key =
          failure !== undefined && KEY_FAILURES.has(failure.failure)
            ? [action(l10n.t('Set Key'), COMMANDS.setKey, failure.endpoint)]
            : [];
        this.#show('error', text, [...key, resume, studio]);
      }
    }
  }

  #tellInvalid(outcome: Extract<RunOutcome, { kind: 'invalid' }>, { name, file }: Subject): void {
    const { diagnostics, message } = outcome;
    const [first] = diagnostics;
    const problem = first?.message ?? message;
    const text =
      diagnostics.length > 1
        ? l10n.t('{0} cannot be run: {1} ({2} more problems)', name, problem, diagnostics.length - 1)
        : l10n.t('{0} cannot be run: {1}', name, problem);
    const at = first?.position?.file ?? file;
    const line = (first?.position?.line ?? 1) - 1;
    const column = (first?.position?.column ?? 1) - 1;
    const selection = new vscode.Range(line, column, line, column);
    const open =
      at === undefined ? [] : [action(l10n.t('Open File'), 'vscode.open', vscode.Uri.file(at), { selection })];
    const problems = diagnostics.length > 1 ? [action(l10n.t('Show Problems'), 'workbench.actions.view.problems')] : [];
    this.#show('error', text, [...open, ...problems]);
  }

  #show(kind: 'info' | 'warning' | 'error', text: string, actions: readonly Action[]): void {
    const show = {
      info: vscode.window.showInformationMessage,
      warning: vscode.window.showWarningMessage,
      error: vscode.window.showErrorMessage,
    }[kind];
    const chosen = show<vscode.MessageItem & Action>(text, ...actions);
    void chosen
      .then((choice) =>
        choice === undefined ? undefined : vscode.commands.executeCommand(choice.command, ...choice.arguments),
      )
      .then(undefined, (error: unknown) => {
        this.#log.error(error instanceof Error ? error : String(error));
      });
  }
}

const SHOW_LOG = (): Action => action(l10n.t('Show Log'), COMMANDS.showLog);

function action(title: string, command: string, ...args: readonly unknown[]): Action {
  return { title, command, arguments: args };
}

function stoppedText(name: string, { summary, stop }: Extract<RunOutcome, { kind: 'finished' }>): string {
  const made = madeText(summary);
  if (stop === 'pause') return l10n.t('{0} is paused. {1} What was answered is kept.', name, made);
  if (stop === 'cancel') return l10n.t('{0} was cancelled. {1} What was answered is kept.', name, made);
  return l10n.t('{0} was stopped. {1} What was answered is kept.', name, made);
}

function madeText({ records }: RunSummary): string {
  return records === 1 ? l10n.t('1 record was made.') : l10n.t('{0} records were made.', formatCount(records));
}

/** An estimate that was off by less than this is not worth a word, in percent. */
const NEAR_ENOUGH = 20;

function doneText(name: string, { summary, tokensOff }: Extract<RunOutcome, { kind: 'finished' }>): string {
  const outputs = summary.outputs.map((path) => vscode.workspace.asRelativePath(path)).join(', ');
  const discarded = summary.discarded === 0 ? '' : ` ${l10n.t('{0} rejected.', formatCount(summary.discarded))}`;
  if (summary.records === 0) return `${l10n.t('{0} is done, and there are no records.', name)}${discarded}`;
  const reused = summary.requests === 0 ? ` ${l10n.t('Nothing was asked: all answers were there already.')}` : '';
  return `${l10n.t('{0}: {1} in {2}.', name, recordsText(summary.records), outputs)}${discarded}${reused}${costText(summary)}${offText(tokensOff)}`;
}

function costText({ cost }: RunSummary): string {
  return cost === null || cost === 0 ? '' : ` ${l10n.t('Cost: {0}.', cost.toFixed(cost < 1 ? 4 : 2))}`;
}

/** How far off the estimate was, where that is worth knowing. */
function offText(off: number | null): string {
  if (off === null || Math.abs(off) < NEAR_ENOUGH) return '';
  return off > 0
    ? ` ${l10n.t('It took {0}% more tokens than estimated.', off)}`
    : ` ${l10n.t('It took {0}% fewer tokens than estimated.', -off)}`;
}
