/** What the benchmark prints. */

export interface Figure {
  readonly what: string;
  readonly value: string;
  /** What it is measured against, and whether it keeps to that. */
  readonly target?: { readonly text: string; readonly met: boolean };
}

/** Measured, with an upper bound. */
export function atMost(what: string, measured: number, bound: number, show: (value: number) => string): Figure {
  return { what, value: show(measured), target: { text: `≤ ${show(bound)}`, met: measured <= bound } };
}

/** Measured, with a lower bound. */
export function atLeast(what: string, measured: number, bound: number, show: (value: number) => string): Figure {
  return { what, value: show(measured), target: { text: `≥ ${show(bound)}`, met: measured >= bound } };
}

export function plain(what: string, value: string): Figure {
  return { what, value };
}

export function printFigures(title: string, figures: readonly Figure[]): void {
  const [whatWidth, valueWidth] = [58, 34];
  const lines = figures.map(({ what, value, target }) => {
    const verdict = target === undefined ? '' : `${target.text.padEnd(12)} ${target.met ? 'met' : 'MISSED'}`;
    return `  ${what.padEnd(whatWidth)} ${value.padEnd(valueWidth)} ${verdict}`.trimEnd();
  });
  process.stdout.write(`${title}\n${lines.join('\n')}\n\n`);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

export const ratio = (value: number): string => value.toFixed(3);
export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`;
export const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
export const microseconds = (milliseconds: number): string => `${Math.round(milliseconds * 1000)} µs`;
