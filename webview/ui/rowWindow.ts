/** Which rows of a long list are to be drawn, and where. Pure arithmetic. */
export interface RowWindow {
  /** First row drawn. */
  readonly first: number;
  /** After the last row drawn. */
  readonly last: number;
}

/** Rows drawn above and below what is seen, so that a short scroll shows no gap. */
const OVERSCAN = 12;

/** @param scrollTop pixels of the whole list that are above what is seen */
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

/** Browsers draw nothing higher than some 33 million pixels; lists that would be are drawn in so many at the most. */
const TALLEST = 15_000_000;

/** The height of the element that stands for a whole list of the given height. */
export function drawnHeight(whole: number): number {
  return Math.min(whole, TALLEST);
}

/** Where the scroll bar of the element stands when so much of the list is above what is seen. */
export function drawnScroll(top: number, whole: number, seen: number): number {
  const [range, drawn] = [whole - seen, drawnHeight(whole) - seen];
  return range <= 0 ? 0 : range === drawn ? top : (top / range) * drawn;
}

/** How much of the list is above what is seen when the scroll bar stands there. */
export function wholeScroll(scroll: number, whole: number, seen: number): number {
  const [range, drawn] = [whole - seen, drawnHeight(whole) - seen];
  return drawn <= 0 ? 0 : range === drawn ? scroll : (scroll / drawn) * range;
}
