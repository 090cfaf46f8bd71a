/**
 * A process that fills a journal with answers made on the spot, stops, and takes the run up again. The answers come from
 * within the process, so that a million of them take minutes and not hours.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HttpFetch } from '../../src/core/endpoints/httpFetch.ts';
import { parseJson } from '../../src/core/record/json.ts';
import { resumeRun, startRun, type RunSettings } from '../../src/core/run/runPipeline.ts';
import { openQaPlan } from '../support/openQaPlan.ts';
import { createAnswers } from './answers.ts';
import { lastMessageOf, questionId } from './behaviour.ts';
import { resumeOrder, type ResumeReport } from './messages.ts';
import { serviceProfile } from './openlineRun.ts';
import { answerOrders } from './worker.ts';

answerOrders(resumeOrder, async ({ answers, sizes }): Promise<ResumeReport> => {
  const root = mkdtempSync(join(tmpdir(), 'openline-bench-'));
  try {
    const service = createOwnService();
    const settings: RunSettings = {
      http: service,
      version: 'bench',
      profiles: [serviceProfile('http://127.0.0.1:1/v1', 64)],
    };
    const stop = new AbortController();
    let folder = '';
    service.onRequest = (count) => {
      if (count === answers) stop.abort();
    };
    const plan = await openQaPlan(root, sizes, 'local');
    const onStarted = (_run: string, path: string): void => {
      folder = path;
    };
    await startRun({ ...settings, plan, text: '', root, mode: 'run', stop: stop.signal, onStarted });

    let firstRequest: number | null = null;
    let lastRequest: number | null = null;
    service.onRequest = () => {
      lastRequest = performance.now() - startedAt;
      firstRequest ??= lastRequest;
    };
    const journalBytes = statSync(join(folder, 'journal.jsonl')).size;
    const startedAt = performance.now();
    const summary = await resumeRun({ ...settings, folder });
    const milliseconds = performance.now() - startedAt;
    if (summary.state !== 'done') throw new Error(`The run ended as ${summary.state}: ${summary.error ?? ''}`);
    return {
      replayed: summary.replayed,
      requests: summary.requests,
      journalBytes,
      firstRequest,
      milliseconds,
      peakBytes: process.resourceUsage().maxRSS * 1024,
    };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

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
      return Promise.resolve(response as unknown as Response);
    },
    close: () => Promise.resolve(),
  };
  return service;
}
