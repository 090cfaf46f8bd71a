/** The command as the editor's child: it owns a run and speaks over IPC (core/run/childProtocol.ts). */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as z from 'zod';
import { createEndpoint, type EndpointDeps } from '../core/endpoints/createEndpoint.ts';
import type { Endpoint } from '../core/endpoints/endpoint.ts';
import { findServices } from '../core/endpoints/findServices.ts';
import type { HttpFetch } from '../core/endpoints/httpFetch.ts';
import type { NamedProfile } from '../core/endpoints/profile.ts';
import { testConnection } from '../core/endpoints/testConnection.ts';
import type { WarningListener } from '../core/endpoints/warnOnce.ts';
import {
  BudgetReachedError,
  EndpointError,
  formatDiagnostic,
  InvalidInputError,
  type Diagnostic,
} from '../core/errors.ts';
import type { Plan } from '../core/pipeline/plan.ts';
import { stepsThatRunCode } from '../core/pipeline/stepsThatRunCode.ts';
import { planPipeline, type PlanOverrides } from '../core/pipeline/planPipeline.ts';
import { findWorkspaceRoot } from '../core/pipeline/workspaceRoot.ts';
import type { EditorReply, FromChild, RunChoices, ToChild } from '../core/run/childProtocol.ts';
import { estimateRun } from '../core/run/estimate.ts';
import type { ToQuestionChild } from '../core/run/questionProtocol.ts';
import type { RunSummary } from '../core/run/events.ts';
import { explain as explainResult } from '../core/run/explain.ts';
import { measuredSteps } from '../core/run/measured.ts';
import { ForeignOutputError, OutsideWorkspaceError } from '../core/run/output.ts';
import { runPaths } from '../core/run/runFolder.ts';
import { STOP_GRACE_MS, stopKindOf, StopRequest } from '../core/run/stopping.ts';
import { rehearse } from '../core/run/rehearsal/rehearse.ts';
import type { RunSettings } from '../core/run/runJob.ts';
import { resumeRun, startRun } from '../core/run/runPipeline.ts';
import { readTokensOff } from '../core/run/tokensOff.ts';
import { isWorthAsking } from '../core/run/worthAsking.ts';
import { answerTool } from './childTools.ts';
import { toChild } from './childMessages.ts';
import { ChildModels } from './childModels.ts';
import { ChildSymbols } from './childSymbols.ts';
import { explain } from './commandLine.ts';
import { estimateLine } from './estimateText.ts';
import { questionSchemas, Questions, type QuestionMessage } from './questions.ts';
import { openHttp, openLibrary, userTemplates } from './workspace.ts';

export interface ChildDeps {
  readonly library: string;
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stop: AbortController;
}

/** What all work of the child is done with. */
interface Tools {
  readonly deps: ChildDeps;
  /** What is in flight is not waited for any longer. */
  readonly giveUp: AbortSignal;
  readonly http: HttpFetch;
  /** The editor's own models. */
  readonly models: ChildModels;
  /** The symbols that the editor's extensions tell. */
  readonly symbols: ChildSymbols;
  readonly send: (message: FromChild) => void;
}

