import type { ViewPage, ViewQuery, ViewRow } from '../../src/protocol/dataset.ts';
import { fittingWidths, NARROWEST_COLUMN } from '../ui/fittingWidths.ts';
import { GridTable, type GridColumn } from '../ui/gridTable.ts';
import { decorateRow } from '../ui/rowReview.ts';
import type { Wording } from '../ui/wording.ts';
import { drawColumnsMenu } from './columnsMenu.ts';

/** Columns that are shown before the person chooses. */
const USUAL_COLUMNS = 12;
/** Widths in pixels: of the line's number, of a column, and what one step makes it wider. */
const LINE_WIDTH = 84;
const USUAL_WIDTH = 220;
const STEP = 40;

/** What is kept of the columns. */
export interface ColumnsState {
  readonly hidden: readonly string[];
  readonly widths: Readonly<Record<string, number>>;
}

export interface TableViewOptions {
  readonly words: Wording;
  readonly columns: ColumnsState;
  readonly fetch: (start: number, count: number, columns: readonly string[] | null) => Promise<ViewPage>;
  readonly onChoose: (row: ViewRow, index: number) => void;
  readonly onSort: (sort: ViewQuery['sort']) => void;
  readonly onColumns: (columns: ColumnsState) => void;
  readonly onScroll: (firstSeen: number) => void;
}

/** A row as the table draws it: the line's number stands before its cells. */
type DrawnRow = ViewRow & { readonly cells: readonly (string | null)[] };

/** The records as a table whose columns can be chosen, sized and sorted. */
export class TableView {
  readonly grid: GridTable<DrawnRow>;
  readonly #options: TableViewOptions;
  #state: ColumnsState;
  #all: readonly string[] = [];
  #sort: ViewQuery['sort'];
  /** Widths that fit what was seen first. */
  #fitting: Readonly<Record<string, number>> = {};

  constructor(options: TableViewOptions, sort: ViewQuery['sort']) {
    this.#options = options;
    this.#state = options.columns;
    this.#sort = sort;
    const { t } = options.words;
    this.grid = new GridTable<DrawnRow>({
      label: t('Records'),
      fetch: (start, count) => this.#fetch(start, count),
      onChoose: options.onChoose,
      onSort: (name) => this.#sortBy(name),
      onResize: (name, width) => this.#change({ widths: { ...this.#state.widths, [name]: width } }),
      decorate: (element, row) => decorateRow(element, row, options.words),
    });
    this.grid.root.addEventListener('scroll', () => options.onScroll(this.grid.firstSeen));
  }

  get columns(): ColumnsState {
    return this.#state;
  }

  set sort(sort: ViewQuery['sort']) {
    this.#sort = sort;
    this.#draw();
  }

  /** The menu of the columns. */
  drawMenu(): HTMLElement {
    const shown = new Set(this.#shown());
    return drawColumnsMenu({
      words: this.#options.words,
      columns: this.#all.map((name) => ({ name, isShown: shown.has(name) })),
      onShow: (name, isShown) => this.#showColumn(name, isShown),
      onSort: (name) => this.#sortBy(name),
      onWiden: (name, by) => {
        const width = Math.max(NARROWEST_COLUMN, this.#widthOf(name) + by * STEP);
        this.#change({ widths: { ...this.#state.widths, [name]: width } });
      },
    });
  }

  async #fetch(start: number, count: number): Promise<readonly DrawnRow[]> {
    const columns = this.#all.length === 0 ? null : this.#shown();
    const page = await this.#options.fetch(start, count, columns);
    const others = page.columns.join('\n') !== this.#all.join('\n');
    if (others) this.#all = page.columns;
    this.#fit(page);
    this.#draw();
    const shown = this.#shown();
    if (others && page.shown.join('\n') !== shown.join('\n')) {
      return this.#drawn(await this.#options.fetch(start, count, shown));
    }
    return this.#drawn(page);
  }

  /** Short values need no wide columns. Once fitted, a column stays as it is. */
  #fit({ shown, rows }: ViewPage): void {
    // A line that cannot be read stands in the first column as it is.
    const read = rows.filter(({ broken }) => broken === null);
    if (read.length < 2) return;
    this.#fitting = { ...Object.fromEntries(fittingWidths(shown, read)), ...this.#fitting };
  }

  #widthOf(name: string): number {
    return this.#state.widths[name] ?? this.#fitting[name] ?? USUAL_WIDTH;
  }

  #drawn({ rows }: ViewPage): readonly DrawnRow[] {
    const { number } = this.#options.words;
    return rows.map((row) => ({ ...row, cells: [number(row.line + 1), ...row.cells] }));
  }

  /** Those that were not hidden; of very many the first ones, until the person shows others. */
  #shown(): readonly string[] {
    const { hidden, widths } = this.#state;
    const taken = new Set(hidden);
    const usual = this.#all.filter((name) => !taken.has(name));
    return usual.filter((name, index) => index < USUAL_COLUMNS || Object.hasOwn(widths, name));
  }

  #draw(): void {
    const { t } = this.#options.words;
    const sort = this.#sort;
    const columns = this.#shown().map((name): GridColumn => {
      const width = this.#widthOf(name);
      if (sort?.column !== name) return { name, width };
      return { name, width, sorted: sort.descending ? 'descending' : 'ascending' };
    });
    const lineColumn = { name: t('Line'), width: this.#state.widths[t('Line')] ?? LINE_WIDTH, isFixed: true };
    this.grid.setColumns([lineColumn, ...columns]);
  }

  #showColumn(name: string, isShown: boolean): void {
    const { hidden, widths } = this.#state;
    const rest = hidden.filter((other) => other !== name);
    // One beyond the usual number is shown because it has a width.
    if (isShown) this.#change({ hidden: rest, widths: { ...widths, [name]: this.#widthOf(name) } });
    else this.#change({ hidden: [...rest, name] });
    this.grid.refresh();
  }

  /** Ascending, descending, the file's order. */
  #sortBy(column: string): void {
    const sort = this.#sort;
    if (sort?.column !== column) this.#options.onSort({ column, descending: false });
    else this.#options.onSort(sort.descending ? null : { column, descending: true });
  }

  #change(change: Partial<ColumnsState>): void {
    this.#state = { ...this.#state, ...change };
    this.#draw();
    this.#options.onColumns(this.#state);
  }
}
