/** A process that runs a pipeline without questions over many records (JSONL, modify or dedup, JSONL) and watches its memory. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { boundMemory } from '../../src/cli/boundMemory.ts';
import { createHttpFetch } from '../../src/core/endpoints/httpFetch.ts';
import { startRun } from '../../src/core/run/runPipeline.ts';
import { plainOrder, type PlainReport } from './messages.ts';
import { dedupPlan, modifyPlan } from './plans.ts';
import { answerOrders, peakMemory } from './worker.ts';
import { makeWorkspace, removeWorkspace } from './workspace.ts';

/** Records after which what the process needs at any rate is there. */
const SETTLED_RECORDS = 100_000;

// As the command does.
boundMemory();
answerOrders(plainOrder, async ({ input, dedup }): Promise<PlainReport> => {
  const root = makeWorkspace();
  const http = createHttpFetch();
  const settled = { peak: 0 };
  const plan = dedup === null ? modifyPlan(root, input) : dedupPlan(root, input, dedup);
  const startedAt = performance.now();
  const summary = await startRun({
    plan,
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
  const peakBytes = peakMemory();
  await http.close();
  const [output] = plan.outputs;
  const plantedLeft = dedup === 'fuzzy' && output !== undefined ? await countPlanted(output.path) : 0;
  removeWorkspace(root);
  if (summary.state !== 'done') throw new Error(`The run ended as ${summary.state}: ${summary.error ?? ''}`);
  const { records } = summary;
  const growth = (peakBytes - settled.peak) / (records - SETTLED_RECORDS);
  return { milliseconds, records, peakBytes, plantedLeft, growth };
});

async function countPlanted(path: string): Promise<number> {
  let count = 0;
  for await (const line of createInterface({ input: createReadStream(path) })) {
    if (line.includes('"planted":true')) count += 1;
  }
  return count;
}
