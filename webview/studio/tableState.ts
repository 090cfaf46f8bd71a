/** What a table of records keeps of itself over a reload of the window, and when its panel is moved. */
import * as z from 'zod/mini';
import { resultViewSchema, type ResultView } from '../../src/protocol/studio.ts';
import { MODES } from './recordReview.ts';

export const tableStateSchema = z.object({
  view: resultViewSchema,
  mode: z.enum(MODES),
  /** The line whose record is open; null: none. */
  line: z.nullable(z.number()),
  /** The first row that is seen. */
  top: z.number(),
});
export type TableState = z.infer<typeof tableStateSchema>;

/** A table as it is when nobody has touched it. */
export function untouched(view: ResultView): TableState {
  return { view, mode: 'table', line: null, top: 0 };
}

/** One way, the other way, and back to the file's own order. */
export function nextSort(sort: ResultView['sort'], column: string): ResultView['sort'] {
  if (sort?.column !== column) return { column, descending: false };
  return sort.descending ? null : { column, descending: true };
}
