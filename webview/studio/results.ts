import type { ResultCounts, ResultPage, ResultRecord, ResultRow, StudioRun } from '../../src/protocol/studio.ts';
import { element, setHidden, setText } from '../ui/element.ts';
import { GridTable } from '../ui/gridTable.ts';
import { createDropdown, createProgressRing, createTextField, fillDropdown } from '../ui/toolkit.ts';
import type { Wording } from '../ui/wording.ts';
import { Detail } from './detail.ts';

/** Typing goes on: the search begins when it has rested for so long. */
const REST_MS = 200;

/** What the person was looking at; kept over a reload. */
export interface ResultsView {
  readonly output: string;
  readonly query: string;
}

export interface ResultsOptions {
  readonly words: Wording;
  readonly fetchRows: (view: ResultsView, start: number, count: number) => Promise<ResultPage>;
  readonly fetchRecord: (output: string, line: number) => Promise<ResultRecord>;
  readonly openLine: (output: string, line: number) => void;
  readonly onView: (view: ResultsView) => void;
}

/** The records as they arrive: a table with a search, and the details of one of them. */
export class Results {
  readonly root: HTMLElement;
  readonly #options: ResultsOptions;
  readonly #grid: GridTable<ResultRow>;
  readonly #detail: Detail;
  readonly #outputs;
  readonly #field;
  readonly #ring;
  readonly #count = element('span', { class: 'count', role: 'status' });
  readonly #empty = element('p', { class: 'empty' });
  readonly #parts: HTMLElement;
  #view: ResultsView = { output: '', query: '' };
  #names: readonly string[] = [];
  #timer: number | undefined;

  constructor(options: ResultsOptions, view: ResultsView | undefined) {
    this.#options = options;
    const { t } = options.words;
    this.#view = view ?? this.#view;
    this.#outputs = createDropdown({
      label: t('Output'),
      onChange: (output) => this.#look({ ...this.#view, output }),
    });
    this.#field = createTextField({
      label: t('Search the records'),
      placeholder: t('Search'),
      icon: 'search',
      onInput: (query) => {
        window.clearTimeout(this.#timer);
        this.#timer = window.setTimeout(() => this.#look({ ...this.#view, query: query.trim() }), REST_MS);
      },
    });
    this.#field.value = this.#view.query;
    this.#ring = createProgressRing(t('Searching'));
    this.#detail = new Detail(options.words, {
      onMove: (by) => this.#grid.choose(this.#grid.chosen + by),
      onOpenLine: (line) => options.openLine(this.#view.output, line),
      onClose: () => this.#closeDetail(),
    });
    this.#grid = new GridTable<ResultRow>({
      label: t('Records'),
      fetch: (start, count) => this.#fetch(start, count),
      onChoose: (row) => void this.#showRecord(row.line),
    });
    this.#parts = element('div', { class: 'parts' }, this.#grid.root, this.#detail.root);
    const tools = element('div', { class: 'tools' }, this.#outputs, this.#field, this.#count, this.#ring);
    const title = element('h2', { class: 'section', text: t('Results') });
    this.root = element('section', { class: 'results' }, title, tools, this.#empty, this.#parts);
    this.root.setAttribute('aria-label', t('Results'));
    setHidden(this.#ring, true);
  }

  /** Another run: everything is looked at anew. */
  restart(): void {
    this.#closeDetail();
    this.#grid.reset();
    this.#names = [];
  }

  /** The run has moved on. @param going whether more records may come */
  show({ snapshot: { outputs }, absent }: StudioRun, going: boolean): void {
    const { t } = this.#options.words;
    const names = outputs.map(({ name }) => name);
    if (names.join('\n') !== this.#names.join('\n')) {
      this.#names = names;
      fillDropdown(
        this.#outputs,
        outputs.map(({ name, path }) => ({ value: name, label: path })),
        this.#view.output,
      );
      setHidden(this.#outputs, names.length < 2);
      const output = names.includes(this.#view.output) ? this.#view.output : (names[0] ?? '');
      this.#look({ ...this.#view, output });
    }
    const none = going ? t('The first records will appear here.') : t('There are no records.');
    setText(this.#empty, absent[this.#view.output] ?? none);
  }

  /** There is more to see. */
  showCounts(counts: ResultCounts): void {
    if (counts.output !== this.#view.output || counts.query !== this.#view.query) return;
    const { t, number } = this.#options.words;
    this.#grid.count = counts.matched;
    setHidden(this.#ring, !counts.searching);
    const searched = counts.query !== '';
    setText(
      this.#count,
      searched
        ? t('{0} of {1} records', number(counts.matched), number(counts.total))
        : t('{0} records', number(counts.total)),
    );
    setHidden(this.#parts, counts.total === 0);
    setHidden(this.#empty, counts.total > 0);
    setHidden(this.#field, counts.total === 0 && !searched);
    setHidden(this.#count, counts.total === 0);
  }

  #look(view: ResultsView): void {
    if (view.output === '') return;
    this.#view = view;
    this.#outputs.value = view.output;
    this.#options.onView(view);
    this.#closeDetail();
    this.#grid.reset();
    // The first page also says how many there are.
    void this.#fetch(0, 1).catch(() => undefined);
  }

  async #fetch(start: number, count: number): Promise<readonly ResultRow[]> {
    const view = this.#view;
    const page = await this.#options.fetchRows(view, start, count);
    if (view === this.#view) {
      this.#grid.setColumns(page.columns);
      this.showCounts(page.counts);
    }
    return page.rows;
  }

  async #showRecord(line: number): Promise<void> {
    const { output } = this.#view;
    const record = await this.#options.fetchRecord(output, line).catch(() => undefined);
    if (record === undefined || output !== this.#view.output) return;
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
