import {
  isPart,
  isSameView,
  type ResultCounts,
  type ResultPage,
  type ResultRecord,
  type ResultRow,
  type ResultView,
  type RowRanges,
} from '../../src/protocol/studio.ts';
import { Cards, PAGE_CARDS } from '../ui/cards.ts';
import { element, setHidden, setText } from '../ui/element.ts';
import { GridTable } from '../ui/gridTable.ts';
import { decorateRow } from '../ui/rowReview.ts';
import { createButton, createTextField } from '../ui/toolkit.ts';
import type { Wording } from '../ui/wording.ts';
import { Detail, type DetailOptions } from './detail.ts';
import { FittedColumns } from './fittedColumns.ts';
import { RecordReview, type RecordsMode, type ReviewCalls } from './recordReview.ts';
import { rowsOf, type ShownColumn } from './shownColumns.ts';
import { TableNotes } from './tableNotes.ts';
import { nextSort, type TableState } from './tableState.ts';

/** Typing goes on: the search begins when it has rested for so long. */
const REST_MS = 200;
/** Rows that are asked for at once when all are wanted. */
const PAGE = 500;
export interface RecordTableOptions extends Pick<DetailOptions, 'title' | 'draw' | 'actions'> {
  readonly words: Wording;
  /** Name of the table, for screen readers. */
  readonly label: string;
  readonly searchLabel: string;
  /** Texts of fields that are shown in words which hold what is looked for; absent: all are shown as they are. */
  readonly foundAlso?: (query: string) => ResultView['also'];
  readonly fetchRows: (view: ResultView, start: number, count: number) => Promise<ResultPage>;
  /** The columns for those of the file; absent: as they are there. */
  readonly shownColumns?: (names: readonly string[]) => readonly ShownColumn[];
  readonly fetchRecord: (source: string, line: number) => Promise<ResultRecord>;
  /** The person looks at something else now, or in another way. */
  readonly onState: (state: TableState) => void;
  /** Stands after the search. */
  readonly choosers: readonly HTMLElement[];
  /** Stands at the end of the line of tools. */
  readonly tools?: readonly HTMLElement[];
  /** So many rows are to be seen now. */
  readonly onCount?: (matched: number) => void;
  /** So many rows are selected now. */
  readonly onSelect: (selected: number) => void;
  /** What can be decided about the records; absent: nothing, and there are no cards. */
  readonly review?: ReviewCalls;
}

/** Line and row of the open record; -1: none, and the row may not be known. */
const NOTHING = { line: -1, row: -1 };
/** All rows there are. */
const ALL: RowRanges = [{ from: 0, to: Infinity }];

/** Records of one source: a table with a search, and the details of one of them. */
export class RecordTable {
  readonly root: HTMLElement;
  readonly #options: RecordTableOptions;
  readonly #grid: GridTable<ResultRow>;
  readonly #cards: Cards;
  readonly #detail: Detail;
  readonly #review: RecordReview | undefined;
  readonly #field;
  readonly #notes: TableNotes;
  readonly #condition: HTMLElement;
  readonly #empty = element('p', { class: 'empty' });
  readonly #parts: HTMLElement;
  readonly #columns = new FittedColumns();
  #view: ResultView;
  #mode: RecordsMode = 'table';
  /** Of the record that is open or on its way. Another object with each that is opened: a late answer finds its own no more. */
  #opened = NOTHING;
  #opening = Promise.resolve();
  #revision = -1;
  /** Where the person left off, until it is shown again. */
  #before: TableState | undefined;
  #timer: number | undefined;

