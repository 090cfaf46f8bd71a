/**
 * Openline as a library: run pipelines, ask a model, read lists. Nothing here reads the environment; keys are handed in.
 */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { ChatMessage, GenerationParameters } from './endpoints/endpoint.ts';
import { createHttpFetch } from './endpoints/httpFetch.ts';
import { InvalidInputError } from './errors.ts';
import { libraryFolder } from './libraryFolder.ts';
import { profileFrom, withClient, type Client, type ConnectionOptions } from './methods/client.ts';
import {
  conversionRules,
  runRecipeWith,
  textsOf,
  topicTree,
  type PromptPipelineOptions,
  type RecipeOptions,
  type RecipeResult,
  type TopicTreeOptions,
} from './methods/pipelines.ts';
import type { Budget } from './pipeline/plan.ts';
import { planPipeline, SAMPLE_PROFILE } from './pipeline/planPipeline.ts';
import { loadRecipes } from './pipeline/recipeLibrary.ts';
import { findWorkspaceRoot } from './pipeline/workspaceRoot.ts';
import { loadTemplateLibrary } from './prompts/templateLibrary.ts';
import type { JsonObject } from './record/json.ts';
import type { RunSnapshot, RunSummary } from './run/events.ts';
import { startRun } from './run/runPipeline.ts';

export { parseList, type ListReading } from './answers/parseList.ts';
export type { Answer, ChatMessage, Choice, GenerationParameters } from './endpoints/endpoint.ts';
export { BudgetReachedError, EndpointError, InvalidInputError, OpenlineError, type Diagnostic } from './errors.ts';
export type { CheckSpec, Verdict } from './curate/checks/check.ts';
export { prepareChecks } from './curate/checks/prepareChecks.ts';
export type { Edit } from './curate/edits/edit.ts';
export { prepareEdits } from './curate/edits/prepareEdits.ts';
export { RecordStatistics, type RecordSummary } from './curate/statistics/recordStatistics.ts';
export { openClient, type Client, type ClientRequest, type ConnectionOptions } from './methods/client.ts';
export { convertResponseToYamlList, ListConversionError } from './methods/conversion.ts';
export {
  DialogueError,
  generateDialogue,
  generateTwoTurnPrompt,
  type DialogueOptions,
  type Speaker,
} from './methods/dialogue.ts';
export type { MethodOptions, TemplateChoice } from './methods/method.ts';
export {
  PipelineFailedError,
  type PromptPipelineOptions,
  type RecipeOptions,
  type RecipeResult,
  type TopicTreeOptions,
} from './methods/pipelines.ts';
export * from './methods/prompts.ts';
export * from './methods/rewriting.ts';
export { readPairs, type QuestionAnswer } from './answers/readPairs.ts';
export { readLabel } from './answers/readLabel.ts';
export { exportTemplates } from './prompts/exportTemplates.ts';
export { describeDataset, type DatasetDescription, type DescribeOptions } from './run/describeDataset.ts';
export { recordSourceAt, type RecordSource } from './run/recordSource.ts';
export { ForeignOutputError, OutsideWorkspaceError } from './run/output.ts';
export { ScriptsNotAllowedError } from './run/scripts.ts';
export type { RunSnapshot, RunSummary, StepProgress } from './run/events.ts';

export interface RunPipelineOptions {
  /** Connections by the names that the pipeline uses; `sample` is always there. */
  readonly endpoints?: Readonly<Record<string, ConnectionOptions>>;
  /** Asks this endpoint instead of the pipeline's. */
  readonly endpoint?: string;
  readonly model?: string;
  /** Parameters of the recipe, as they would stand in YAML. */
  readonly set?: Readonly<Record<string, string>>;
  /** Where the (only) output goes; relative to the current folder. */
  readonly output?: string;
  readonly until?: string;
  readonly limit?: number;
  readonly more?: number;
  readonly fresh?: boolean;
  /** Overwrites a file that Openline did not make. */
  readonly force?: boolean;
  /** Requests in flight per endpoint, at the most. Default 16. */
  readonly concurrency?: number;
  readonly budget?: Budget;
  /** Asks for an orderly end; the run can be resumed. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (snapshot: RunSnapshot) => void;
  /** Agrees to the programs of `script` steps. */
  readonly allowScripts?: boolean;
  /** Where those programs find their variables (usually `process.env`); default: they get none, not even PATH. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Told of things that are odd but do not stop the run, and of what scripts write to standard error. */
  readonly onWarning?: (message: string) => void;
}

/** Version that stands in the records of runs that were started through the library. */
const LIBRARY_VERSION = 'library';

/**
 * Runs a pipeline file as `openline run` does.
 *
 * @param file path of the `*.openline.yaml` file
 * @returns what came of it; a run that failed, paused or was interrupted says so in `state`
 * @throws InvalidInputError when the pipeline is wrong; ForeignOutputError when something else stands at the output's path;
 * ScriptsNotAllowedError when it has `script` steps and `allowScripts` is not set
 */
