/** Putting records of a run right, for its panel: asked of the child process, kept where nothing is lost. */
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { isJsonObject, parseJson, type JsonObject } from '../../core/record/json.ts';
import { runPaths } from '../../core/run/runFolder.ts';
import type { RepairEstimate, RepairReport } from '../../core/run/repair.ts';
import type { RepairTargets } from '../../core/run/repairTargets.ts';
import type { RecordEdit } from '../../core/run/runQuestions.ts';
import { outputOf, REJECTS } from '../../protocol/studio.ts';
import type {
  Correction,
  RepairCost,
  RepairKept,
  RepairProgressMessage,
  RepairProposals,
  RepairScope,
  RepairStart,
} from '../../protocol/studioRepair.ts';
import { columnBeside } from '../columnBeside.ts';
import type { KnownProfile, ProfileStore } from '../endpoints/profileStore.ts';
import type { ShowDifference } from '../results/differences.ts';
import { readUsualModel } from '../results/usualModel.ts';
import type { RunEntry } from '../runs/runEntry.ts';
import type { QuestionChild } from '../templates/questionChild.ts';
import { formatCount, requestsText } from '../wording/format.ts';
import { choose } from '../input/ask.ts';

/** Reading a few lines takes no longer. */
const READ_MS = 60_000;

export interface StudioRepairsOptions {
  readonly questions: QuestionChild;
  readonly profiles: ProfileStore;
  readonly entry: () => RunEntry | undefined;
  readonly tell: (message: RepairProgressMessage) => void;
  readonly showDifference: ShowDifference;
  readonly panel: vscode.WebviewPanel;
}

interface Wish {
  readonly scope: RepairScope;
  readonly instruction: string;
  readonly endpoint: string;
  readonly model: string;
}

export class StudioRepairs {
  readonly #options: StudioRepairsOptions;
  #asking: AbortController | undefined;
  /** What was asked last; it may still be coming to an end when the next is asked. */
  #asked: Promise<unknown> = Promise.resolve();

  constructor(options: StudioRepairsOptions) {
    this.#options = options;
  }

  async start(source: string, line: number): Promise<RepairStart> {
    const { questions, profiles } = this.#options;
    const entry = this.#entry();
    const targets = targetsOf({ kind: 'lines', source, lines: [line] });
    const question = { kind: 'repair-target', folder: entry.folder, targets } as const;
    const target = await questions.look(question, AbortSignal.timeout(READ_MS));
    if (target === null) throw new Error(l10n.t('It is not there any more.'));
    const known = (await profiles.all()).profiles.filter(({ profile }) => profile.kind !== 'nemo-deploy');
    const own = await readUsualModel(runPaths(entry.folder));
    const choices = known.map(({ name, profile }) => ({
      name,
      model: name === own?.endpoint ? own.model : (profile.model ?? ''),
    }));
    return {
      id: target.id,
      at: target.at,
      before: typeof target.before === 'string' ? target.before : shown(target.before),
      endpoints: choices.sort((a, b) => Number(b.name === own?.endpoint) - Number(a.name === own?.endpoint)),
      obstacle:
        entry.owner === 'nobody' ? null : l10n.t('The run is going on; when it has ended, this can be corrected.'),
    };
  }

