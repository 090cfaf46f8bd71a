/** Tells a client that wants to know how the runs of its call go on (`notifications/progress`). */
import type { ServerContext } from '@modelcontextprotocol/server';
import type { RunOwner } from '../../core/tools/runOwner.ts';

/** How often, in milliseconds. */
const TELL_MS = 500;

/**
 * @param runs carries them out; its runs that are begun through the result are told of until they or the call end
 * @param ended aborted when the call has been answered
 * @returns the same where the client did not ask
 */
export function tellProgress(runs: RunOwner, { mcpReq }: ServerContext, ended: AbortSignal): RunOwner {
  const token = mcpReq._meta?.progressToken;
  if (token === undefined) return runs;
  // What is told has to grow, whatever a snapshot says.
  let told = -1;
  const tell = (folder: string): void => {
    const snapshot = runs.snapshot(folder);
    const answers = snapshot === null ? 0 : snapshot.requests + snapshot.reused;
    if (snapshot === null || answers <= told) return;
    told = answers;
    const message = `${snapshot.pipeline}: ${snapshot.records} records, ${answers} answers`;
    const params = { progressToken: token, progress: answers, message };
    // A client that has gone away is told nothing.
    void mcpReq.notify({ method: 'notifications/progress', params }).catch(() => undefined);
  };
  return {
    start(order) {
      const run = runs.start(order);
      void run.started.then((folder) => {
        if (folder === undefined || ended.aborted) return;
        const timer = setInterval(tell, TELL_MS, folder);
        const end = (): void => {
          clearInterval(timer);
        };
        void run.outcome.then(end);
        ended.addEventListener('abort', end, { once: true });
      });
      return run;
    },
    snapshot: (folder) => runs.snapshot(folder),
    cancel: (folder) => runs.cancel(folder),
  };
}
