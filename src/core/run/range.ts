/** The lowest and the highest that is to be expected, and what is most likely. */
export interface Range {
  readonly low: number;
  readonly likely: number;
  readonly high: number;
}

export const exactly = (value: number): Range => ({ low: value, likely: value, high: value });

export const plus = (a: Range, b: Range): Range => ({
  low: a.low + b.low,
  likely: a.likely + b.likely,
  high: a.high + b.high,
});

export const times = (a: Range, b: Range): Range => ({
  low: a.low * b.low,
  likely: a.likely * b.likely,
  high: a.high * b.high,
});

/** No more than so much. */
export const capped = (range: Range, most: number): Range => ({
  low: Math.min(range.low, most),
  likely: Math.min(range.likely, most),
  high: Math.min(range.high, most),
});
