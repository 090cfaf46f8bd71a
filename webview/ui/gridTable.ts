import { element, setText } from './element.ts';
import { GridHead, type GridColumn, type GridHeadOptions } from './gridHead.ts';
import './gridTable.css';
import { RowCache, type FetchRows } from './rowCache.ts';
import { RowSelection } from './rowSelection.ts';
import { drawnHeight, drawnScroll, rowWindow, scrollToShow, wholeScroll } from './rowWindow.ts';

export type { GridColumn };

/** Height of a row as the style sheet has it, in pixels: that of the editor's lists. */
const ROW_HEIGHT = 22;

/** Widest that the first column becomes for what stands in it, in characters. */
const MOST_FIRST_COLUMN = 22;

/** A row as the table draws it. A missing cell is null. */
export interface GridRow {
  readonly cells: readonly (string | null)[];
}

export interface GridTableOptions<Row extends GridRow> extends GridHeadOptions {
  /** For screen readers. */
  readonly label: string;
  readonly fetch: FetchRows<Row>;
  /** A row was chosen: by a click, or by Enter or the arrow keys. */
  readonly onChoose: (row: Row, index: number) => void;
  /** Rows were selected, or are not any more; absent: only one can be chosen. */
  readonly onSelect?: (selection: RowSelection) => void;
  /** Marks the element of a row; undefined while the row is not there. */
  readonly decorate?: (element: HTMLTableRowElement, row: Row | undefined) => void;
}

/**
 * A table of any length: a native table of which only the rows in sight exist. It is one stop of the Tab key; the arrow
 * keys, Page Up, Page Down, Home and End move within it. Where rows can be selected, Ctrl and Shift with a click do so, and
 * Shift with those keys, Ctrl+Space and Ctrl+A; Escape lets go of them.
 */
export class GridTable<Row extends GridRow> {
  readonly root: HTMLElement;
  readonly #options: GridTableOptions<Row>;
  readonly #table: HTMLTableElement;
  readonly #head: GridHead;
  readonly #body = element('tbody');
  readonly #above = spacer();
  readonly #below = spacer();
  readonly #cache: RowCache<Row>;
  readonly #selection = new RowSelection();
  #columns: readonly GridColumn[] = [];
  #count = 0;
  #active = -1;
  #chosen = -1;
  /** Index of the row that is to be chosen when it is there; -1: none. */
  #wanted = -1;
  /** Characters of the longest text seen in the first column. */
  #widest = 0;
  #drawing = false;
  /** Pixels of the whole list that are above what is seen; the scroll bar is this where the list is not too tall. */
  #top = 0;
  /** Where the scroll bar was put from here. */
  #scrolled = 0;

