/** One run of Openline against a service, with everything it writes, timed. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { boundMemory } from '../../src/cli/boundMemory.ts';
import type { HttpFetch } from '../../src/core/endpoints/httpFetch.ts';
import { endpointProfileSchema, type NamedProfile } from '../../src/core/endpoints/profile.ts';
import type { Plan } from '../../src/core/pipeline/plan.ts';
import { startRun } from '../../src/core/run/runPipeline.ts';
import { openQaPlan } from '../support/openQaPlan.ts';
import type { OpenlineOrder, OpenlineReport } from './messages.ts';
import { cpuMilliseconds } from './worker.ts';
import { makeWorkspace } from './workspace.ts';

/** How often the partial file is looked at, in milliseconds. */
const LOOK_MS = 5;

export async function runOpenline(order: OpenlineOrder, http: HttpFetch): Promise<OpenlineReport> {
  // As the command does; a process runs either Openline or a floor.
  boundMemory();
  const { url, slots, sizes, mode, watch } = order;
  const root = makeWorkspace();
  const plan = await openQaPlan(root, sizes, mode);
  let folder = '';
  let firstRecord: number | null = null;
  const before = cpuMilliseconds();
  const startedAt = performance.now();
  const watcher = setInterval(() => {
    if (!watch || firstRecord !== null || !holdsRecord(folder, plan)) return;
    firstRecord = performance.now() - startedAt;
  }, LOOK_MS);
  const summary = await startRun({
    plan,
    text: '',
    root,
    mode: 'run',
    http,
    version: 'bench',
    profiles: [serviceProfile(url, slots)],
    onStarted: (_run, path) => {
      folder = path;
    },
    onProgress: () => undefined,
  });
  const milliseconds = performance.now() - startedAt;
  clearInterval(watcher);
  if (summary.state !== 'done') throw new Error(`The run ended as ${summary.state}: ${summary.error ?? ''}`);
  const { requests, records, discarded } = summary;
  return {
    milliseconds,
    cpuMilliseconds: cpuMilliseconds() - before,
    requests,
    records,
    discarded,
    firstRecord,
    root,
    folder,
  };
}

/** The profile that the plan names, pointing at the service. */
export function serviceProfile(url: string, slots: number): NamedProfile {
  const profile = endpointProfileSchema.parse({ base_url: url, auth: 'none', max_concurrency: slots });
  return { name: 'sample', profile };
}

function holdsRecord(folder: string, plan: Plan): boolean {
  const partial = join(folder, 'outputs', `${plan.outputs[0]?.name ?? ''}.partial`);
  return existsSync(partial) && statSync(partial).size > 0;
}