export async function runPipeline(file: string, options: RunPipelineOptions = {}): Promise<RunSummary> {
  const path = resolve(file);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw InvalidInputError.of('missing-file', `there is no such file, or it cannot be read (${String(cause)})`, {
      file,
    });
  });
  const library = libraryFolder();
  const [templates, recipes, root] = await Promise.all([
    loadTemplateLibrary(join(library, 'prompts')),
    loadRecipes(join(library, 'recipes')),
    findWorkspaceRoot(path),
  ]);
  const profiles = [
    ...Object.entries(options.endpoints ?? {}).map(([name, given]) => profileFrom(name, given)),
    SAMPLE_PROFILE,
  ];
  const { endpoint, model, set, output, until, budget, limit, more, concurrency, signal, onProgress } = options;
  const { allowScripts = false, environment = {}, onWarning } = options;
  const overrides = {
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(model === undefined ? {} : { model }),
    ...(set === undefined ? {} : { set }),
    ...(output === undefined ? {} : { output: resolve(output) }),
    ...(until === undefined ? {} : { until }),
    ...(budget === undefined ? {} : { budget }),
  };
  const { plan } = await planPipeline({ file: path, text }, { templates, recipes, profiles, root, overrides });
  const http = createHttpFetch();
  try {
    return await startRun({
      plan,
      text,
      root,
      mode: 'run',
      profiles,
      http,
      version: LIBRARY_VERSION,
      allowOutside: output !== undefined,
      allowScripts,
      environment,
      ...(onWarning === undefined
        ? {}
        : { onWarning, onScriptLine: (step: string, line: string) => onWarning(`step ${step}: ${line}`) }),
      force: options.force === true,
      fresh: options.fresh === true,
      ...(limit === undefined ? {} : { limit }),
      ...(more === undefined ? {} : { more }),
      ...(concurrency === undefined ? {} : { concurrency }),
      ...(signal === undefined ? {} : { stop: signal }),
      ...(onProgress === undefined ? {} : { onProgress }),
    });
  } finally {
    await http.close();
  }
}

export interface QueryOptions extends GenerationParameters {
  readonly endpoint: ConnectionOptions | Client;
  /** Default: the endpoint's own. */
  readonly model?: string;
  readonly messages: readonly ChatMessage[];
  readonly signal?: AbortSignal;
  /** Told while the answer streams (`stream: true`). */
  readonly onChunk?: (text: string) => void;
}

/**
 * Asks a model once, with the retries of the endpoint.
 *
 * @returns the texts of the choices without reasoning; longer than 1 only when `n` is
 * @throws EndpointError when the service cannot be asked
 */
export async function query(options: QueryOptions): Promise<readonly string[]> {
  const { endpoint, model, messages, signal, onChunk, ...generation } = options;
  return withClient(endpoint, (client) => client.query({ model, messages, generation, signal, onChunk }));
}

/**
 * Runs a built-in recipe without a pipeline file.
 *
 * @param recipe its id, such as `closed-qa`
 * @param parameters as in `with:`; paths in them are relative to `folder`
 * @returns its records, in order, and what the run came to
 * @throws InvalidInputError when the parameters are wrong; PipelineFailedError when the run did not come to its end
 */
export function runRecipe(recipe: string, parameters: JsonObject, options: RecipeOptions): Promise<RecipeResult> {
  return runRecipeWith(runPipeline, recipe, parameters, options);
}

/** Macro topics, subtopics, questions on each topic, revisions of each. @returns the revisions @throws see runRecipe */
export async function runOpenQaPipeline(
  options: TopicTreeOptions & { readonly n_revisions: number },
): Promise<readonly string[]> {
  const { n_revisions } = options;
  return textsOf(await runRecipe('open-qa', { ...topicTree(options), n_revisions }, options), 'prompt');
}

/** Tasks for every pair of a topic and a kind of text, revisions of each. @returns the revisions @throws see runRecipe */
export async function runWritingPipeline(
  options: PromptPipelineOptions & {
    readonly topics: readonly string[];
    readonly text_material_types: readonly string[];
    readonly n_openlines: number;
    readonly n_revisions: number;
  },
): Promise<readonly string[]> {
  const { topics, text_material_types, n_openlines, n_revisions } = options;
  const parameters = { topics, text_material_types, n_openlines, n_revisions, ...conversionRules(options) };
  return textsOf(await runRecipe('writing', parameters, options), 'prompt');
}

/**
 * Questions about each document.
 *
 * @returns pairs of the document's index, counted from 0, and a question about it @throws see runRecipe
 */
export async function runClosedQaPipeline(
  options: PromptPipelineOptions & { readonly documents: readonly string[]; readonly n_openlines: number },
): Promise<readonly (readonly [document: number, question: string])[]> {
  const { documents, n_openlines } = options;
  const { records } = await runRecipe('closed-qa', { documents, n_openlines, ...conversionRules(options) }, options);
  return records.flatMap(({ document, prompt }): [number, string][] =>
    typeof document === 'number' && typeof prompt === 'string' ? [[document, prompt]] : [],
  );
}

/** Areas of mathematics, subtopics, problems on each topic. @returns the problems @throws see runRecipe */
export async function runMathPipeline(
  options: TopicTreeOptions & { readonly school_level: string },
): Promise<readonly string[]> {
  const { school_level } = options;
  return textsOf(await runRecipe('math', { ...topicTree(options), school_level }, options), 'prompt');
}

/** Programming topics, subtopics, problems on each topic, in Python or another language. @returns the problems @throws see runRecipe */
export async function runPythonPipeline(
  options: TopicTreeOptions & { readonly language?: string },
): Promise<readonly string[]> {
  const { language = 'Python' } = options;
  return textsOf(await runRecipe('python', { ...topicTree(options), language }, options), 'prompt');
}
