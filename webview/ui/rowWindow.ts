/** Which rows of a long list are to be drawn. Pure arithmetic. */
export interface RowWindow {
  /** First row drawn. */
  readonly first: number;
  /** After the last row drawn. */
  readonly last: number;
}

/** Rows drawn above and below what is seen, so that a short scroll shows no gap. */
const OVERSCAN = 12;

export function rowWindow(scrollTop: number, height: number, rowHeight: number, count: number): RowWindow {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - OVERSCAN);
  const last = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + OVERSCAN);
  return { first: Math.min(first, last), last };
}

/** Where to scroll so that a row is seen whole; the present place when it is. */
export function scrollToShow(row: number, scrollTop: number, height: number, rowHeight: number): number {
  const top = row * rowHeight;
  if (top < scrollTop) return top;
  const bottom = top + rowHeight;
  return bottom > scrollTop + height ? bottom - height : scrollTop;
}
