/** The pipelines as functions: they run a recipe without a file and give its records back. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { GenerationParameters } from '../endpoints/endpoint.ts';
import { OpenlineError } from '../errors.ts';
import type { ConversionMode } from '../pipeline/plan.ts';
import { isJsonObject, parseJson, type JsonObject } from '../record/json.ts';
import type { RunSnapshot, RunSummary } from '../run/events.ts';
import type { ConnectionOptions } from './client.ts';

/** Runs a pipeline file; see runPipeline. */
export type FileRunner = (
  file: string,
  options: {
    readonly endpoints: Readonly<Record<string, ConnectionOptions>>;
    readonly concurrency?: number;
    readonly signal?: AbortSignal;
    readonly onProgress?: (snapshot: RunSnapshot) => void;
  },
) => Promise<RunSummary>;

/** How a recipe is run. */
export interface RecipeOptions {
  readonly endpoint: ConnectionOptions;
  /** Further endpoints by name, for `conversion`, `user_endpoint` and the like. */
  readonly endpoints?: Readonly<Record<string, ConnectionOptions>>;
  /** Default: the endpoint's own. */
  readonly model?: string;
  readonly generation?: GenerationParameters;
  /** How answers become lists: its mode, and an endpoint, a model and generation parameters of its own. */
  readonly conversion?: {
    readonly mode?: ConversionMode;
    readonly endpoint?: string;
    readonly model?: string;
    readonly generation?: GenerationParameters;
  };
  /** Templates in place of a step's own, by step id: an id of a built-in one, or text and system message. */
  readonly prompts?: Readonly<Record<string, string | { readonly text: string; readonly system?: string }>>;
  /** Values of further placeholders. */
  readonly values?: Readonly<Record<string, string | number>>;
  /** Requests in flight, at the most. Default 16. */
  readonly concurrency?: number;
  /**
   * Folder in which the run is kept, with its journal, so that the same call takes answers over that were paid for.
   * Default: one that is removed at the end.
   */
  readonly folder?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (snapshot: RunSnapshot) => void;
}

/** What a recipe came to. */
export interface RecipeResult {
  /** In order, as they would stand in the output. */
  readonly records: readonly JsonObject[];
  readonly summary: RunSummary;
}

/** A pipeline failed, paused or was interrupted. */
export class PipelineFailedError extends OpenlineError {
  readonly summary: RunSummary;

  constructor(summary: RunSummary) {
    super(summary.error ?? `The run was ${summary.state}`);
    this.summary = summary;
  }
}

/** Name under which the endpoint stands in the pipeline. */
const ENDPOINT = 'endpoint';

/**
 * Runs a recipe with its parameters and gives its records back.
 *
 * @param recipe id of a built-in recipe
 * @param parameters as in `with:`
 * @throws InvalidInputError when something is wrong with them; PipelineFailedError
 */
export async function runRecipeWith(
  run: FileRunner,
  recipe: string,
  parameters: JsonObject,
  options: RecipeOptions,
): Promise<RecipeResult> {
  const { folder: kept, endpoint, endpoints = {}, model, generation, conversion, prompts, values } = options;
  const folder = kept === undefined ? await mkdtemp(join(tmpdir(), 'openline-')) : resolve(kept);
  try {
    await mkdir(join(folder, '.openline'), { recursive: true });
    const file = join(folder, `${recipe}.openline.yaml`);
    const output = `${recipe}.jsonl`;
    const head = { model, generation, conversion, prompts, values };
    // JSON is YAML; what is undefined is left out.
    await writeFile(
      file,
      JSON.stringify({ openline: 1, endpoint: ENDPOINT, ...head, recipe, with: parameters, output }),
    );
    const { concurrency, signal, onProgress } = options;
    const summary = await run(file, {
      endpoints: { ...endpoints, [ENDPOINT]: endpoint },
      ...(concurrency === undefined ? {} : { concurrency }),
      ...(signal === undefined ? {} : { signal }),
      ...(onProgress === undefined ? {} : { onProgress }),
    });
    if (summary.state !== 'done') throw new PipelineFailedError(summary);
    const lines = (await readFile(join(folder, output), 'utf8')).split('\n').filter((line) => line !== '');
    return { records: lines.map((line) => parseJson(line)).filter(isJsonObject), summary };
  } finally {
    if (kept === undefined) await rm(folder, { recursive: true, force: true });
  }
}

/** What the five pipelines take besides their sizes. */
export interface PromptPipelineOptions extends RecipeOptions {
  /** Answers that cannot be read as a list are left out; else the pipeline fails. Default false. */
  readonly ignore_conversion_failure?: boolean;
  /** Lists of another length are cut, shorter ones kept; else they count as failed conversions. Default true. */
  readonly trim_topics_list?: boolean;
}

/** The parameters that say what becomes of answers. */
export function conversionRules({
  ignore_conversion_failure: ignore = false,
  trim_topics_list: trim = true,
}: PromptPipelineOptions): JsonObject {
  return {
    on_unreadable: ignore ? 'discard' : 'fail',
    on_mismatch: trim ? 'trim' : ignore ? 'discard' : 'fail',
  };
}

/** A tree of topics and what grows on it. */
export interface TopicTreeOptions extends PromptPipelineOptions {
  readonly n_macro_topics: number;
  readonly n_subtopics: number;
  readonly n_openlines: number;
  readonly additional_macro_topics?: readonly string[];
  readonly additional_subtopics?: readonly string[];
  /** Ask about the macro topics as well as the subtopics. Default true. */
  readonly combine_topics?: boolean;
}

/** The parameters of a tree of topics, as a recipe takes them. */
export function topicTree(options: TopicTreeOptions): JsonObject {
  const { n_macro_topics, n_subtopics, n_openlines, combine_topics = true } = options;
  const { additional_macro_topics = [], additional_subtopics = [] } = options;
  const sizes = { n_macro_topics, n_subtopics, n_openlines };
  return { ...sizes, additional_macro_topics, additional_subtopics, combine_topics, ...conversionRules(options) };
}

/** The texts of a field, in order. */
export function textsOf({ records }: RecipeResult, field: string): readonly string[] {
  return records.map((record) => record[field]).filter((value) => typeof value === 'string');
}