/** Waits for the editor's messages. Ends by itself when the work is done or the editor has gone. */
export function child(deps: ChildDeps): void {
  const send = (message: FromChild): void => {
    if (process.connected) process.send?.(message);
  };
  const models = new ChildModels(send);
  const symbols = new ChildSymbols(send);
  const giveUp = new AbortController();
  // A run that is being paused would wait for longer.
  const endSoon = (): void => void setTimeout(() => giveUp.abort(), STOP_GRACE_MS).unref();
  const questions = lazily(() => {
    const http = openHttp(deps.env);
    const open = (profile: NamedProfile, onWarning: WarningListener): Endpoint =>
      createEndpoint(profile, { fetch: http.fetch, languageModels: models, onWarning });
    deps.stop.signal.addEventListener('abort', () => void http.close());
    const library = lazily(() => openLibrary(deps.library));
    return new Questions({ open, send, version: deps.version, library, signal: deps.stop.signal });
  });
  process.on('message', (raw) => {
    const message = toChild.safeParse(raw);
    if (!message.success) {
      send({ type: 'log', level: 'error', message: `Message not understood: ${z.prettifyError(message.error)}` });
      return;
    }
    const { data } = message;
    switch (data.type) {
      case 'end-run': {
        const reason = data.how === undefined ? undefined : new StopRequest(data.how);
        if (data.how === 'cancel') giveUp.abort(reason);
        if (data.how === undefined) endSoon();
        deps.stop.abort(reason);
        return;
      }
      case 'lm.chunk':
      case 'lm.answer':
      case 'lm.models':
      case 'lm.error':
        models.receive(data);
        return;
      case 'symbols.answer':
        symbols.receive(data);
        return;
      default:
        if (isQuestion(data)) void questions().take(data);
        else
          void work(data as Work, { deps, giveUp: giveUp.signal, models, symbols, send }).finally(() => {
            if (process.connected) process.disconnect();
          });
    }
  });
  // Without the editor nobody watches or can cancel: what is in flight is journalled, the run can be resumed.
  process.on('disconnect', () => {
    endSoon();
    deps.stop.abort();
    models.close();
    symbols.close();
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

type Work = Exclude<ToChild, { readonly type: 'end-run' } | EditorReply | ToQuestionChild>;

async function work(order: Work, given: Omit<Tools, 'http'>): Promise<void> {
  const { deps, send } = given;
  const http = openHttp(deps.env);
  const tools: Tools = { ...given, http };
  try {
    switch (order.type) {
      case 'start':
      case 'resume':
        await run(order, tools);
        break;
      case 'estimate':
        await estimate(order, tools);
        break;
      case 'rehearse':
        await rehearseOrder(order, tools);
        break;
      case 'explain':
        await told(send, async () => {
          send({ type: 'explained', explanation: await explainResult(order.folder, order.target) });
        });
        break;
      case 'test':
        await test(order, tools);
        break;
      case 'models':
        await listModels(order.profile, tools);
        break;
      case 'ray': {
        const { rayOrder } = await import('./ray/rayOrder.ts');
        send(await rayOrder(order, deps, send));
        break;
      }
      case 'tool':
        send(await answerTool(order, { library: deps.library, env: deps.env, signal: deps.stop.signal }));
        break;
      case 'find':
        send({ type: 'found', services: await findServices(order.candidates, endpointDeps(tools)) });
    }
  } finally {
    await http.close();
  }
}

function endpointDeps({ http, models }: Tools): EndpointDeps {
  return { fetch: http.fetch, languageModels: models };
}

async function run(order: Extract<Work, { type: 'start' | 'resume' }>, tools: Tools): Promise<void> {
  const { deps, giveUp, http, models, symbols, send } = tools;
  const { concurrency, budget, force, allowOutside, allowScripts = false, retryFailed, again } = order.choices;
  let failure: unknown;
  let folder = '';
  const settings: RunSettings = {
    profiles: order.profiles,
    http,
    languageModels: models,
    editorSymbols: symbols,
    version: deps.version,
    stop: deps.stop.signal,
    giveUp,
    onStarted: (id, path) => {
      folder = path;
      send({ type: 'started', run: id, folder: path });
    },
    onEstimate: (expected) => {
      send({ type: 'log', level: 'info', message: estimateLine(expected) });
    },
    onProgress: (snapshot) => {
      send({ type: 'progress', snapshot });
    },
    allowScripts,
    allowCode: order.choices.code === 'run',
    environment: deps.env,
    onScriptLine: (step, line) => {
      send({ type: 'log', level: 'info', message: `[${step}] ${line}` });
    },
    onWarning: (message) => {
      send({ type: 'log', level: 'warning', message });
    },
    onChangedInputs: (message) => {
      send({ type: 'inputs-changed', message });
    },
    onFailure: (error) => {
      failure = error;
    },
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(budget === undefined ? {} : { budget }),
    ...(force === undefined ? {} : { force }),
    ...(allowOutside === undefined ? {} : { allowOutside }),
  };
  await told(send, async () => {
    const summary =
      order.type === 'start'
        ? await start(order, settings, tools)
        : await resumeRun({
            ...settings,
            folder: order.folder,
            retryFailed: retryFailed === true,
            again: again === true,
          });
    if (summary === null) return;
    const off = summary.state === 'done' ? await readTokensOff(runPaths(folder)) : null;
    const stop = summary.state === 'interrupted' ? stopKindOf(settings) : null;
    send({ type: 'finished', summary, stop, ...reasonOf(failure), tokensOff: off });
  });
}

/** Does something with a pipeline; why it could not be begun is told to the editor. */
async function told(send: Tools['send'], act: () => Promise<void>): Promise<void> {
  try {
    await act();
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

function reasonOf(failure: unknown): Pick<Extract<FromChild, { type: 'finished' }>, 'failure' | 'budget'> {
  if (failure instanceof EndpointError) return { failure: { endpoint: failure.endpoint, failure: failure.failure } };
  if (failure instanceof BudgetReachedError) return { budget: { limit: failure.limit, amount: failure.amount } };
  return {};
}

async function test({ profile, model }: Extract<Work, { type: 'test' }>, tools: Tools): Promise<void> {
  const endpoint = createEndpoint(profile, endpointDeps(tools));
  const named = model === undefined ? profile.profile : { ...profile.profile, model };
  const { ok, message, code } = await testConnection(endpoint, named);
  await endpoint.close();
  tools.send({ type: 'tested', ok, message, ...(code === null ? {} : { failure: code }) });
}

async function listModels(profile: NamedProfile, tools: Tools): Promise<void> {
  const endpoint = createEndpoint(profile, endpointDeps(tools));
  try {
    tools.send({ type: 'models', names: await endpoint.models(), error: null });
  } catch (error) {
    tools.send({ type: 'models', names: [], error: explain(error).message });
  } finally {
    await endpoint.close();
  }
}

async function estimate(order: Extract<Work, { type: 'estimate' }>, { deps, send }: Tools): Promise<void> {
  await told(send, async () => {
    const { plan, root } = await planOrder(order, deps);
    const { profiles, choices } = order;
    const expected = estimateRun(plan, profiles, await measuredSteps(plan, root), choices.concurrency);
    send({ type: 'estimated', estimate: expected });
  });
}

async function rehearseOrder(
  order: Extract<Work, { type: 'rehearse' }>,
  { deps, http, models, send }: Tools,
): Promise<void> {
  await told(send, async () => {
    const { plan, text, root } = await planOrder(order, deps);
    const { profiles, former } = order;
    const settings = { profiles, http, languageModels: models, version: deps.version, environment: deps.env };
    const rehearsal = await rehearse({ ...settings, plan, text, root, former, stop: deps.stop.signal });
    send({ type: 'rehearsed', rehearsal });
  });
}

/** @returns null when the person is to be asked first */
async function start(
  order: Extract<Work, { type: 'start' }>,
  settings: RunSettings,
  { deps, send }: Tools,
): Promise<RunSummary | null> {
  const { mode, choices, profiles } = order;
  const { plan, text, root, warnings } = await planOrder(order, deps);
  const { limit, more, fresh, askAgain, confirm = 'never' } = choices;
  const running = choices.code === 'ask' ? stepsThatRunCode(plan) : [];
  if (running.length > 0) {
    send({ type: 'confirm', reason: 'run-code', steps: running });
    return null;
  }
  if (mode === 'run' && confirm !== 'never') {
    const expected = estimateRun(plan, profiles, await measuredSteps(plan, root), choices.concurrency);
    if (isWorthAsking(confirm, expected, profiles)) {
      send({ type: 'confirm', reason: 'estimate', estimate: expected });
      return null;
    }
  }
  for (const warning of warnings) send({ type: 'log', level: 'warning', message: formatDiagnostic(warning) });
  return startRun({
    ...settings,
    plan,
    text,
    root,
    mode,
    ...(limit === undefined ? {} : { limit }),
    ...(more === undefined ? {} : { more }),
    ...(fresh === undefined ? {} : { fresh }),
    ...(askAgain === undefined ? {} : { askAgain }),
  });
}

/** Plans the pipeline that an order names. @throws InvalidInputError */
async function planOrder(
  order: Extract<Work, { type: 'start' | 'estimate' | 'rehearse' }>,
  deps: ChildDeps,
): Promise<{ plan: Plan; warnings: readonly Diagnostic[]; text: string; root: string }> {
  const { file, profiles, broken = [], choices, defaults = {} } = order;
  const root = await findWorkspaceRoot(file);
  const text = ('text' in order ? order.text : undefined) ?? (await readFile(file, 'utf8'));
  const context = {
    ...(await openLibrary(deps.library)),
    profiles,
    broken,
    root,
    userTemplatesFolders: [userTemplates(deps.env)],
    overrides: overridesOf(choices, root),
    defaults,
  };
  return { ...(await planPipeline({ file, text }, context)), text, root };
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
