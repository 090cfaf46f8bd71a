/** A process that runs a pipeline without questions over many records (JSONL, modify, JSONL) and watches its memory. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHttpFetch } from '../../src/core/endpoints/httpFetch.ts';
import type { Plan } from '../../src/core/pipeline/plan.ts';
import { startRun } from '../../src/core/run/runPipeline.ts';
import { plainOrder, type PlainReport } from './messages.ts';
import { answerOrders } from './worker.ts';

/** Records after which what the process needs at any rate is there. */
const SETTLED_RECORDS = 100_000;

const go=(async ({ input }:any): Promise<PlainReport> => {
  const root = mkdtempSync(join(tmpdir(), 'openline-bench-'));
  const http = createHttpFetch();
  let settledPeak: number | null = null;
  let peak = 0;
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
      if (globalThis.gc) {globalThis.gc(); const m=process.memoryUsage(); console.log(records,(m.heapUsed/1e6).toFixed(1),(m.external/1e6).toFixed(1),(m.arrayBuffers/1e6).toFixed(1),(m.rss/1e6).toFixed(0));}
      peak = Math.max(peak, process.memoryUsage.rss());
      if (records >= SETTLED_RECORDS) settledPeak ??= peak;
    },
  });
  const milliseconds = performance.now() - startedAt;
  await http.close();
  rmSync(root, { recursive: true, force: true });
  if (summary.state !== 'done') throw new Error(`The run ended as ${summary.state}: ${summary.error ?? ''}`);
  const { records } = summary;
  const peakBytes = Math.max(peak, process.resourceUsage().maxRSS * 1024);
  return { milliseconds, records, peakBytes, growth: (peakBytes - (settledPeak ?? 0)) / (records - SETTLED_RECORDS) };
});

console.log(await go({input:'/tmp/fbench/in.jsonl'}));
function modifyPlan(root: string, input: string): Plan {
  const file = { path: input, shown: 'input.jsonl' };
  return {
    file: join(root, 'modify.openline.yaml'),
    name: 'modify',
    recipe: null,
    parameters: {},
    steps: [
      {
        id: 'lines',
        kind: 'read',
        from: [],
        prefixesKeys: false,
        source: { kind: 'files', files: [file], as: 'jsonl', field: null, into: 'text', keepFields: true, strict: false },
      },
      {
        id: 'renamed',
        kind: 'modify',
        from: [{ step: 'lines', source: 0 }],
        prefixesKeys: false,
        rename: { text: 'document' },
        set: { language: 'en' },
        remove: [],
      },
    ],
    outputs: [
      {
        from: 'renamed',
        path: join(root, 'out.jsonl'),
        shown: 'out.jsonl',
        name: 'out',
        outside: false,
        format: 'jsonl',
        fields: null,
      },
    ],
    budget: {},
    endpoints: [],
    hash: '',
  };
}