  async estimate({ scope, instruction, endpoint }: Wish): Promise<RepairCost> {
    const known = await this.#profile(endpoint);
    const estimate = await this.#options.questions.look(
      {
        kind: 'estimate-repair',
        folder: this.#entry().folder,
        ...{ targets: targetsOf(scope), instruction, prices: known.profile.prices ?? null },
      },
      AbortSignal.timeout(READ_MS),
    );
    return { requests: estimate.requests, text: estimateText(estimate) };
  }

  /** Asks; one batch at a time. */
  async ask({ scope, instruction, endpoint, model }: Wish): Promise<RepairProposals> {
    this.stop();
    const asking = new AbortController();
    this.#asking = asking;
    const { questions, profiles, tell } = this.#options;
    const profile = await profiles.withKey(await this.#profile(endpoint));
    const question = {
      ...{ kind: 'repair' as const, folder: this.#entry().folder, targets: targetsOf(scope) },
      ...{ instruction, profile, model },
    };
    const asked = this.#asked
      .catch(() => undefined)
      .then(() =>
        questions.lookUntilStopped(question, asking.signal, ({ done, failed }) => {
          if (!asking.signal.aborted) tell({ type: 'repair-progress', done, failed });
        }),
      );
    this.#asked = asked;
    const report = await asked;
    return {
      proposals: report.proposals.map(({ line, id, at, before, after, problem }) => ({
        ...{ line, id, at, problem },
        before: textOf(before),
        after: after === null ? null : textOf(after),
      })),
      text: reportText(report),
      isStopped: report.isStopped,
    };
  }

  /** What was asked is waited for, a few seconds at most, and kept. */
  stop(): void {
    this.#asking?.abort();
    this.#asking = undefined;
  }

  async compare(title: string, before: string, after: string, isJson: boolean): Promise<void> {
    const { showDifference, panel } = this.#options;
    await showDifference(title, { before, after, ending: isJson ? 'json' : 'txt' }, columnBeside(panel.viewColumn));
  }

  /** Keeps corrections: answers in the journal, records as decisions in the review file. */
  async keep(source: string, corrections: readonly Correction[]): Promise<RepairKept> {
    const entry = this.#entry();
    const { questions } = this.#options;
    const stop = AbortSignal.timeout(READ_MS);
    const answers = corrections.flatMap(({ at, after, instruction, by }) =>
      at === null ? [] : [{ at, text: after, instruction, by }],
    );
    if (answers.length > 0) {
      await questions.look({ kind: 'amend', folder: entry.folder, amendments: answers }, stop);
    }
    const edits = corrections.filter(({ at }) => at === null).map((correction) => editOf(source, correction));
    if (edits.length === 0) {
      const text = l10n.t('{0} corrected. Work the run through again to bring them into the output.', answers.length);
      return { text };
    }
    const output = outputOf(source) ?? (await chooseOutput(entry));
    if (output === undefined) return { text: l10n.t('Nothing was kept.') };
    const { review } = await questions.look({ kind: 'keep-edits', folder: entry.folder, output, edits }, stop);
    const file = vscode.workspace.asRelativePath(review);
    const text =
      source === REJECTS
        ? l10n.t('{0} kept as additions in {1}; Apply or an export with the review adds them.', edits.length, file)
        : l10n.t(
            '{0} kept in {1}; Apply or an export with the review makes them part of the data.',
            edits.length,
            file,
          );
    return { text };
  }

  dispose(): void {
    this.stop();
  }

  #entry(): RunEntry {
    const entry = this.#options.entry();
    if (entry === undefined)
      throw new Error(l10n.t('This run is not there any more: its folder was moved or deleted.'));
    return entry;
  }

  async #profile(name: string): Promise<KnownProfile> {
    const known = (await this.#options.profiles.all()).profiles.find((profile) => profile.name === name);
    if (known === undefined) throw new Error(l10n.t('There is no endpoint {0} any more.', name));
    return known;
  }
}

function targetsOf(scope: RepairScope): RepairTargets {
  if (scope.kind === 'cause') return scope;
  const { source, lines } = scope;
  return source === REJECTS ? { kind: 'rejects', lines } : { kind: 'records', output: outputOf(source) ?? '', lines };
}

function editOf(source: string, { line, id, after, instruction }: Correction): RecordEdit {
  const record = parseJson(after);
  if (!isJsonObject(record)) throw new Error(l10n.t('The record is no JSON object.'));
  if (source !== REJECTS) return { kind: 'change', line, after: record };
  return { kind: 'add', id, after: record, note: instruction };
}

async function chooseOutput({ outputs }: RunEntry): Promise<string | undefined> {
  if (outputs.length < 2) return outputs[0]?.name;
  const items = outputs.map(({ name, shown: label }) => ({ label, name }));
  const placeHolder = l10n.t('Which output are they to be added to?');
  return (await choose(items, { placeHolder }))?.name;
}

function textOf(value: JsonObject | string): string {
  return typeof value === 'string' ? value : shown(value);
}

function shown(record: JsonObject): string {
  return JSON.stringify(record, null, 2);
}

function estimateText({ requests, promptTokens, completionTokens, cost }: RepairEstimate): string {
  const asked = requestsText(requests);
  const tokens = l10n.t('about {0} tokens', formatCount(promptTokens + completionTokens));
  return [asked, tokens, costText(cost)].filter((part) => part !== '').join(', ');
}

function reportText({ requests, reused, tokens, cost }: RepairReport): string {
  const parts = [
    requestsText(requests),
    reused === 0 ? '' : l10n.t('{0} answered before', formatCount(reused)),
    l10n.t('{0} tokens', formatCount(tokens.prompt + tokens.completion)),
    costText(cost),
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function costText(cost: number | null): string {
  return cost === null ? '' : l10n.t('cost {0}', cost.toFixed(cost < 1 ? 4 : 2));
}
