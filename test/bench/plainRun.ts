/** A process that runs a pipeline without questions over many records (JSONL, modify, JSONL) and watches its memory. */
import { boundMemory } from '../../src/cli/boundMemory.ts';
import { createHttpFetch } from '../../src/core/endpoints/httpFetch.ts';
import { startRun } from '../../src/core/run/runPipeline.ts';
import { plainOrder, type PlainReport } from './messages.ts';
import { modifyPlan } from './plans.ts';
import { answerOrders, peakMemory } from './worker.ts';
import { makeWorkspace, removeWorkspace } from './workspace.ts';

/** Records after which what the process needs at any rate is there. */
const SETTLED_RECORDS = 100_000;

// As the command does.
boundMemory();
answerOrders(plainOrder, async ({ input }): Promise<PlainReport> => {
  const root = makeWorkspace();
  const http = createHttpFetch();
  const settled = { peak: 0 };
  const startedAt = performance.now();
  const summary = await startRun({
    plan: modifyPlan(root, input),
    text: '',
    root,
    mode: 'run',
    http,
    version: 'bench',
    profiles: [],
    onProgress: ({ records }) => {
      if (records < SETTLED_RECORDS) settled.peak = peakMemory();
    },
  });
  const milliseconds = performance.now() - startedAt;
  await http.close();
  removeWorkspace(root);
  if (summary.state !== 'done') throw new Error(`The run ended as ${summary.state}: ${summary.error ?? ''}`);
  const { records } = summary;
  const peakBytes = peakMemory();
  return { milliseconds, records, peakBytes, growth: (peakBytes - settled.peak) / (records - SETTLED_RECORDS) };
});
