/** The model service as the benchmark sees it. */
import type { Behaviour } from './behaviour.ts';
import { serviceReport, type ServiceReport } from './messages.ts';
import { Worker } from './worker.ts';

export interface Service {
  readonly url: string;
  /** How it behaves from now on; counts start anew. */
  behave(behaviour: Behaviour): Promise<void>;
  /** What it did since. */
  report(): Promise<ServiceReport>;
  stop(): Promise<void>;
}

export async function startService(): Promise<Service> {
  const worker = new Worker('modelService.ts');
  const { port } = await worker.ask({ do: 'report' }, serviceReport);
  return {
    url: `http://127.0.0.1:${port}/v1`,
    async behave(behaviour) {
      await worker.ask({ do: 'behave', behaviour }, serviceReport);
    },
    report: () => worker.ask({ do: 'report' }, serviceReport),
    stop: () => worker.stop(),
  };
}