  /** @param state what is shown first; without a source nothing is */
  constructor(options: RecordTableOptions, state: TableState) {
    const { view } = state;
    this.#options = options;
    this.#before = state;
    this.#view = view;
    const { words, label, searchLabel, choosers, tools = [], review } = options;
    const { t } = words;
    this.#field = createTextField({
      label: searchLabel,
      placeholder: t('Search'),
      icon: 'search',
      onInput: (typed) => {
        window.clearTimeout(this.#timer);
        const query = typed.trim();
        const search = (): void => this.look({ ...this.#view, query, also: options.foundAlso?.(query) });
        this.#timer = window.setTimeout(search, REST_MS);
      },
    });
    this.#field.value = view.query;
    this.#condition = createButton({
      label: t('Use Condition on Fields'),
      icon: 'filter',
      look: 'icon',
      onClick: () => this.look({ ...this.#view, isCondition: !this.#view.isCondition }),
    });
    this.#showMode();
    this.#notes = new TableNotes(words);
    this.#review = review === undefined ? undefined : new RecordReview(words, review, this.#place());
    this.#detail = new Detail(words, {
      title: options.title,
      draw: options.draw,
      actions: options.actions,
      ...(this.#review === undefined ? {} : { bar: this.#review.bar.root }),
      onMove: (by) => void this.#move(by),
      onClose: () => this.#closeDetail(),
    });
    this.#cards = new Cards({
      words,
      fetch: (start, count) => this.#records(start, count),
      onChoose: (line, row) => void this.#open(line, row),
      onPage: () => this.#keep(),
    });
    this.#grid = new GridTable<ResultRow>({
      label,
      fetch: (start, count) => this.#fetch(start, count),
      onChoose: (row, index) => void this.#open(row.line, index),
      onSelect: ({ size }) => options.onSelect(size),
      decorate: (drawn, row) => decorateRow(drawn, row, words),
      onSort: (column) => this.look({ ...this.#view, sort: nextSort(this.#view.sort, column) }),
    });
    this.#grid.root.addEventListener('scroll', () => this.#keep());
    this.#parts = element('div', { class: 'parts' }, this.#grid.root, this.#cards.root, this.#detail.root);
    const line = element(
      'div',
      { class: 'tools' },
      this.#field,
      this.#condition,
      ...choosers,
      this.#notes.count,
      this.#notes.ring,
      ...tools,
      ...(this.#review === undefined ? [] : [this.#review.views]),
    );
    const decided = this.#review === undefined ? [] : [this.#review.tally.root];
    this.root = element(
      'div',
      { class: 'results' },
      line,
      ...decided,
      this.#notes.problem,
      this.#notes.leftOut,
      this.#empty,
      this.#parts,
    );
    this.root.classList.toggle('reviewed', this.#review !== undefined);
    this.showMode(review === undefined ? 'table' : state.mode);
    setHidden(this.#parts, true);
  }

  get view(): ResultView {
    return this.#view;
  }

  /** How many rows the view has, as far as it is known. */
  get matched(): number {
    return this.#grid.count;
  }

  /** Whether the view leaves anything out. */
  get isPart(): boolean {
    return isPart(this.#view);
  }

  /** The rows that are selected. */
  get selection(): RowRanges {
    return this.#grid.selection.ranges;
  }

  /** Numbers of the lines of all rows, or of some. */
  async lines(ranges = ALL): Promise<readonly number[]> {
    const lines: number[] = [];
    for (const { from, to } of ranges) {
      for (let start = from; start < to;) {
        const { rows } = await this.#options.fetchRows(this.#view, start, Math.min(PAGE, to - start));
        if (rows.length === 0) break;
        lines.push(...rows.map(({ line }) => line));
        start += rows.length;
      }
    }
    return lines;
  }

  /** Shows the records in a table, or as cards; the same ones are in sight. */
  showMode(mode: RecordsMode): void {
    const changed = mode !== this.#mode;
    const { row } = this.#opened;
    const top = row >= 0 ? row : this.#mode === 'cards' ? this.#cards.start : this.#grid.firstSeen;
    this.#mode = mode;
    setHidden(this.#grid.root, mode !== 'table');
    setHidden(this.#cards.root, mode !== 'cards');
    this.#review?.showMode(mode);
    if (!changed) return;
    this.#grid.clearSelection();
    if (mode === 'cards') this.#cards.show(top - (top % PAGE_CARDS));
    else this.#grid.scrollToRow(top);
    this.#keep();
  }

  /** What is said where there are no records. */
  set empty(text: string) {
    setText(this.#empty, text);
  }

  /** Everything is looked at anew: it is another run's. */
  restart(): void {
    this.#closeDetail();
    this.#grid.reset();
  }

  /** Shows other rows. */
  look(view: ResultView): void {
    this.#view = view;
    if (this.#field.value.trim() !== view.query) this.#field.value = view.query;
    this.#showMode();
    const before = this.#before;
    this.#before = undefined;
    this.#closeDetail();
    this.#grid.reset();
    this.#cards.count = 0;
    if (this.#mode === 'cards') this.#cards.show(0);
    // The first page also says how many there are.
    const first = this.#fetch(0, 1).catch(() => undefined);
    if (before !== undefined && isSameView(view, before.view)) void first.then(() => this.#goBack(before));
    else this.#keep();
  }

  /** Shows what the person saw last. */
  async #goBack({ view, line, top }: TableState): Promise<void> {
    if (!isSameView(view, this.#view)) return;
    if (this.#mode === 'cards') this.#cards.show(top - (top % PAGE_CARDS));
    else this.#grid.scrollToRow(top);
    if (line !== null && this.#detail.record === undefined) await this.#open(line, -1);
  }

  #keep(): void {
    if (this.#before !== undefined) return;
    const top = this.#mode === 'cards' ? this.#cards.start : this.#grid.firstSeen;
    const line = this.#detail.record?.line ?? null;
    this.#options.onState({ view: this.#view, mode: this.#mode, line, top });
  }

  /** There is more to see. */
  showCounts(counts: ResultCounts): void {
    const { view, total, matched, revision } = counts;
    if (!isSameView(view, this.#view)) return;
    this.#grid.count = matched;
    this.#cards.count = matched;
    this.#options.onCount?.(matched);
    this.#review?.show(counts);
    if (revision !== this.#revision) {
      const isFirst = this.#revision === -1;
      this.#revision = revision;
      if (!isFirst) void this.#refresh();
    }
    this.#notes.show(counts);
    setHidden(this.#parts, total === 0);
    setHidden(this.#empty, total > 0);
    for (const tool of [this.#field, this.#condition]) setHidden(tool, total === 0 && !this.isPart);
  }

  async #fetch(start: number, count: number): Promise<readonly ResultRow[]> {
    const view = this.#view;
    const page = await this.#options.fetchRows(view, start, count);
    const columns = this.#options.shownColumns?.(page.columns) ?? page.columns.map((name) => ({ name, label: name }));
    const rows = rowsOf(page, columns);
    if (view === this.#view) {
      this.#grid.setColumns(this.#columns.fit(columns, rows, this.#view.sort));
      this.showCounts(page.counts);
    }
    return rows;
  }

  #showMode(): void {
    const { t } = this.#options.words;
    const { isCondition } = this.#view;
    this.#condition.setAttribute('aria-pressed', String(isCondition));
    this.#field.placeholder = isCondition ? t('Condition, such as score >= 3') : t('Search');
  }

  /** Opens the details of a record by its line; its row is the chosen one, where it is in sight of the search. */
  async showRecord(line: number): Promise<void> {
    const view = this.#view;
    const row = await this.#rowOf(line).catch(() => -1);
    if (view !== this.#view) return;
    if (row === -1 || this.#mode === 'cards') this.#grid.clearChoice();
    else this.#grid.mark(row);
    await this.#open(line, row);
  }

  /** Records that are neither searched nor sorted stand at their lines. @returns -1: not known */
  async #rowOf(line: number): Promise<number> {
    if (this.isPart || this.#view.sort !== null) return -1;
    const [found] = await this.#fetch(line, 1);
    return found?.line === line ? line : -1;
  }

  #open(line: number, row: number): Promise<void> {
    if (this.#mode === 'cards' && row >= 0) this.#cards.mark(row);
    this.#opened = { line, row };
    this.#opening = this.#show(this.#opened);
    return this.#opening;
  }

  async #show(opened: typeof NOTHING): Promise<void> {
    const record = await this.#options.fetchRecord(this.#view.source, opened.line).catch(() => undefined);
    if (opened !== this.#opened) return;
    if (record === undefined) {
      this.#closeDetail();
      return;
    }
    this.#detail.show(record);
    this.#review?.bar.show(record);
    this.#parts.classList.add('split');
    this.#keep();
  }

  async #records(start: number, count: number): Promise<readonly ResultRecord[]> {
    const { source } = this.#view;
    const rows = await this.#fetch(start, count);
    return Promise.all(rows.map(({ line }) => this.#options.fetchRecord(source, line)));
  }

  async #move(by: 1 | -1): Promise<void> {
    this.#grid.clearSelection();
    const { row } = this.#opened;
    const from = row >= 0 ? row : this.#grid.active;
    const to = Math.max(0, Math.min(from + by, this.#grid.count - 1));
    if (to !== from) await this.#showRow(to);
  }

  async #showRow(row: number): Promise<void> {
    const [found] = await this.#fetch(row, 1);
    if (found === undefined) return;
    if (this.#mode === 'table') this.#grid.mark(row);
    await this.#open(found.line, row);
  }

  /** What is shown may not be what is there any more. */
  async #refresh(): Promise<void> {
    this.#grid.refresh();
    if (this.#mode === 'cards') void this.#cards.refresh();
    const { line, row } = this.#opened;
    if (line >= 0) await this.#open(line, row);
  }

  /** What the review works on. */
  #place(): ConstructorParameters<typeof RecordReview>[2] {
    return {
      source: () => this.#view.source,
      isSeen: () => this.root.checkVisibility(),
      open: async () => {
        await this.#opening;
        const row = Math.max(0, this.#mode === 'cards' ? this.#cards.start : this.#grid.active);
        if (this.#detail.record === undefined) await this.#showRow(row);
        return this.#detail.record;
      },
      show: (line) => this.showRecord(line),
      selected: () => this.lines(this.selection),
      move: (by) => this.#move(by),
      close: () => this.#closeDetail(),
      search: () => this.#field.focus(),
      showMode: (mode) => this.showMode(mode),
      refresh: () => this.#refresh(),
      tell: (problem) => this.#notes.tell(problem),
    };
  }

  #closeDetail(): void {
    const hadFocus = this.#detail.root.contains(document.activeElement);
    this.#detail.hide();
    this.#opened = NOTHING;
    this.#parts.classList.remove('split');
    this.#grid.clearChoice();
    this.#keep();
    if (hadFocus) this.#grid.focus();
  }
}
