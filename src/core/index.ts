/**
 * Openline as a library: run pipelines, ask a model, read lists. Nothing here reads the environment; keys are handed in.
 */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readChoice } from './answers/readChoice.ts';
import { createEndpoint } from './endpoints/createEndpoint.ts';
import type { ChatMessage, GenerationParameters } from './endpoints/endpoint.ts';
import { createHttpFetch } from './endpoints/httpFetch.ts';
import type { EndpointProfile, NamedProfile } from './endpoints/profile.ts';
import { readProfile } from './endpoints/readProfile.ts';
import { InvalidInputError } from './errors.ts';
import type { Budget } from './pipeline/plan.ts';
import { planPipeline, SAMPLE_PROFILE } from './pipeline/planPipeline.ts';
import { loadRecipes } from './pipeline/recipeLibrary.ts';
import { findWorkspaceRoot } from './pipeline/workspaceRoot.ts';
import { loadTemplateLibrary } from './prompts/templateLibrary.ts';
import type { RunSnapshot, RunSummary } from './run/events.ts';
import { startRun } from './run/runPipeline.ts';
import { connect, connectOptionsOf } from './transport/connect.ts';

export { parseList, type ListReading } from './answers/parseList.ts';
export type { Answer, ChatMessage, Choice, GenerationParameters } from './endpoints/endpoint.ts';
export { BudgetReachedError, EndpointError, InvalidInputError, OpenlineError, type Diagnostic } from './errors.ts';
export type { CheckSpec, Verdict } from './curate/checks/check.ts';
export { prepareChecks } from './curate/checks/prepareChecks.ts';
export type { Edit } from './curate/edits/edit.ts';
export { prepareEdits } from './curate/edits/prepareEdits.ts';
export { RecordStatistics, type RecordSummary } from './curate/statistics/recordStatistics.ts';
export { exportTemplates } from './prompts/exportTemplates.ts';
export { ForeignOutputError, OutsideWorkspaceError } from './run/output.ts';
export type { RunSnapshot, RunSummary, StepProgress } from './run/events.ts';

/** A connection: the fields of an endpoint profile, and the key, which is kept in memory only. */
export type ConnectionOptions = Partial<EndpointProfile> & { readonly apiKey?: string };

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
}

/** Version that stands in the records of runs that were started through the library. */
const LIBRARY_VERSION = 'library';

/**
 * Runs a pipeline file as `openline run` does.
 *
 * @param file path of the `*.openline.yaml` file
 * @returns what came of it; a run that failed, paused or was interrupted says so in `state`
 * @throws InvalidInputError when the pipeline is wrong; ForeignOutputError when something else stands at the output's path
 */
export async function runPipeline(file: string, options: RunPipelineOptions = {}): Promise<RunSummary> {
  const path = resolve(file);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw InvalidInputError.of('missing-file', `there is no such file, or it cannot be read (${String(cause)})`, {
      file,
    });
  });
  const library = join(import.meta.dirname, 'library');
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
  readonly endpoint: ConnectionOptions;
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
  const { endpoint: given, model: wanted, messages, signal, onChunk, ...generation } = options;
  const named = profileFrom('query', given);
  const model = wanted ?? named.profile.model;
  if (model === undefined)
    throw InvalidInputError.of('missing-model', 'No model: give `model`, or an endpoint that has one');
  const http = createHttpFetch();
  const connection = connect(createEndpoint(named, { fetch: http.fetch }), connectOptionsOf(named.profile));
  try {
    const answer = await connection.chat(
      { model, messages, generation },
      { ...(signal === undefined ? {} : { signal }), ...(onChunk === undefined ? {} : { onChunk }) },
    );
    return answer.choices.map((choice) => readChoice(choice).text);
  } finally {
    await connection.close();
    await http.close();
  }
}

function profileFrom(name: string, given: ConnectionOptions): NamedProfile {
  const { apiKey, ...fields } = given;
  const read = readProfile(name, fields, [resolve('.')]);
  if ('problem' in read) throw InvalidInputError.of('profile', `Endpoint ${name}: ${read.problem}`);
  return { ...read.named, ...(apiKey === undefined ? {} : { key: apiKey }) };
}
