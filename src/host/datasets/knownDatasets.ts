import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import * as vscode from 'vscode';
import { PIPELINE_ENDING, PROMPT_ENDING } from '../ids.ts';
import { stepsOf, valueAt } from '../language/pipelines/pipelineNames.ts';
import { yamlDataOf } from '../language/pipelines/yamlPlace.ts';
import type { RunManager } from '../runs/runManager.ts';
import { keyOfSource } from '../templates/templateFiles.ts';
import type { FileCatalog } from '../workspace/fileCatalog.ts';
import { changesSince, meanScore, pipelineOf, readCard, type Changes, type DatasetCard } from './datasetCard.ts';

/** A dataset that Openline made, or that a pipeline would make. */
export interface KnownDataset {
  /** Absolute. */
  readonly path: string;
  /** Absent where it is not made yet. */
  readonly made?: {
    readonly card: DatasetCard;
    /** Milliseconds since the epoch. */
    readonly at: number;
    readonly score?: { readonly field: string; readonly mean: number };
    /** Null where the pipeline is not to be found. */
    readonly changes: Changes | null;
  };
  /** The pipeline's file, absolute; absent where it is not to be found. */
  readonly pipeline?: string;
  readonly root: string;
}

/** What it takes to make a dataset fresh again. */
export interface Refresh {
  /** Records that are made anew; undefined where nobody can tell. */
  readonly records?: number;
  /** As far as earlier answers show it. */
  readonly requests: number;
  /** Whether it is exactly so many. */
  readonly isExact: boolean;
  /** Null without prices. */
  readonly cost: number | null;
}

export interface KnownDatasetsOptions {
  readonly pipelines: FileCatalog;
  readonly runs: RunManager;
  /** Folder of the built-in recipes and templates. */
  readonly library: string;
}

/** How long it may take to find out what a refresh takes, in milliseconds. */
const PATIENCE_MS = 30_000;

/** Knows the datasets of the workspace from their cards and from the pipelines that write them. */
export class KnownDatasets {
  readonly #options: KnownDatasetsOptions;
  readonly #refreshes = new Map<string, Promise<Refresh | undefined>>();

  constructor(options: KnownDatasetsOptions) {
    this.#options = options;
  }

  /** The dataset that a program means by a path; undefined when it is none of ours. @param file of the program */
  async find(paths: readonly string[], file: vscode.Uri): Promise<KnownDataset | undefined> {
    const folders = foldersAround(file);
    for (const path of paths) {
      for (const folder of folders) {
        const dataset = await this.at(resolve(folder, path.replaceAll('\\', '/')));
        if (dataset !== undefined) return dataset;
      }
    }
    return undefined;
  }

  /** The dataset at a path. @param path absolute */
  async at(path: string): Promise<KnownDataset | undefined> {
    const card = await readCard(path);
    const info = await stat(path).catch(() => undefined);
    if (card === undefined || info === undefined) {
      if (info !== undefined) return undefined;
      const pipeline = (await this.#declared()).get(path);
      return pipeline === undefined ? undefined : { path, pipeline, root: dirname(pipeline) };
    }
    const score = info.isFile() ? await meanScore(path) : undefined;
    const from = await pipelineOf(card, path);
    const made = { card, at: info.mtimeMs, ...(score === undefined ? {} : { score }) };
    if (from === undefined) return { path, made: { ...made, changes: null }, root: dirname(path) };
    const text = await this.#textOf(from.path);
    const textOf = (source: string): Promise<string | undefined> => this.#templateText(source, from.root);
    return {
      path,
      made: { ...made, changes: text === undefined ? null : await changesSince(card, text, textOf) },
      pipeline: from.path,
      root: from.root,
    };
  }

  /** What refreshing it takes: only what has changed, and what comes behind it, is asked again. Undefined when it cannot be told. */
  refresh({ path, made, pipeline }: KnownDataset): Promise<Refresh | undefined> {
    const changes = made?.changes;
    if (made === undefined || pipeline === undefined || changes == null) return Promise.resolve(undefined);
    const name = JSON.stringify([path, made.card.run, made.at, changes]);
    const known = this.#refreshes.get(name) ?? this.#measure(path, made.card, pipeline);
    this.#refreshes.set(name, known);
    return known;
  }

  /** Something that an estimate looks at has changed. */
  forget(): void {
    this.#refreshes.clear();
  }

  async #measure(path: string, { run, records }: DatasetCard, pipeline: string): Promise<Refresh | undefined> {
    const { runs } = this.#options;
    const patience = AbortSignal.timeout(PATIENCE_MS);
    const rehearsal = await runs.rehearse(pipeline, run, patience).catch(() => null);
    if (rehearsal === null) return this.#guess(pipeline);
    const { requests, isExact, cost, outputs } = rehearsal;
    const output = outputs.find((one) => one.path === path);
    if (output === undefined) return { requests, isExact, cost };
    return { records: Math.max(0, records - (output.records - output.anew)), requests, isExact, cost };
  }

  /** What all of it would take. */
  async #guess(pipeline: string): Promise<Refresh | undefined> {
    const patience = AbortSignal.timeout(PATIENCE_MS);
    const outcome = await this.#options.runs.estimate(pipeline, patience).catch(() => undefined);
    if (outcome?.type !== 'estimated') return undefined;
    const { requests, cost } = outcome.estimate;
    return { requests: Math.round(requests.likely), isExact: false, cost: cost?.likely ?? null };
  }

  /** Outputs that the pipelines of the workspace name, with the pipeline. */
  async #declared(): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    if (!vscode.workspace.isTrusted) return found;
    for (const { fsPath, scheme } of await this.#options.pipelines.list()) {
      const text = scheme === 'file' ? await this.#textOf(fsPath) : undefined;
      for (const output of text === undefined ? [] : outputsOf(text, fsPath)) {
        const path = resolve(dirname(fsPath), output);
        if (!found.has(path)) found.set(path, fsPath);
      }
    }
    return found;
  }

  async #templateText(source: string, root: string): Promise<string | undefined> {
    const key = keyOfSource(source, root);
    if (key === undefined) return undefined;
    const [, builtIn] = key.split('builtin:');
    return this.#textOf(
      builtIn === undefined ? key : join(this.#options.library, 'prompts', `${builtIn}${PROMPT_ENDING}`),
    );
  }

  /** As it is saved: that is what a run takes. */
  async #textOf(path: string): Promise<string | undefined> {
    return readFile(path, 'utf8').catch(() => undefined);
  }
}

/** Where relative paths may start: the file's folder, those above it in the workspace, the other open folders. */
function foldersAround(file: vscode.Uri): readonly string[] {
  const open = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  const own = dirname(file.fsPath);
  const root = open.find((folder) => own === folder || own.startsWith(join(folder, '/')));
  const folders = [own];
  for (let folder = own; root !== undefined && folder !== root; folder = dirname(folder)) folders.push(dirname(folder));
  return [...new Set([...folders, ...open])];
}

function outputsOf(text: string, file: string): readonly string[] {
  const data = yamlDataOf(text);
  const output = valueAt(data, ['output']);
  if (typeof output === 'string') return [output];
  const outputs = valueAt(data, ['outputs']);
  if (Array.isArray(outputs)) {
    return outputs.map((one: unknown) => valueAt(one, ['path'])).filter((path) => typeof path === 'string');
  }
  const isPipeline = typeof valueAt(data, ['recipe']) === 'string' || stepsOf(data).length > 0;
  return isPipeline ? [`data/${basename(file, PIPELINE_ENDING)}.jsonl`] : [];
}
