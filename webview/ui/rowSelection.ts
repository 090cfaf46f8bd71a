/** Rows that are selected in a long list, as stretches: a list of a million takes no room when all of it is selected. */
import type { RowRanges } from '../../src/protocol/studio.ts';

export class RowSelection {
  #ranges: RowRanges = [];
  /** Where a selection with Shift begins. */
  #anchor = 0;

  /** In the list's order, neither touching nor overlapping; `to` is after the last row. */
  get ranges(): RowRanges {
    return this.#ranges;
  }

  /** How many rows are selected. */
  get size(): number {
    return this.#ranges.reduce((sum, { from, to }) => sum + to - from, 0);
  }

  has(row: number): boolean {
    return this.#ranges.some(({ from, to }) => row >= from && row < to);
  }

  /** Nothing is selected any more. @param row where the next selection begins */
  clear(row = 0): void {
    this.#ranges = [];
    this.#anchor = row;
  }

  /** Selects a row, or takes it out again. @param chosen goes along when it is the first; -1: none */
  toggle(row: number, chosen = -1): void {
    if (this.size === 0 && chosen >= 0 && chosen !== row) this.toggle(chosen);
    this.#anchor = row;
    const rest = without(this.#ranges, row);
    this.#ranges = this.has(row) ? rest : merged([...rest, { from: row, to: row + 1 }]);
  }

  /** Selects everything between where the selection began and a row. */
  extendTo(row: number): void {
    const [from, last] = [Math.min(this.#anchor, row), Math.max(this.#anchor, row)];
    this.#ranges = [{ from, to: last + 1 }];
  }

  all(count: number): void {
    this.#ranges = count > 0 ? [{ from: 0, to: count }] : [];
  }

  /** @returns whether the key was one that selects */
  onKey({ key, ctrlKey, metaKey }: PressedKey, { active, chosen, count }: ListState): boolean {
    const withControl = ctrlKey || metaKey;
    if (withControl && key.toLowerCase() === 'a') this.all(count);
    else if (withControl && key === ' ' && active >= 0) this.toggle(active, chosen);
    else if (key === 'Escape' && !withControl && this.size > 0) this.clear(active);
    else return false;
    return true;
  }
}

/** What of a pressed key counts. */
interface PressedKey {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

/** The list as it is when a key is pressed; -1: none. */
export interface ListState {
  readonly active: number;
  readonly chosen: number;
  readonly count: number;
}

function without(ranges: RowRanges, row: number): RowRanges {
  return ranges
    .flatMap(({ from, to }) => [
      { from, to: Math.min(to, Math.max(from, row)) },
      { from: Math.max(from, Math.min(to, row + 1)), to },
    ])
    .filter(({ from, to }) => from < to);
}

function merged(ranges: RowRanges): RowRanges {
  const made: { from: number; to: number }[] = [];
  for (const { from, to } of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = made.at(-1);
    if (last !== undefined && last.to >= from) last.to = Math.max(last.to, to);
    else made.push({ from, to });
  }
  return made;
}
