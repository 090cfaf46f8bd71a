import {
  isPart,
  isSameView,
  type ResultCounts,
  type ResultPage,
  type ResultRecord,
  type ResultRow,
  type ResultView,
} from '../../src/protocol/studio.ts';
import { element, setHidden, setText } from '../ui/element.ts';
import { GridTable } from '../ui/gridTable.ts';
import { createButton, createProgressRing, createTextField } from '../ui/toolkit.ts';
import type { Wording } from '../ui/wording.ts';
import { Detail, type DetailOptions } from './detail.ts';

/** Typing goes on: the search begins when it has rested for so long. */
const REST_MS = 200;
/** Rows that are asked for at once when all are wanted. */
const PAGE = 500;

export interface RecordTableOptions extends Pick<DetailOptions, 'title' | 'draw' | 'actions'> {
  readonly words: Wording;
  /** Name of the table, for screen readers. */
  readonly label: string;
  readonly searchLabel: string;
  readonly fetchRows: (view: ResultView, start: number, count: number) => Promise<ResultPage>;
  readonly fetchRecord: (source: string, line: number) => Promise<ResultRecord>;
  /** The person looks at something else now. */
  readonly onView: (view: ResultView) => void;
  /** Stands before the search. */
  readonly choosers: readonly HTMLElement[];
  /** Stands at the end of the line of tools. */
  readonly tools?: readonly HTMLElement[];
}

/** Records of one source: a table with a search, and the details of one of them. */
export class RecordTable {
  readonly root: HTMLElement;
  readonly #options: RecordTableOptions;
  readonly #grid: GridTable<ResultRow>;
  readonly #detail: Detail;
  readonly #field;
  readonly #ring;
  readonly #count = element('span', { class: 'count', role: 'status' });
  readonly #problem = element('p', { class: 'error', role: 'alert' });
  readonly #condition: HTMLElement;
  readonly #empty = element('p', { class: 'empty' });
  readonly #parts: HTMLElement;
  #view: ResultView;
  #timer: number | undefined;

  /** @param view what is shown first; without a source nothing is */
  constructor(options: RecordTableOptions, view: ResultView) {
    this.#options = options;
    this.#view = view;
    const { words, label, searchLabel, choosers, tools = [] } = options;
    const { t } = words;
    this.#field = createTextField({
      label: searchLabel,
      placeholder: t('Search'),
      icon: 'search',
      onInput: (query) => {
        window.clearTimeout(this.#timer);
        this.#timer = window.setTimeout(() => this.look({ ...this.#view, query: query.trim() }), REST_MS);
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
    this.#ring = createProgressRing(t('Searching'));
    this.#detail = new Detail(words, {
      title: options.title,
      draw: options.draw,
      actions: options.actions,
      onMove: (by) => this.#grid.choose(this.#grid.chosen + by),
      onClose: () => this.#closeDetail(),
    });
    this.#grid = new GridTable<ResultRow>({
      label,
      fetch: (start, count) => this.#fetch(start, count),
      onChoose: (row) => void this.showRecord(row.line),
      onSort: (column) => this.look({ ...this.#view, sort: nextSort(this.#view.sort, column) }),
    });
    this.#parts = element('div', { class: 'parts' }, this.#grid.root, this.#detail.root);
    const line = element(
      'div',
      { class: 'tools' },
      ...choosers,
      this.#field,
      this.#condition,
      this.#count,
      this.#ring,
      ...tools,
    );
    this.root = element('div', { class: 'results' }, line, this.#problem, this.#empty, this.#parts);
    setHidden(this.#ring, true);
    setHidden(this.#problem, true);
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

  /** Numbers of the lines of all rows. */
  async lines(): Promise<readonly number[]> {
    const lines: number[] = [];
    for (;;) {
      const { rows } = await this.#options.fetchRows(this.#view, lines.length, PAGE);
      if (rows.length === 0) return lines;
      lines.push(...rows.map(({ line }) => line));
    }
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
    this.#options.onView(view);
    this.#closeDetail();
    this.#grid.reset();
    // The first page also says how many there are.
    void this.#fetch(0, 1).catch(() => undefined);
  }

  /** There is more to see. */
  showCounts({ view, total, matched, searching, problem }: ResultCounts): void {
    if (!isSameView(view, this.#view)) return;
    const { t, number } = this.#options.words;
    this.#grid.count = matched;
    setHidden(this.#ring, !searching);
    setText(this.#problem, problem ?? '');
    setHidden(this.#problem, problem === null);
    setText(
      this.#count,
      this.isPart ? t('{0} of {1} records', number(matched), number(total)) : t('{0} records', number(total)),
    );
    setHidden(this.#parts, total === 0);
    setHidden(this.#empty, total > 0);
    for (const tool of [this.#field, this.#condition]) setHidden(tool, total === 0 && !this.isPart);
    setHidden(this.#count, total === 0);
  }

  async #fetch(start: number, count: number): Promise<readonly ResultRow[]> {
    const view = this.#view;
    const page = await this.#options.fetchRows(view, start, count);
    if (view === this.#view) {
      const { sort } = view;
      const sorted = sort?.descending === true ? 'descending' : 'ascending';
      this.#grid.setColumns(page.columns.map((name) => (name === sort?.column ? { name, sorted } : { name })));
      this.showCounts(page.counts);
    }
    return page.rows;
  }

  #showMode(): void {
    const { t } = this.#options.words;
    const { isCondition } = this.#view;
    this.#condition.setAttribute('aria-pressed', String(isCondition));
    this.#field.placeholder = isCondition ? t('Condition, such as score >= 3') : t('Search');
  }

  /** Opens the details of a record by its line. */
  async showRecord(line: number): Promise<void> {
    const { source } = this.#view;
    const record = await this.#options.fetchRecord(source, line).catch(() => undefined);
    if (record === undefined || source !== this.#view.source) return;
    this.#detail.show(record);
    this.#parts.classList.add('split');
  }

  #closeDetail(): void {
    const hadFocus = this.#detail.root.contains(document.activeElement);
    this.#detail.hide();
    this.#parts.classList.remove('split');
    this.#grid.clearChoice();
    if (hadFocus) this.#grid.focus();
  }
}

/** One way, the other way, and back to the file's own order. */
function nextSort(sort: ResultView['sort'], column: string): ResultView['sort'] {
  if (sort?.column !== column) return { column, descending: false };
  return sort.descending ? null : { column, descending: true };
}
