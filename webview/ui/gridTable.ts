import { element, setText } from './element.ts';
import { RowCache, type FetchRows } from './rowCache.ts';
import { rowWindow, scrollToShow } from './rowWindow.ts';

/** Height of a row as the style sheet has it, in pixels: that of the editor's lists. */
const ROW_HEIGHT = 22;

/** Widest that the first column becomes for what stands in it, in characters. */
const MOST_FIRST_COLUMN = 22;

/** A row as the table draws it. A missing cell is null. */
export interface GridRow {
  readonly cells: readonly (string | null)[];
}

export interface GridTableOptions<Row extends GridRow> {
  /** For screen readers. */
  readonly label: string;
  readonly fetch: FetchRows<Row>;
  /** A row was chosen: by a click, or by Enter or the arrow keys. */
  readonly onChoose: (row: Row, index: number) => void;
}

/**
 * A table of any length: a native table of which only the rows in sight exist. It is one stop of the Tab key; the arrow
 * keys, Page Up, Page Down, Home and End move within it.
 */
export class GridTable<Row extends GridRow> {
  readonly root: HTMLElement;
  readonly #options: GridTableOptions<Row>;
  readonly #table: HTMLTableElement;
  readonly #head = element('tr');
  readonly #body = element('tbody');
  readonly #above = spacer();
  readonly #below = spacer();
  readonly #cache: RowCache<Row>;
  #columns: readonly string[] = [];
  #count = 0;
  #active = -1;
  #chosen = -1;
  /** Characters of the longest text seen in the first column. */
  #widest = 0;
  #drawing = false;

