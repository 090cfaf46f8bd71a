/** The viewer of a dataset: puts its parts together, and carries what one of them does to the others. */
import type { Messenger } from '../../src/protocol/messenger.ts';
import type {
  DatasetAnswers,
  DatasetHostAnswers,
  DatasetStart,
  DatasetState,
  DecisionChange,
  ToDataset,
  ToDatasetHost,
  ViewQuery,
  ViewRecord,
} from '../../src/protocol/dataset.ts';
import { Cards, PAGE_CARDS } from '../ui/cards.ts';
import type { EditorApi } from '../ui/editorApi.ts';
import { element, setHidden, setText } from '../ui/element.ts';
import { ReviewActions } from '../ui/reviewActions.ts';
import { listenForKeys } from '../ui/listenForKeys.ts';
import type { KeyActions } from '../ui/reviewKeys.ts';
import type { Wording } from '../ui/wording.ts';
import { readState, WHOLE, type Mode, type ViewerState } from './keptState.ts';
import { RecordPane } from './recordPane.ts';
import { StatisticsView } from './statistics.ts';
import { TableView } from './tableView.ts';
import { Toolbar } from './toolbar.ts';

export type Host = Messenger<ToDataset, DatasetAnswers, ToDatasetHost, DatasetHostAnswers>;

export class Viewer {
  readonly #api: EditorApi;
  readonly #host: Host;
  readonly #words: Wording;
  readonly #toolbar: Toolbar;
  readonly #table: TableView;
  readonly #cards: Cards;
  readonly #statistics: StatisticsView;
  readonly #pane: RecordPane;
  readonly #review: ReviewActions;
  readonly #parts: HTMLElement;
  readonly #empty = element('p', { class: 'empty', role: 'status' });
  /** Lines that were decided about in this window, to go back to. */
  readonly #decided: number[] = [];
  #kept: ViewerState;
  #state: DatasetState;
  #revision = -1;
  /** Row of the open record among those of the query; -1: none, or it is not among them. */
  #row = -1;
  #opening = Promise.resolve();
  #saving: number | undefined;
  /** Whether the row of the open record is to be looked for when the search is over. */
  #isUnplaced = false;

