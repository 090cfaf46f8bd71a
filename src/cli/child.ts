/** The command as the editor's child: it owns a run and speaks over IPC (core/run/childProtocol.ts). */
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { EndpointError, formatDiagnostic, InvalidInputError } from '../core/errors.ts';
import { createEndpoint } from '../core/endpoints/createEndpoint.ts';
import type { Endpoint } from '../core/endpoints/endpoint.ts';
import type { HttpFetch } from '../core/endpoints/httpFetch.ts';
import { namedProfileSchema, type NamedProfile } from '../core/endpoints/profile.ts';
import { testConnection } from '../core/endpoints/testConnection.ts';
import { planPipeline, type PlanOverrides } from '../core/pipeline/planPipeline.ts';
import { findWorkspaceRoot } from '../core/pipeline/workspaceRoot.ts';
import type { FromChild, RunChoices, ToChild } from '../core/run/childProtocol.ts';
import type { ToQuestionChild } from '../core/run/questionProtocol.ts';
import type { RunSummary } from '../core/run/events.ts';
import { ForeignOutputError, OutsideWorkspaceError } from '../core/run/output.ts';
import type { RunSettings } from '../core/run/runJob.ts';
import { resumeRun, startRun } from '../core/run/runPipeline.ts';
import { explain } from './commandLine.ts';
import { estimateLine } from './estimateText.ts';
import { questionSchemas, Questions, type QuestionMessage } from './questions.ts';
import { openHttp, openLibrary, userTemplates } from './workspace.ts';
import { resolve } from 'node:path';

const count = z.int().min(1).optional();
const choicesSchema = z.object({
  set: z.record(z.string(), z.string()).optional(),
  endpoint: z.string().optional(),
  model: z.string().optional(),
  concurrency: count,
  output: z.string().optional(),
  force: z.boolean().optional(),
  allowOutside: z.boolean().optional(),
  allowScripts: z.boolean().optional(),
  fresh: z.boolean().optional(),
  more: count,
  limit: count,
  until: z.string().optional(),
  budget: z
    .object({
      requests: z.number().optional(),
      tokens: z.number().optional(),
      cost: z.number().optional(),
      minutes: z.number().optional(),
    })
    .optional(),
  retryFailed: z.boolean().optional(),
});
const profiles = z.array(namedProfileSchema);
const toChild = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('start'),
    mode: z.enum(['run', 'preview']),
    file: z.string(),
    profiles,
    choices: choicesSchema,
  }),
  z.object({ type: z.literal('resume'), folder: z.string(), profiles, choices: choicesSchema }),
  z.object({ type: z.literal('cancel') }),
  z.object({ type: z.literal('test'), profile: namedProfileSchema, model: z.string().optional() }),
  z.object({ type: z.literal('models'), profile: namedProfileSchema }),
  ...questionSchemas,
]);

export interface ChildDeps {
  readonly library: string;
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stop: AbortController;
}

/** Waits for the editor's messages. Ends by itself when the work is done or the editor has gone. */
export function child(deps: ChildDeps): void {
  const send = (message: FromChild): void => {
    if (process.connected) process.send?.(message);
  };
  const questions = lazily(() => {
    const http = openHttp(deps.env);
    const open = (profile: NamedProfile): Endpoint => createEndpoint(profile, { fetch: http.fetch });
    deps.stop.signal.addEventListener('abort', () => void http.close());
    return new Questions({ open, send, signal: deps.stop.signal });
  });
  process.on('message', (raw) => {
    const message = toChild.safeParse(raw);
    if (!message.success) {
      send({ type: 'log', level: 'error', message: `Message not understood: ${z.prettifyError(message.error)}` });
      return;
    }
    if (message.data.type === 'cancel') deps.stop.abort();
    else if (isQuestion(message.data)) void questions().take(message.data);
    else
      void work(message.data as Work, deps, send).finally(() => {
        if (process.connected) process.disconnect();
      });
  });
  // Without the editor nobody watches or can cancel: what is in flight is journalled, the run can be resumed.
  process.on('disconnect', () => {
    deps.stop.abort();
  });
  // The editor's Ctrl+C in a terminal reaches the whole group; the editor itself says what to do.
  process.on('SIGINT', () => undefined);
  send({ type: 'ready' });
}

/** Made when it is first asked for. */
function lazily<Part>(make: () => Part): () => Part {
  let part: Part | undefined;
  return () => (part ??= make());
}

function isQuestion(message: z.infer<typeof toChild>): message is QuestionMessage {
  return questionSchemas.some(({ shape }) => shape.type.value === message.type);
}

type Work = Exclude<ToChild, { type: 'cancel' } | ToQuestionChild>;

