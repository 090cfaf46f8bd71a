import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import type { Json, JsonObject } from '../../../core/record/json.ts';
import { readRunFile, runPaths } from '../../../core/run/runFolder.ts';
import { readPreviewedSteps, type PreviewedStep } from '../../../core/run/stepRecords.ts';
import type { SetupPreview } from '../../../protocol/setup.ts';
import { yamlDataOf } from '../../language/pipelines/yamlPlace.ts';
import type { RunHandle, RunManager, RunOutcome } from '../../runs/runManager.ts';
import type { RunSessions } from '../../runs/runSession.ts';
import { formatAge } from '../../wording/format.ts';

/** Characters of a text that are shown; the whole is in the run's own files. */
const SHOWN_TEXT = 8000;
/** While a preview goes on, it is looked at again after so long. */
const LOOK_MS = 400;

export interface SetupPreviewsOptions {
  readonly document: vscode.TextDocument;
  readonly runs: RunManager;
  readonly sessions: RunSessions;
  readonly onChange: (preview: SetupPreview) => void;
  readonly log: vscode.LogOutputChannel;
}

/** The preview of a pipeline: makes a few records and shows what every step asked and made. */
export class SetupPreviews implements vscode.Disposable {
  readonly #options: SetupPreviewsOptions;
  readonly #subscription: vscode.Disposable;
  #present: SetupPreview = NOTHING;
  #folder: string | undefined;
  /** The pipeline as it was previewed. */
  #data: unknown;
  #timer: NodeJS.Timeout | undefined;
  #isRunning = false;
  #handle: RunHandle | undefined;

  constructor(options: SetupPreviewsOptions) {
    this.#options = options;
    this.#subscription = options.runs.onDidProgress(({ folder }) => {
      if (folder !== this.#folder || !this.#isRunning) return;
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.#look();
      }, LOOK_MS);
    });
  }

  get present(): SetupPreview {
    return this.#present;
  }

  /** The folder of the run that is shown. */
  get folder(): string | undefined {
    return this.#folder;
  }

  /** Finds the last preview of the file, so that a form which is opened again shows it. */
  async open(): Promise<void> {
    const { runs, document } = this.#options;
    const file = document.uri.fsPath;
    const last = (await runs.list()).find(({ mode, pipeline }) => mode === 'preview' && pipeline.file === file);
    if (last === undefined || this.#isRunning) return;
    this.#folder = last.folder;
    await this.#read();
  }

  /** Makes a preview of the pipeline, which is saved first. */
  async make(): Promise<void> {
    if (this.#isRunning) return;
    const { sessions, document } = this.#options;
    this.#isRunning = true;
    this.#folder = undefined;
    this.#tell({ ...NOTHING, state: 'running' });
    let outcome: RunOutcome | undefined;
    try {
      outcome = await sessions.run(document.uri, 'preview', {}, { watch: (handle) => this.#watch(handle) });
    } finally {
      this.#isRunning = false;
      this.#handle = undefined;
      await this.#read();
    }
    const problem = outcome?.kind === 'invalid' || outcome?.kind === 'crashed' ? outcome.message : undefined;
    if (problem !== undefined) this.#tell({ ...this.#present, state: 'failed', problem });
  }

  /** Ends the preview that is being made; what was answered is kept. */
  stop(): void {
    this.#handle?.stop('cancel');
  }

  #watch(handle: RunHandle): vscode.Disposable {
    this.#handle = handle;
    void handle.started.then((run) => {
      this.#folder = run?.folder;
    });
    return new vscode.Disposable(() => {
      this.#handle = undefined;
    });
  }

  /** The text has changed: does what is shown still belong to it? */
  compare(): void {
    const { state, isStale } = this.#present;
    const now = !isDeepStrictEqual(yamlDataOf(this.#options.document.getText()), this.#data);
    if (state === 'done' && now !== isStale) this.#tell({ ...this.#present, isStale: now });
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#subscription.dispose();
  }

  #look(): void {
    this.#read().catch((error: unknown) => {
      this.#options.log.error(error instanceof Error ? error : String(error));
    });
  }

  async #read(): Promise<void> {
    const folder = this.#folder;
    if (folder === undefined) {
      this.#tell(NOTHING);
      return;
    }
    try {
      const file = await readRunFile(runPaths(folder));
      this.#data = yamlDataOf(file.pipeline.text);
      const steps = [...(await readPreviewedSteps(folder)).values()].map(shown);
      const isDone = file.state === 'done';
      this.#tell({
        state: this.#isRunning ? 'running' : isDone ? 'done' : 'failed',
        when: this.#isRunning ? '' : formatAge(file.finishedAt ?? file.startedAt, Date.now()),
        isStale: false,
        problem: isDone || this.#isRunning ? null : (file.error ?? null),
        steps,
      });
      this.compare();
    } catch (error) {
      // Its folder is gone, or was never there.
      if (!this.#isRunning) this.#tell(NOTHING);
      this.#options.log.debug(error instanceof Error ? error.message : String(error));
    }
  }

  #tell(preview: SetupPreview): void {
    this.#present = preview;
    this.#options.onChange(preview);
  }
}

const NOTHING: SetupPreview = { state: 'none', when: '', isStale: false, problem: null, steps: [] };

function shown({ step, questions, records, rejects }: PreviewedStep): SetupPreview['steps'][number] {
  return {
    step,
    questions: questions.map(({ address, endpoint, model, messages, answers }) => ({
      address,
      who: [endpoint, model].filter((part) => part !== '').join(' · '),
      messages: messages.map(({ role, content }) => ({ role, content: shortened(content) })),
      answers: answers.map(shortened),
    })),
    records: records.map(({ id, fields, at }) => ({ id, fields: shortenedFields(fields), at: [...at] })),
    rejects: rejects.map(({ id, reason, message, fields, at }) => ({
      ...{ id, reason, message, at },
      fields: shortenedFields(fields),
    })),
  };
}

function shortened(text: string): string {
  return text.length > SHOWN_TEXT ? `${text.slice(0, SHOWN_TEXT)}…` : text;
}

function shortenedFields(fields: JsonObject): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? shortened(value) : value]),
  );
}
