import { createPlaceHeap } from '../../src/core/transport/placeHeap.ts';
import type { JournalledRequest } from './journalledRequests.ts';

/** How long each request takes; milliseconds. */
export type Durations = (request: JournalledRequest) => number;

/**
 * Milliseconds that the requests take when nothing but the services' own time counts: a free slot goes to the smallest
 * place in output order, the deeper request on a tie, and an answer leads to the next requests at once.
 */
export function simulate(
  requests: ReadonlyMap<string, JournalledRequest>,
  slots: number,
  durationOf: Durations,
): number {
  const children = Map.groupBy(requests.values(), ({ parent }) => parent);
  const ready = createPlaceHeap<JournalledRequest>();
  const running: { readonly request: JournalledRequest; readonly end: number }[] = [];
  let now = 0;
  const release = (parent: string | undefined): void => {
    for (const request of children.get(parent) ?? []) ready.push(request.place, request);
  };
  release(undefined);
  for (;;) {
    while (running.length < slots) {
      const request = ready.pop();
      if (request === undefined) break;
      running.push({ request, end: now + durationOf(request) });
    }
    const [first] = running.toSorted((a, b) => a.end - b.end);
    if (first === undefined) return now;
    now = first.end;
    running.splice(running.indexOf(first), 1);
    release(first.request.address);
  }
}

/** Milliseconds of the answers that one request's own chain needs, itself included. */
export function chainOf(requests: ReadonlyMap<string, JournalledRequest>, last: string, durationOf: Durations): number {
  let sum = 0;
  for (let request = requests.get(last); request !== undefined; request = requests.get(request.parent ?? '')) {
    sum += durationOf(request);
  }
  return sum;
}