  constructor(options: GridTableOptions<Row>) {
    this.#options = options;
    this.#cache = new RowCache(options.fetch, () => {
      this.#scheduleDraw();
    });
    this.#table = element('table', { class: 'grid', role: 'grid' }, element('thead', {}, this.#head), this.#body);
    this.#table.tabIndex = 0;
    this.#table.setAttribute('aria-label', options.label);
    this.#body.append(this.#above, this.#below);
    this.root = element('div', { class: 'grid-scroll' }, this.#table);
    this.root.addEventListener('scroll', () => {
      this.#scheduleDraw();
    });
    this.#table.addEventListener('keydown', (event) => {
      this.#onKey(event);
    });
    this.#body.addEventListener('click', (event) => {
      const row = event.target instanceof Element ? event.target.closest('tr') : null;
      const index = Number(row?.dataset['index'] ?? -1);
      if (index >= 0) this.choose(index);
    });
    new ResizeObserver(() => {
      this.#scheduleDraw();
    }).observe(this.root);
  }

  /** Number of rows there are. */
  get count(): number {
    return this.#count;
  }

  set count(count: number) {
    if (count === this.#count) return;
    this.#count = count;
    this.#scheduleDraw();
  }

  /** Index of the chosen row; -1 when none is. */
  get chosen(): number {
    return this.#chosen;
  }

  /** Names of the columns; the first is the narrow one that identifies. */
  setColumns(columns: readonly string[]): void {
    if (columns.length === this.#columns.length && columns.every((name, index) => name === this.#columns[index]))
      return;
    this.#columns = [...columns];
    this.#head.replaceChildren(
      ...columns.map((name) => {
        const cell = element('th', { text: name, hint: name });
        cell.scope = 'col';
        return cell;
      }),
    );
    this.#table.dataset['columns'] = String(Math.min(columns.length, 9));
    this.#widest = 0;
    this.#widen(columns[0] ?? '');
    this.#forgetRows();
    this.#scheduleDraw();
  }

  /** Forgets all rows: they are another list's now. */
  reset(): void {
    this.#cache.clear();
    this.#count = 0;
    this.#active = -1;
    this.#chosen = -1;
    this.root.scrollTop = 0;
    this.#scheduleDraw();
  }

  choose(index: number): void {
    if (index < 0 || index >= this.#count) return;
    this.#moveTo(index);
    const row = this.#cache.at(index);
    if (row === undefined) return;
    this.#chosen = index;
    this.#options.onChoose(row, index);
  }

  /** No row is chosen any more. */
  clearChoice(): void {
    this.#chosen = -1;
    this.#scheduleDraw();
  }

  focus(): void {
    this.#table.focus({ preventScroll: true });
  }

  #moveTo(index: number): void {
    this.#active = index;
    const height = this.root.clientHeight - this.#headHeight();
    this.root.scrollTop = scrollToShow(index, this.root.scrollTop, height, ROW_HEIGHT);
    this.#draw();
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor((this.root.clientHeight - this.#headHeight()) / ROW_HEIGHT) - 1);
    const last = this.#count - 1;
    const target = {
      ArrowDown: this.#active + 1,
      ArrowUp: this.#active - 1,
      PageDown: this.#active + page,
      PageUp: this.#active - page,
      Home: 0,
      End: last,
    }[event.key];
    if (target !== undefined && last >= 0) {
      event.preventDefault();
      const index = Math.min(last, Math.max(0, target));
      // With the details open, moving on shows the next record's.
      if (this.#chosen >= 0) this.choose(index);
      else this.#moveTo(index);
    } else if ((event.key === 'Enter' || event.key === ' ') && this.#active >= 0) {
      event.preventDefault();
      this.choose(this.#active);
    }
  }

  #headHeight(): number {
    return this.#head.offsetHeight;
  }

  #scheduleDraw(): void {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      this.#draw();
    });
  }

  #draw(): void {
    const { first, last } = rowWindow(this.root.scrollTop, this.root.clientHeight, ROW_HEIGHT, this.#count);
    this.#cache.want(first, last);
    const rows = this.#rowElements(last - first);
    for (const [offset, row] of rows.entries()) this.#drawRow(row, first + offset);
    setHeight(this.#above, first * ROW_HEIGHT);
    setHeight(this.#below, (this.#count - last) * ROW_HEIGHT);
    this.#table.setAttribute('aria-rowcount', String(this.#count + 1));
    this.#table.setAttribute('aria-colcount', String(this.#columns.length));
    const activeDrawn = this.#active >= first && this.#active < last;
    if (activeDrawn) this.#table.setAttribute('aria-activedescendant', rowId(this.#active));
    else this.#table.removeAttribute('aria-activedescendant');
  }

  /** The elements of the rows in sight: those there are, more or fewer as needed. */
  #rowElements(count: number): readonly HTMLTableRowElement[] {
    const rows = [...this.#body.rows].slice(1, -1);
    while (rows.length > count) rows.pop()?.remove();
    while (rows.length < count) {
      const row = element('tr', {}, ...this.#columns.map(() => element('td')));
      this.#below.before(row);
      rows.push(row);
    }
    return rows;
  }

  #drawRow(row: HTMLTableRowElement, index: number): void {
    const cells = this.#cache.at(index)?.cells;
    row.id = rowId(index);
    row.dataset['index'] = String(index);
    // The head is the first row.
    row.setAttribute('aria-rowindex', String(index + 2));
    row.setAttribute('aria-selected', String(index === this.#chosen));
    row.classList.toggle('active', index === this.#active);
    for (const [column, cell] of [...row.cells].entries()) setText(cell, cells?.[column] ?? '');
    this.#widen(cells?.[0] ?? '');
  }

  /** What identifies a record is of little use when it is cut off. */
  #widen(text: string): void {
    const characters = Math.min(text.length, MOST_FIRST_COLUMN);
    if (characters <= this.#widest) return;
    this.#widest = characters;
    this.#table.style.setProperty('--first-column', `${characters}ch`);
  }

  #forgetRows(): void {
    for (const row of [...this.#body.rows].slice(1, -1)) row.remove();
  }
}

function rowId(index: number): string {
  return `row-${index}`;
}

function spacer(): HTMLTableRowElement {
  const row = element('tr', { class: 'spacer' });
  row.setAttribute('aria-hidden', 'true');
  return row;
}

function setHeight(row: HTMLTableRowElement, pixels: number): void {
  row.style.height = `${pixels}px`;
}