async function work(order: Work, deps: ChildDeps, send: (message: FromChild) => void): Promise<void> {
  const http = openHttp(deps.env);
  try {
    switch (order.type) {
      case 'start':
      case 'resume':
        await run(order, http, deps, send);
        break;
      case 'test':
        await test(order, http, send);
        break;
      case 'models':
        await listModels(order.profile, http, send);
    }
  } finally {
    await http.close();
  }
}

async function run(
  order: Extract<Work, { type: 'start' | 'resume' }>,
  http: HttpFetch,
  deps: ChildDeps,
  send: (message: FromChild) => void,
): Promise<void> {
  const { concurrency, budget, force, allowOutside, allowScripts = false, retryFailed } = order.choices;
  let failure: unknown;
  const settings: RunSettings = {
    profiles: order.profiles,
    http,
    version: deps.version,
    stop: deps.stop.signal,
    onStarted: (id, folder) => {
      send({ type: 'started', run: id, folder });
    },
    onEstimate: (estimate) => {
      send({ type: 'log', level: 'info', message: estimateLine(estimate) });
    },
    onProgress: (snapshot) => {
      send({ type: 'progress', snapshot });
    },
    allowScripts,
    environment: deps.env,
    onScriptLine: (step, line) => {
      send({ type: 'log', level: 'info', message: `[${step}] ${line}` });
    },
    onWarning: (message) => {
      send({ type: 'log', level: 'warning', message });
    },
    onFailure: (error) => {
      failure = error;
    },
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(budget === undefined ? {} : { budget }),
    ...(force === undefined ? {} : { force }),
    ...(allowOutside === undefined ? {} : { allowOutside }),
  };
  try {
    const summary =
      order.type === 'start'
        ? await start(order, settings, deps, send)
        : await resumeRun({ ...settings, folder: order.folder, retryFailed: retryFailed === true });
    const endpointFailure =
      failure instanceof EndpointError ? { failure: { endpoint: failure.endpoint, failure: failure.failure } } : {};
    send({ type: 'finished', summary, ...endpointFailure });
  } catch (error) {
    if (error instanceof ForeignOutputError) send({ type: 'confirm', reason: 'foreign-output', path: error.path });
    else if (error instanceof OutsideWorkspaceError)
      send({ type: 'confirm', reason: 'outside-workspace', path: error.path });
    else {
      const diagnostics = error instanceof InvalidInputError ? error.diagnostics : [];
      send({ type: 'invalid', diagnostics, message: explain(error).message });
    }
  }
}

async function test(
  { profile, model }: Extract<Work, { type: 'test' }>,
  http: HttpFetch,
  send: (message: FromChild) => void,
): Promise<void> {
  const endpoint = createEndpoint(profile, { fetch: http.fetch });
  const named = model === undefined ? profile.profile : { ...profile.profile, model };
  const { ok, message, code } = await testConnection(endpoint, named);
  await endpoint.close();
  send({ type: 'tested', ok, message, ...(code === null ? {} : { failure: code }) });
}

async function listModels(profile: NamedProfile, http: HttpFetch, send: (message: FromChild) => void): Promise<void> {
  const endpoint = createEndpoint(profile, { fetch: http.fetch });
  try {
    send({ type: 'models', names: await endpoint.models(), error: null });
  } catch (error) {
    send({ type: 'models', names: [], error: explain(error).message });
  } finally {
    await endpoint.close();
  }
}

async function start(
  order: Extract<Work, { type: 'start' }>,
  settings: RunSettings,
  deps: ChildDeps,
  send: (message: FromChild) => void,
): Promise<RunSummary> {
  const { file, mode, choices } = order;
  const root = await findWorkspaceRoot(file);
  const text = await readFile(file, 'utf8');
  const context = {
    ...(await openLibrary(deps.library)),
    profiles: settings.profiles,
    root,
    userTemplatesFolders: [userTemplates(deps.env)],
    overrides: overridesOf(choices, root),
  };
  const { plan, warnings } = await planPipeline({ file, text }, context);
  for (const warning of warnings) send({ type: 'log', level: 'warning', message: formatDiagnostic(warning) });
  const { limit, more, fresh } = choices;
  return startRun({
    ...settings,
    plan,
    text,
    root,
    mode,
    ...(limit === undefined ? {} : { limit }),
    ...(more === undefined ? {} : { more }),
    ...(fresh === undefined ? {} : { fresh }),
  });
}

function overridesOf(choices: RunChoices, root: string): PlanOverrides {
  const { endpoint, model, set, output, until, budget } = choices;
  return {
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(model === undefined ? {} : { model }),
    ...(set === undefined ? {} : { set }),
    ...(output === undefined ? {} : { output: resolve(root, output) }),
    ...(until === undefined ? {} : { until }),
    ...(budget === undefined ? {} : { budget }),
  };
}
