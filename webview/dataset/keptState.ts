/** What the viewer keeps while it is hidden, over a reload of the window, and when it is moved. */
import * as z from 'zod/mini';
import { querySchema, type ViewQuery } from '../../src/protocol/dataset.ts';

export const MODES = ['table', 'cards', 'statistics'] as const;
export type Mode = (typeof MODES)[number];

export interface ViewerState {
  readonly query: ViewQuery;
  readonly mode: Mode;
  /** Columns that are not shown. */
  readonly hidden: readonly string[];
  /** Widths of columns in pixels, where the person has set them. */
  readonly widths: Readonly<Record<string, number>>;
  /** The line whose record is open; null: none. */
  readonly line: number | null;
  /** The first row that is seen. */
  readonly top: number;
}

const keptSchema = z.object({
  query: querySchema,
  mode: z.enum(MODES),
  hidden: z.array(z.string()),
  widths: z.record(z.string(), z.number()),
  line: z.nullable(z.number()),
  top: z.number(),
});

export const WHOLE: ViewQuery = { text: '', mode: 'text', matchCase: false, decision: 'all', where: {}, sort: null };

/** Reads what was kept; the beginning where there is nothing of ours. */
export function readState(kept: unknown): ViewerState {
  const beginning: ViewerState = { query: WHOLE, mode: 'table', hidden: [], widths: {}, line: null, top: 0 };
  return keptSchema.safeParse(kept).data ?? beginning;
}
