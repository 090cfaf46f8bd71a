/** How the steps of a pipeline are drawn one below the other, with lanes beside them that tell what reads from what. */

/** A step as far as the drawing of its links needs it. */
export interface LinkedStep {
  readonly id: string;
  /** Ids of the steps it reads from. Those that are not among the steps are passed over. */
  readonly from: readonly string[];
}

/** What is drawn beside one step. Lanes count from 0 at the left. */
export interface StepLanes {
  /** Lane of the step's own dot. */
  readonly lane: number;
  /** Lanes that come from above and end in the dot. */
  readonly into: readonly number[];
  /** Lanes that go by, from above to below. */
  readonly past: readonly number[];
  /** Whether the step's lane goes on below it. */
  readonly goesOn: boolean;
}

/** The steps in an order in which none stands before one it reads from (else as given), and their lanes. */
export interface LaidOutSteps<Step> {
  readonly rows: readonly (StepLanes & { readonly step: Step })[];
  /** Lanes in all, at least 1. */
  readonly width: number;
}

export function layOutSteps<Step extends LinkedStep>(steps: readonly Step[]): LaidOutSteps<Step> {
  const sorted = inOrder(steps);
  const place = new Map(sorted.map(({ id }, index) => [id, index]));
  /** Sources by the step; what stands below the step (a circle) is not drawn. */
  const sources = sorted.map(({ from }, index) => [...new Set(from)].filter((id) => (place.get(id) ?? index) < index));
  const readers = new Map<string, number>();
  for (const id of sources.flat()) readers.set(id, (readers.get(id) ?? 0) + 1);
  /** Whose records each lane carries. */
  const lanes: (string | null)[] = [];
  let width = 1;
  const rows = sorted.map((step, index) => {
    const into = (sources[index] ?? []).map((id) => lanes.indexOf(id));
    for (const id of sources[index] ?? []) {
      const rest = (readers.get(id) ?? 1) - 1;
      readers.set(id, rest);
      if (rest === 0) lanes[lanes.indexOf(id)] = null;
    }
    const lane = laneFor(into, lanes);
    const past = lanes.flatMap((id, at) => (id === null || at === lane ? [] : [at]));
    const goesOn = (readers.get(step.id) ?? 0) > 0;
    lanes[lane] = goesOn ? step.id : null;
    width = Math.max(width, lane + 1, ...past.map((at) => at + 1));
    return { step, lane, into, past, goesOn };
  });
  return { rows, width };
}

/** A lane that has just ended here, else the first free one. */
function laneFor(into: readonly number[], lanes: (string | null)[]): number {
  const ended = into.filter((at) => lanes[at] === null);
  if (ended.length > 0) return Math.min(...ended);
  const free = lanes.indexOf(null);
  if (free !== -1) return free;
  lanes.push(null);
  return lanes.length - 1;
}

function inOrder<Step extends LinkedStep>(steps: readonly Step[]): readonly Step[] {
  const ids = new Set(steps.map(({ id }) => id));
  const done = new Set<string>();
  const waiting = [...steps];
  const sorted: Step[] = [];
  while (waiting.length > 0) {
    const ready = waiting.findIndex(({ from }) => from.every((id) => done.has(id) || !ids.has(id)));
    // Steps in a circle are drawn as they stand.
    const [next] = waiting.splice(Math.max(0, ready), 1);
    if (next === undefined) break;
    sorted.push(next);
    done.add(next.id);
  }
  return sorted;
}
