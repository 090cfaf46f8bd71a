/**
 * A process that fills a journal with answers, or takes such a run up again. The answers come from within the process, so
 * that a million of them take minutes and not hours.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import type { HttpFetch } from '../../src/core/endpoints/httpFetch.ts';
import { parseJson } from '../../src/core/record/json.ts';
import type { RunSettings } from '../../src/core/run/runJob.ts';
import { resumeRun, startRun } from '../../src/core/run/runPipeline.ts';
import { openQaPlan } from '../support/openQaPlan.ts';
import { createAnswers } from './answers.ts';
import { lastMessageOf, questionId } from './behaviour.ts';
import { resumeOrder, type fillReport, type FillOrder, type ResumeReport } from './messages.ts';
import { serviceProfile } from './openlineRun.ts';
import { oneStepPlan } from './plans.ts';
import { answerOrders, cpuMilliseconds, peakMemory } from './worker.ts';
import { makeWorkspace } from './workspace.ts';

answerOrders(resumeOrder, (order): Promise<object> => {
  const service = createOwnService();
  const settings: RunSettings = {
    http: service,
    version: 'bench',
    profiles: [serviceProfile('http://127.0.0.1:1/v1', 64)],
  };
  return order.do === 'fill' ? fill(order, settings, service) : takeUp(order.folder, settings, service);
});

/** Questions that are left for the run that is taken up. */
const LEFT_OVER = 1000;

/** Runs until there are so many answers in the journal. */
async function fill(
  { answers, sizes }: FillOrder,
  settings: RunSettings,
  service: OwnService,
): Promise<z.infer<typeof fillReport>> {
  const root = makeWorkspace();
  const stop = new AbortController();
  let folder = '';
  service.onRequest = (count) => {
    if (count === answers) stop.abort();
  };
  const onStarted = (_run: string, path: string): void => {
    folder = path;
  };
  const plan = await (sizes === null ? oneStepPlan(root, answers + LEFT_OVER) : openQaPlan(root, sizes, 'local'));
  await startRun({ ...settings, plan, text: '', root, mode: 'run', stop: stop.signal, onStarted });
  return { root, folder };
}

/** Takes the run up in a process that knows nothing of it, as after a crash. */
async function takeUp(folder: string, settings: RunSettings, service: OwnService): Promise<ResumeReport> {
  let firstRequest: number | null = null;
  service.onRequest = () => {
    firstRequest ??= performance.now() - startedAt;
  };
  const journalBytes = statSync(join(folder, 'journal.jsonl')).size;
  const before = cpuMilliseconds();
  const startedAt = performance.now();
  const summary = await resumeRun({ ...settings, folder });
  const milliseconds = performance.now() - startedAt;
  if (summary.state !== 'done') throw new Error(`The run ended as ${summary.state}: ${summary.error ?? ''}`);
  const { replayed, requests } = summary;
  const peakBytes = peakMemory();
  return {
    replayed,
    requests,
    journalBytes,
    firstRequest,
    milliseconds,
    cpuMilliseconds: cpuMilliseconds() - before,
    peakBytes,
  };
}

interface OwnService extends HttpFetch {
  /** Told the number of each request. */
  onRequest: (count: number) => void;
}

function createOwnService(): OwnService {
  const answerTo = createAnswers();
  let count = 0;
  const headers = new Headers({ 'content-type': 'application/json' });
  const service: OwnService = {
    onRequest: () => undefined,
    fetch(_address, init) {
      count += 1;
      service.onRequest(count);
      const content = lastMessageOf(parseJson(typeof init?.body === 'string' ? init.body : ''));
      const text = answerTo(content, questionId(content));
      const response = { status: 200, ok: true, headers, body: null, text: () => Promise.resolve(text) };
      // As over a network, nothing is there before the event loop has had a turn.
      return new Promise((resolve) => setImmediate(resolve, response as unknown as Response));
    },
    transfer: () => Promise.reject(new Error('nothing is transferred')),
    download: (url) => Promise.reject(new Error(`${url} is not there: nothing is downloaded here`)),
    close: () => Promise.resolve(),
  };
  return service;
}
