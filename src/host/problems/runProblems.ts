import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { Disposes } from '../disposes.ts';
import { PIPELINE_ENDING, SETTINGS, SETTINGS_SECTION } from '../ids.ts';
import type { RunEntry } from '../runs/runEntry.ts';
import { keyOfSource } from '../templates/templateFiles.ts';
import { yamlDataOf } from '../language/pipelines/yamlPlace.ts';
import { RunProblemActions } from './runProblemActions.ts';
import { diagnosticsOf, type ProblemRun } from './runDiagnostics.ts';
import { rejectGroups, templateSources } from './rejectGroups.ts';
import type { RunProblemsOptions } from './registerRunProblems.ts';

/** Key under which it is kept what the person has dismissed. */
const DISMISSED = 'openline.dismissedProblems';
const MOST_DISMISSED = 500;
/** The text is looked at when it has rested for so long. */
const REST_MS = 300;

/** One problem of a run: a step and a reason. */
export interface DismissedProblem {
  readonly run: string;
  readonly step: string;
  readonly reason: string;
}

/**
 * Problems of the last run of each pipeline: what it turned down by step and reason, and why it failed. They stand at the
 * step in the pipeline until a newer run is without them, or the person dismisses them.
 */
export class RunProblems implements vscode.Disposable {
  readonly #options: RunProblemsOptions;
  readonly #collection = vscode.languages.createDiagnosticCollection('openline-runs');
  readonly #disposables: Disposes[];
  /** The last run of each pipeline, by its file. */
  #lastRuns: ReadonlyMap<string, ProblemRun> = new Map();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #updating: Promise<void> = Promise.resolve();

  constructor(options: RunProblemsOptions) {
    this.#options = options;
    this.#disposables = [
      this.#collection,
      vscode.languages.registerCodeActionsProvider(
        { scheme: 'file', pattern: `**/*${PIPELINE_ENDING}` },
        new RunProblemActions((file) => this.#lastRuns.get(file)),
        { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
      ),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        this.#schedule(document);
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(`${SETTINGS_SECTION}.${SETTINGS.showRunProblems}`)) void this.update();
      }),
    ];
  }

  /** Looks at the last runs. What changed while it looks is looked at next. */
  update(): Promise<void> {
    this.#updating = this.#updating.then(
      () => this.#look(),
      () => this.#look(),
    );
    return this.#updating;
  }

  async dismiss(problem: DismissedProblem): Promise<void> {
    const name = nameOf(problem);
    const names = [name, ...this.#dismissed().filter((known) => known !== name)];
    await this.#options.memory.update(DISMISSED, names.slice(0, MOST_DISMISSED));
    await this.update();
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    vscode.Disposable.from(...this.#disposables).dispose();
  }

  async #look(): Promise<void> {
    const isWanted = vscode.workspace.getConfiguration(SETTINGS_SECTION).get<boolean>(SETTINGS.showRunProblems, true);
    const before = this.#lastRuns;
    const found = new Map<string, ProblemRun>();
    if (isWanted && vscode.workspace.isTrusted) {
      for (const entry of await this.#newest()) {
        const { file } = entry.pipeline;
        const known = before.get(file);
        const isSame = known?.entry.folder === entry.folder && known.entry.finishedAt === entry.finishedAt;
        found.set(file, isSame ? { ...known, entry } : await read(entry));
      }
    }
    this.#lastRuns = found;
    for (const file of before.keys()) if (!found.has(file)) this.#collection.delete(vscode.Uri.file(file));
    for (const file of found.keys()) await this.#place(file);
  }

  /** The newest run of each pipeline of the open folders, of those that are over. */
  async #newest(): Promise<readonly RunEntry[]> {
    const newest = new Map<string, RunEntry>();
    for (const entry of await this.#options.runs.list()) {
      const { file } = entry.pipeline;
      if (newest.has(file) || vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file)) === undefined) continue;
      newest.set(file, entry);
    }
    // While one goes on, the Studio tells what comes of it.
    return [...newest.values()].filter(({ owner }) => owner === 'nobody');
  }

  #schedule({ uri }: vscode.TextDocument): void {
    const file = uri.fsPath;
    if (uri.scheme !== 'file' || !this.#lastRuns.has(file)) return;
    clearTimeout(this.#timers.get(file));
    const timer = setTimeout(() => {
      this.#timers.delete(file);
      void this.#place(file);
    }, REST_MS);
    this.#timers.set(file, timer);
  }

  /** Puts the problems of a pipeline where its steps stand at present. */
  async #place(file: string): Promise<void> {
    const run = this.#lastRuns.get(file);
    const uri = vscode.Uri.file(file);
    if (run === undefined) return;
    const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
    const text = open?.getText() ?? (await readFile(file, 'utf8').catch(() => undefined));
    // The pipeline is gone: nothing to look at.
    if (text === undefined) {
      this.#collection.delete(uri);
      return;
    }
    const dismissed = new Set(this.#dismissed());
    const isShown = (step: string, reason: string): boolean =>
      !dismissed.has(nameOf({ run: run.entry.run, step, reason }));
    this.#collection.set(uri, diagnosticsOf(run, { text, data: yamlDataOf(text), isShown }));
  }

  #dismissed(): readonly string[] {
    const kept = this.#options.memory.get<unknown>(DISMISSED);
    return Array.isArray(kept) ? kept.filter((name): name is string => typeof name === 'string') : [];
  }
}

async function read(entry: RunEntry): Promise<ProblemRun> {
  const root = dirname(dirname(dirname(entry.folder)));
  const groups = await rejectGroups(entry.folder);
  const templates = new Map<string, string>();
  if (groups.length > 0) {
    for (const [step, source] of await templateSources(entry.folder)) {
      const key = keyOfSource(source, root);
      if (key !== undefined) templates.set(step, key);
    }
  }
  return { entry, groups, templates };
}

function nameOf({ run, step, reason }: DismissedProblem): string {
  return `${run}\n${step}\n${reason}`;
}