  constructor(options: GridTableOptions<Row>) {
    this.#options = options;
    this.#cache = new RowCache(options.fetch, () => {
      this.#scheduleDraw();
    });
    this.#head = new GridHead(options);
    this.#table = element('table', { class: 'grid', role: 'grid' }, element('thead', {}, this.#head.root), this.#body);
    this.#table.tabIndex = 0;
    this.#table.setAttribute('aria-label', options.label);
    if (options.onSelect !== undefined) this.#table.setAttribute('aria-multiselectable', 'true');
    this.#body.append(this.#above, this.#below);
    this.root = element('div', { class: 'grid-scroll' }, this.#table);
    this.root.addEventListener('scroll', () => {
      if (Math.abs(this.root.scrollTop - this.#scrolled) >= 1) this.#top = this.#topOf(this.root.scrollTop);
      this.#scrolled = this.root.scrollTop;
      this.#scheduleDraw();
    });
    this.root.addEventListener('wheel', (event) => this.#onWheel(event), { passive: false });
    this.#table.addEventListener('keydown', (event) => {
      this.#onKey(event);
    });
    this.#body.addEventListener('click', (event) => {
      const row = event.target instanceof Element ? event.target.closest('tr') : null;
      const index = Number(row?.dataset['index'] ?? -1);
      if (index >= 0) this.#onClick(event, index);
    });
    // A click with Shift would mark text.
    this.#body.addEventListener('mousedown', (event) => {
      if (event.shiftKey && options.onSelect !== undefined) event.preventDefault();
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

  /** Index of the row that the keys start from; -1 when there is none yet. */
  get active(): number {
    return this.#active;
  }

  /** Index of the chosen row; -1 when none is. */
  get chosen(): number {
    return this.#chosen;
  }

  /** The columns, by name or with more about them; the first is the narrow one that identifies. */
  setColumns(columns: readonly (string | GridColumn)[]): void {
    const made = columns.map((column) => (typeof column === 'string' ? { name: column } : column));
    if (JSON.stringify(made) === JSON.stringify(this.#columns)) return;
    const names = (list: readonly GridColumn[]): string => JSON.stringify(list.map(({ name }) => name));
    const isOther = names(made) !== names(this.#columns);
    this.#columns = made;
    this.#head.draw(made);
    this.#table.dataset['columns'] = String(Math.min(made.length, 9));
    if (isOther) {
      this.#widest = 0;
      this.#widen(made[0]?.label ?? made[0]?.name ?? '');
      this.#forgetRows();
    }
    this.#scheduleDraw();
  }

  /** Rows may have changed; they are fetched anew. */
  refresh(): void {
    this.#cache.refresh();
    this.#scheduleDraw();
  }

  /** Forgets all rows: they are another list's now. */
  reset(): void {
    this.#cache.clear();
    this.#count = 0;
    this.#active = -1;
    this.#chosen = -1;
    this.#wanted = -1;
    this.#scrollTo(0);
    this.clearSelection();
    this.#scheduleDraw();
  }

  /** Index of the first row that is seen whole. */
  get firstSeen(): number {
    return Math.ceil(this.#top / ROW_HEIGHT);
  }

  /** The row of an index; undefined while it is not there. */
  rowAt(index: number): Row | undefined {
    return this.#cache.at(index);
  }

  /** Scrolls so that a row is the first that is seen. */
  scrollToRow(index: number): void {
    this.#scrollTo(index * ROW_HEIGHT);
    this.#scheduleDraw();
  }

  /** The rows that are selected, beside the chosen one. */
  get selection(): RowSelection {
    return this.#selection;
  }

  clearSelection(): void {
    if (this.#selection.size === 0) return;
    this.#selection.clear();
    this.#selected();
  }

  choose(index: number): void {
    if (index < 0 || index >= this.#count) return;
    this.#moveTo(index);
    const row = this.#cache.at(index);
    // A row that is on its way is chosen when it is there.
    this.#wanted = row === undefined ? index : -1;
    if (row === undefined) return;
    this.#chosen = index;
    this.#options.onChoose(row, index);
    this.#scheduleDraw();
  }

  /** Marks a row as the chosen one and shows it, for who opens it by themselves; it need not be there yet. */
  mark(index: number): void {
    if (index < 0 || index >= this.#count) return;
    this.#wanted = -1;
    this.#chosen = index;
    this.#moveTo(index);
  }

  /** No row is chosen any more. */
  clearChoice(): void {
    this.#chosen = -1;
    this.#wanted = -1;
    this.#scheduleDraw();
  }

  focus(): void {
    this.#table.focus({ preventScroll: true });
  }

  #selected(): void {
    this.#options.onSelect?.(this.#selection);
    this.#scheduleDraw();
  }

  /** A click with Ctrl or Shift selects; any other chooses. */
  #onClick({ ctrlKey, metaKey, shiftKey }: MouseEvent, index: number): void {
    const adds = ctrlKey || metaKey;
    if (this.#options.onSelect === undefined || (!adds && !shiftKey)) {
      this.clearSelection();
      this.#selection.clear(index);
      this.choose(index);
      return;
    }
    this.focus();
    if (shiftKey) this.#selection.extendTo(index);
    else this.#selection.toggle(index, this.#chosen);
    this.#moveTo(index);
    this.#selected();
  }

  #moveTo(index: number): void {
    this.#active = index;
    const height = this.root.clientHeight - this.#head.height;
    this.#scrollTo(scrollToShow(index, this.#top, height, ROW_HEIGHT));
    this.#draw();
  }

  get #whole(): number {
    return this.#count * ROW_HEIGHT;
  }

  /** Pixels of rows that can be seen. */
  get #seen(): number {
    return Math.min(this.#whole, this.root.clientHeight - this.#head.height);
  }

  #topOf(scroll: number): number {
    return wholeScroll(scroll, this.#whole, this.#seen);
  }

  #scrollTo(top: number): void {
    this.#top = Math.max(0, Math.min(top, this.#whole - this.#seen));
    this.root.scrollTop = drawnScroll(this.#top, this.#whole, this.#seen);
    this.#scrolled = this.root.scrollTop;
  }

  /** In a list that is drawn smaller than it is the wheel would skip rows. */
  #onWheel(event: WheelEvent): void {
    if (event.ctrlKey || event.deltaY === 0 || drawnHeight(this.#whole) === this.#whole) return;
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? ROW_HEIGHT : 1;
    this.#scrollTo(this.#top + event.deltaY * unit);
    this.#scheduleDraw();
  }

  #onKey(event: KeyboardEvent): void {
    const state = { active: this.#active, chosen: this.#chosen, count: this.#count };
    if (this.#options.onSelect !== undefined && this.#selection.onKey(event, state)) {
      this.#selected();
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor((this.root.clientHeight - this.#head.height) / ROW_HEIGHT) - 1);
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
      if (event.shiftKey && this.#options.onSelect !== undefined) {
        if (this.#selection.size === 0) this.#selection.clear(Math.max(0, this.#active));
        this.#selection.extendTo(index);
        this.#moveTo(index);
        this.#selected();
        return;
      }
      this.clearSelection();
      // With the details open, moving on shows the next record's.
      if (this.#chosen >= 0) this.choose(index);
      else this.#moveTo(index);
    } else if ((event.key === 'Enter' || event.key === ' ') && this.#active >= 0) {
      event.preventDefault();
      this.choose(this.#active);
    }
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
    // The list may have become shorter.
    this.#top = Math.max(0, Math.min(this.#top, this.#whole - this.#seen));
    const { first, last } = rowWindow(this.#top, this.root.clientHeight, ROW_HEIGHT, this.#count);
    this.#cache.want(first, last);
    const wanted = this.#wanted;
    if (wanted >= 0 && this.#cache.at(wanted) !== undefined) {
      this.#wanted = -1;
      this.choose(wanted);
    }
    const rows = this.#rowElements(last - first);
    for (const [offset, row] of rows.entries()) this.#drawRow(row, first + offset);
    const above = drawnScroll(this.#top, this.#whole, this.#seen) - (this.#top - first * ROW_HEIGHT);
    setHeight(this.#above, Math.max(0, above));
    setHeight(this.#below, Math.max(0, drawnHeight(this.#whole) - above - (last - first) * ROW_HEIGHT));
    // There may not have been room to scroll before the rows were drawn, and of a tall list the scale is another now.
    if (Math.abs(this.root.scrollTop - drawnScroll(this.#top, this.#whole, this.#seen)) >= 1) this.#scrollTo(this.#top);
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
      const row = element('tr', {}, ...this.#columns.map(() => createCell()));
      this.#below.before(row);
      rows.push(row);
    }
    return rows;
  }

  #drawRow(row: HTMLTableRowElement, index: number): void {
    const drawn = this.#cache.at(index);
    const cells = drawn?.cells;
    row.id = rowId(index);
    row.dataset['index'] = String(index);
    // The head is the first row.
    row.setAttribute('aria-rowindex', String(index + 2));
    row.setAttribute('aria-selected', String(index === this.#chosen || this.#selection.has(index)));
    row.classList.toggle('active', index === this.#active);
    for (const [column, cell] of [...row.cells].entries()) setText(cell, cells?.[column] ?? '');
    this.#widen(cells?.[0] ?? '');
    this.#options.decorate?.(row, drawn);
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

/** Of a text that is written from right to left the beginning is at the right. */
function createCell(): HTMLTableCellElement {
  const cell = element('td');
  cell.dir = 'auto';
  return cell;
}