  constructor(api: EditorApi, host: Host, words: Wording, start: DatasetStart, root: HTMLElement) {
    this.#api = api;
    this.#host = host;
    this.#words = words;
    this.#kept = readState(api.getState());
    this.#state = start.state;
    const { query, hidden, widths } = this.#kept;
    this.#toolbar = new Toolbar({
      words,
      query,
      onQuery: (change) => this.#look({ ...this.#kept.query, ...change }),
      onStopSearch: () => this.#send({ type: 'stop-search' }),
      onMode: (mode) => this.#showMode(mode),
      onUndo: () => void this.#undo(),
      onRedo: () => void this.#redo(),
      onApply: () => this.#send({ type: 'apply' }),
      onOpenReview: () => this.#send({ type: 'open-review' }),
      drawColumns: () => this.#table.drawMenu(),
    });
    this.#table = new TableView(
      {
        words,
        columns: { hidden, widths },
        fetch: (from, count, columns) => this.#rows(from, count, columns),
        onChoose: ({ line }, index) => void this.#open(line, index),
        onSort: (sort) => this.#look({ ...this.#kept.query, sort }),
        onColumns: (columns) => {
          this.#keep(columns);
          this.#toolbar.refreshColumns();
        },
        onScroll: (top) => this.#keep({ top }),
      },
      query.sort,
    );
    this.#cards = new Cards({
      words,
      fetch: (from, count) => this.#records(from, count),
      onChoose: (line, row) => void this.#open(line, row),
      onPage: (top) => this.#keep({ top }),
    });
    this.#statistics = new StatisticsView({
      words,
      fetch: () => host.request({ type: 'statistics' }),
      onStop: () => this.#send({ type: 'stop-statistics' }),
      onValue: (column, value) => {
        this.#showMode('table');
        this.#look({ ...WHOLE, where: { [column]: value } });
      },
    });
    this.#review = new ReviewActions({
      record: () => this.#openOne(),
      decide: (line, change) => this.#decide(line, change),
      moveOn: () => this.#move(1),
    });
    this.#pane = new RecordPane({
      words,
      onMove: (by) => void this.#move(by),
      onOpenLine: (line) => this.#send({ type: 'open-line', line }),
      onClose: () => this.#close(),
      onVerdict: (verdict) => void this.#review.verdict(verdict),
      onRate: (rating) => void this.#review.rate(rating),
      onChange: (change) => void this.#review.change(change),
    });
    const { root: cards } = this.#cards;
    this.#parts = element(
      'div',
      { class: 'parts' },
      this.#table.grid.root,
      cards,
      this.#statistics.root,
      this.#pane.root,
    );
    root.replaceChildren(this.#toolbar.root, this.#empty, this.#parts);
    const keys: KeyActions = {
      verdict: (verdict) => this.#review.verdict(verdict),
      rate: (rating) => this.#review.rate(rating),
      edit: async () => {
        if ((await this.#openOne())?.broken === null) this.#pane.edit();
      },
      note: async () => {
        if ((await this.#openOne())?.broken === null) this.#pane.focusNote();
      },
      undo: () => this.#undo(),
      redo: () => this.#redo(),
      move: (by) => this.#move(by),
      close: () => this.#close(),
      search: () => this.#toolbar.focusSearch(),
      goToLine: () => this.#send({ type: 'go-to-line' }),
      mode: (mode) => this.#showMode(mode),
      statistics: () => this.#showMode('statistics'),
      help: () => this.#toolbar.toggleHelp(),
    };
    listenForKeys(keys, () => true);
    this.#begin();
  }

  receive(message: ToDataset): void {
    if (message.type === 'state') this.#show(message.state);
    else if (message.type === 'statistics-progress') this.#statistics.share = message.share;
    else if (message.type === 'show-line') void this.#showLine(message.line);
    else {
      setText(this.#empty, message.message);
      setHidden(this.#empty, false);
    }
  }

  /** Takes up where the person left off. */
  #begin(): void {
    const { line, top } = this.#kept;
    this.#showMode(this.#kept.mode);
    this.#show(this.#state);
    // The first page also says how many rows there are.
    void this.#rows(0, 1, null).then(() => {
      if (line !== null) void this.#showLine(line, top);
      else if (top > 0) this.#scrollTo(top);
    }, ignore);
    this.#table.grid.focus();
  }

  #scrollTo(top: number): void {
    if (this.#kept.mode === 'cards') this.#cards.show(top - (top % PAGE_CARDS));
    else this.#table.grid.scrollToRow(top);
  }

  async #rows(start: number, count: number, columns: readonly string[] | null) {
    const { query } = this.#kept;
    const page = await this.#host.request({
      type: 'rows',
      query,
      start,
      count,
      columns: columns === null ? null : [...columns],
    });
    if (query === this.#kept.query) this.#showCounts(page.counts);
    return page;
  }

  async #records(start: number, count: number): Promise<readonly ViewRecord[]> {
    const { rows } = await this.#rows(start, count, []);
    return Promise.all(rows.map(({ line }) => this.#host.request({ type: 'record', line })));
  }

  #show(state: DatasetState): void {
    this.#state = state;
    this.#showCounts(state.counts);
  }

  #showCounts(counts: DatasetState['counts']): void {
    const { t } = this.#words;
    this.#state = { ...this.#state, counts };
    const { total, matched, isIndexing, isSearching, revision } = counts;
    this.#toolbar.show(this.#state, this.#kept.query);
    this.#table.grid.count = matched;
    this.#cards.count = matched;
    if (revision !== this.#revision) {
      const isFirst = this.#revision === -1;
      this.#revision = revision;
      if (!isFirst) this.#refresh();
    }
    const { line } = this.#kept;
    if (this.#isUnplaced && line !== null && !isIndexing && !isSearching) void this.#showLine(line);
    const none = total === 0 ? t('There are no lines in this file.') : t('No record fits.');
    setText(this.#empty, this.#state.isThere || isIndexing ? none : t('The file is not there any more.'));
    setHidden(this.#empty, matched > 0 || isIndexing || isSearching);
  }

  /** What is shown may not be what is there any more. */
  #refresh(): void {
    this.#table.grid.refresh();
    if (this.#kept.mode === 'cards') void this.#cards.refresh();
    const { line } = this.#kept;
    if (line !== null) void this.#readRecord(line);
  }

  #look(query: ViewQuery): void {
    this.#keep({ query, top: 0 });
    this.#row = -1;
    this.#table.sort = query.sort;
    this.#table.grid.reset();
    this.#cards.count = 0;
    void this.#rows(0, 1, []).then(() => {
      if (this.#kept.mode === 'cards') this.#cards.show(0);
    }, ignore);
  }

  #showMode(mode: Mode): void {
    const top = this.#kept.mode === 'cards' ? this.#cards.start : this.#table.grid.firstSeen;
    const changed = mode !== this.#kept.mode;
    this.#keep({ mode });
    this.#toolbar.showMode(mode);
    setHidden(this.#table.grid.root, mode !== 'table');
    setHidden(this.#cards.root, mode !== 'cards');
    setHidden(this.#statistics.root, mode !== 'statistics');
    if (mode === 'statistics') void this.#statistics.load();
    else if (changed) this.#scrollTo(this.#row >= 0 ? this.#row : top);
    if (mode === 'cards' && !changed) this.#cards.show(this.#kept.top);
  }

  /** Opens the record of a line, and shows where it stands. */
  async #showLine(line: number, top?: number): Promise<void> {
    const row = await this.#host.request({ type: 'row-of', query: this.#kept.query, line }).catch(() => -1);
    const { isIndexing, isSearching } = this.#state.counts;
    this.#isUnplaced = row < 0 && (isIndexing || isSearching);
    if (top !== undefined) this.#scrollTo(top);
    if (row >= 0) this.#table.grid.mark(row);
    await this.#open(line, row);
  }

  #open(line: number, row: number): Promise<void> {
    this.#row = row;
    this.#keep({ line });
    if (this.#kept.mode === 'cards' && row >= 0) this.#cards.mark(row);
    this.#opening = this.#readRecord(line);
    return this.#opening;
  }

  async #readRecord(line: number): Promise<void> {
    const record = await this.#host.request({ type: 'record', line }).catch(() => undefined);
    if (this.#kept.line !== line) return;
    if (record === undefined) {
      this.#close();
      return;
    }
    this.#pane.show(record);
    this.#parts.classList.add('split');
  }

  #close(): void {
    if (this.#pane.isEditing) return;
    const hadFocus = this.#pane.root.contains(document.activeElement);
    this.#pane.hide();
    this.#parts.classList.remove('split');
    this.#table.grid.clearChoice();
    this.#keep({ line: null });
    this.#row = -1;
    if (hadFocus) this.#table.grid.focus();
  }

  async #move(by: 1 | -1): Promise<void> {
    const from = this.#row >= 0 ? this.#row : this.#table.grid.active;
    const to = Math.max(0, Math.min(from + by, this.#state.counts.matched - 1));
    if (to !== from) await this.#showRow(to);
  }

  async #showRow(row: number): Promise<void> {
    const page = await this.#rows(row, 1, []);
    const line = page.rows[0]?.line;
    if (line === undefined) return;
    if (this.#kept.mode === 'table') this.#table.grid.mark(row);
    await this.#open(line, row);
  }

  /** The open record; opens the one that the keys stand at, where none is. */
  async #openOne(): Promise<ViewRecord | undefined> {
    await this.#opening;
    if (this.#pane.record === undefined) await this.#showRow(Math.max(0, this.#table.grid.active));
    return this.#pane.record;
  }

  async #decide(line: number, change: DecisionChange): Promise<void> {
    try {
      await this.#host.request({ type: 'decide', line, change });
      this.#decided.push(line);
      await this.#redraw(line);
    } catch (error) {
      this.#tell(error);
      throw error;
    }
  }

  async #undo(): Promise<void> {
    if (this.#state.review?.canUndo !== true) return;
    await this.#host.request({ type: 'undo' }).catch((error: unknown) => this.#tell(error));
    const line = this.#decided.pop();
    this.#refresh();
    if (line !== undefined) await this.#showLine(line);
  }

  async #redo(): Promise<void> {
    await this.#host.request({ type: 'redo' }).catch((error: unknown) => this.#tell(error));
    this.#refresh();
  }

  async #redraw(line: number): Promise<void> {
    this.#table.grid.refresh();
    if (this.#kept.mode === 'cards') void this.#cards.refresh();
    if (this.#kept.line === line) await this.#readRecord(line);
  }

  #tell(error: unknown): void {
    setText(this.#empty, error instanceof Error ? error.message : String(error));
    setHidden(this.#empty, false);
  }

  #send(message: Parameters<Host['request']>[0]): void {
    this.#host.request(message).catch((error: unknown) => this.#tell(error));
  }

  #keep(change: Partial<ViewerState>): void {
    this.#kept = { ...this.#kept, ...change };
    // Scrolling changes it many times a second.
    window.clearTimeout(this.#saving);
    this.#saving = window.setTimeout(() => this.#api.setState(this.#kept), 100);
  }
}

/** What failed is asked again when it is next wanted; the host has it in its log. */
function ignore(): void {
  // Nothing is left to do.
}
