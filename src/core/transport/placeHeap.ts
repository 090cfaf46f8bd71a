import { comparePlaces } from '../record/key.ts';
import type { Place } from '../record/key.ts';

interface Entry<Value> {
  readonly place: Place | undefined;
  readonly arrival: number;
  readonly value: Value;
}

/** A queue that gives out the smallest place first; what has none comes last, and equals in order of arrival. */
export interface PlaceHeap<Value> {
  readonly size: number;
  push(place: Place | undefined, value: Value): void;
  pop(): Value | undefined;
}

/** A binary heap over places. */
export function createPlaceHeap<Value>(): PlaceHeap<Value> {
  const entries: Entry<Value>[] = [];
  let arrivals = 0;

  function swap(a: number, b: number): void {
    const first = entries[a];
    const second = entries[b];
    if (first === undefined || second === undefined) return;
    entries[a] = second;
    entries[b] = first;
  }

  function isBefore(a: number, b: number): boolean {
    const first = entries[a];
    const second = entries[b];
    if (first === undefined || second === undefined) return false;
    return compareEntries(first, second) < 0;
  }

  function sink(start: number): void {
    let index = start;
    for (;;) {
      const left = 2 * index + 1;
      const right = left + 1;
      let smallest = index;
      if (isBefore(left, smallest)) smallest = left;
      if (isBefore(right, smallest)) smallest = right;
      if (smallest === index) return;
      swap(index, smallest);
      index = smallest;
    }
  }

  return {
    get size() {
      return entries.length;
    },
    push(place, value) {
      arrivals += 1;
      entries.push({ place, arrival: arrivals, value });
      let index = entries.length - 1;
      while (index > 0) {
        const parent = (index - 1) >> 1;
        if (!isBefore(index, parent)) return;
        swap(index, parent);
        index = parent;
      }
    },
    pop() {
      const top = entries[0];
      const last = entries.pop();
      if (top === undefined || last === undefined) return undefined;
      if (entries.length > 0) {
        entries[0] = last;
        sink(0);
      }
      return top.value;
    },
  };
}

function compareEntries<Value>(a: Entry<Value>, b: Entry<Value>): number {
  if (a.place !== undefined && b.place !== undefined) return comparePlaces(a.place, b.place) || a.arrival - b.arrival;
  if (a.place !== undefined) return -1;
  if (b.place !== undefined) return 1;
  return a.arrival - b.arrival;
}
