/** The command as the editor's child: it owns a run and speaks over IPC (core/run/childProtocol.ts). */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { InvalidInputError } from '../core/errors.ts';
import { endpointProfileSchema } from '../core/endpoints/profile.ts';
import { planPipeline } from '../core/pipeline/planPipeline.ts';
import { findWorkspaceRoot } from '../core/pipeline/workspaceRoot.ts';
import type { FromChild, RunChoices } from '../core/run/childProtocol.ts';
import type { RunSummary } from '../core/run/events.ts';
import { ForeignOutputError, OutsideWorkspaceError } from '../core/run/output.ts';
import { resumeRun, startRun, type RunSettings } from '../core/run/runPipeline.ts';
import { explain } from './commandLine.ts';
import { openHttp, openLibrary } from './workspace.ts';
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
const profiles = z.array(z.object({ name: z.string(), profile: endpointProfileSchema, key: z.string().optional() }));
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
  process.on('message', (raw) => {
    const message = toChild.safeParse(raw);
    if (!message.success) {
      send({ type: 'log', level: 'error', message: `Message not understood: ${z.prettifyError(message.error)}` });
      return;
    }
    if (message.data.type === 'cancel') deps.stop.abort();
    else void work(message.data, deps, send);
  });
  // Without the editor nobody watches or can cancel: what is in flight is journalled, the run can be resumed.
  process.on('disconnect', () => {
    deps.stop.abort();
  });
  // The editor's Ctrl+C in a terminal reaches the whole group; the editor itself says what to do.
  process.on('SIGINT', () => undefined);
  send({ type: 'ready' });
}

type Work = Exclude<z.infer<typeof toChild>, { type: 'cancel' }>;

async function work(order: Work, deps: ChildDeps, send: (message: FromChild) => void): Promise<void> {
  const http = openHttp(deps.env);
  try {
    const choices = order.choices as RunChoices;
    const settings: RunSettings = {
      profiles: order.profiles as RunSettings['profiles'],
      http,
      version: deps.version,
      stop: deps.stop.signal,
      onStarted: (run, folder) => {
        send({ type: 'started', run, folder });
      },
      onProgress: (snapshot) => {
        send({ type: 'progress', snapshot });
      },
      onWarning: (message) => {
        send({ type: 'log', level: 'warning', message });
      },
      ...(choices.concurrency === undefined ? {} : { concurrency: choices.concurrency }),
      ...(choices.budget === undefined ? {} : { budget: choices.budget }),
      ...(choices.force === undefined ? {} : { force: choices.force }),
      ...(choices.fresh === undefined ? {} : { fresh: choices.fresh }),
      ...(choices.allowOutside === undefined ? {} : { allowOutside: choices.allowOutside }),
    };
    const summary: RunSummary =
      order.type === 'start'
        ? await start(order.file, order.mode, choices, settings, deps, send)
        : await resumeRun({ ...settings, folder: order.folder, retryFailed: choices.retryFailed === true });
    send({ type: 'finished', summary });
  } catch (error) {
    if (error instanceof ForeignOutputError) send({ type: 'confirm', reason: 'foreign-output', path: error.path });
    else if (error instanceof OutsideWorkspaceError)
      send({ type: 'confirm', reason: 'outside-workspace', path: error.path });
    else {
      const diagnostics = error instanceof InvalidInputError ? error.diagnostics : [];
      send({ type: 'invalid', diagnostics, message: explain(error).message });
    }
  } finally {
    await http.close();
    if (process.connected) process.disconnect();
  }
}

async function start(
  file: string,
  mode: 'run' | 'preview',
  choices: RunChoices,
  settings: RunSettings,
  deps: ChildDeps,
  send: (message: FromChild) => void,
): Promise<RunSummary> {
  const root = await findWorkspaceRoot(file);
  const text = await readFile(file, 'utf8');
  const { endpoint, model, set, output, until, budget, limit, more } = choices;
  const overrides = {
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(model === undefined ? {} : { model }),
    ...(set === undefined ? {} : { set }),
    ...(output === undefined ? {} : { output: resolve(root, output) }),
    ...(until === undefined ? {} : { until }),
    ...(budget === undefined ? {} : { budget }),
  };
  const { plan, warnings } = await planPipeline(
    { file, text },
    { ...(await openLibrary(deps.library)), profiles: settings.profiles, root, overrides },
  );
  for (const warning of warnings) send({ type: 'log', level: 'warning', message: warning.message });
  return startRun({
    ...settings,
    plan,
    text,
    root,
    mode,
    ...(limit === undefined ? {} : { limit }),
    ...(more === undefined ? {} : { more }),
  });
}
