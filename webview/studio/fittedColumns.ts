import type { ResultRow, ResultView } from '../../src/protocol/studio.ts';
import { fittingWidths } from '../ui/fittingWidths.ts';
import type { GridColumn } from '../ui/gridTable.ts';
import type { ShownColumn } from './shownColumns.ts';

/** Columns that need no more, in pixels, leave the rest to the others. */
const SHORT = 150;

/** Columns as wide as their first records want them. Once fitted, a column stays as it is. */
export class FittedColumns {
  /** By the columns' labels; undefined: for what the table has room. */
  readonly #fitted = new Map<string, number | undefined>();

  fit(columns: readonly ShownColumn[], rows: readonly ResultRow[], sort: ResultView['sort']): readonly GridColumn[] {
    const sorted = sort?.descending === true ? 'descending' : 'ascending';
    if (rows.length > 1) {
      const widths = fittingWidths(
        columns.map(({ label }) => label),
        rows,
      );
      for (const { label, most } of columns) {
        const width = widths.get(label) ?? SHORT;
        const fitted = most === undefined ? (width <= SHORT ? width : undefined) : Math.min(width, most);
        if (!this.#fitted.has(label)) this.#fitted.set(label, fitted);
      }
    }
    return columns.map(({ name, label, most }, index): GridColumn => {
      // The first column has a width of its own.
      const width = index === 0 ? undefined : (this.#fitted.get(label) ?? most);
      return { name, label, ...(width === undefined ? {} : { width }), ...(name === sort?.column ? { sorted } : {}) };
    });
  }
}
