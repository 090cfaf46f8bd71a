import type { ResultPage, ResultRow } from '../../src/protocol/studio.ts';

/** A column of a table as it is shown, which need not be as it stands in the file. */
export interface ShownColumn {
  /** What it is sorted by, and what tells it from others: its path in the record. */
  readonly name: string;
  /** What stands above it; no other column's. */
  readonly label: string;
  /** Widest that it becomes by itself, in pixels; absent: what the table has room for. */
  readonly most?: number;
  /** What stands for the text of a cell. */
  readonly text?: (cell: string) => string;
}

/** The rows of a page with the cells of these columns alone, in their order. */
export function rowsOf({ columns, rows }: ResultPage, shown: readonly ShownColumn[]): readonly ResultRow[] {
  const places = shown.map(({ name, text }) => ({ at: columns.indexOf(name), text }));
  return rows.map((row) => {
    // A line that cannot be read stands in the first cell as it is.
    if (row.broken !== null) return row;
    const cells = places.map(({ at, text }) => {
      const cell = row.cells[at] ?? null;
      return cell === null || text === undefined ? cell : text(cell);
    });
    return { ...row, cells };
  });
}
