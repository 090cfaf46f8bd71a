import {
  DECISION_FILTERS,
  type DatasetState,
  type DecisionFilter,
  type ViewQuery,
} from '../../src/protocol/dataset.ts';
import { element, setHidden, setText } from '../ui/element.ts';
import { createButton, createDropdown, createProgressRing, fillDropdown } from '../ui/toolkit.ts';
import type { Wording } from '../ui/wording.ts';
import { iconButton, setPressed } from '../ui/iconButton.ts';
import { drawKeysHelp } from '../ui/keysHelp.ts';
import { Popup } from '../ui/popup.ts';
import { drawMenu } from '../ui/popupMenu.ts';
import { ReviewTally, type ReviewTallyOptions } from '../ui/reviewTally.ts';
import { MODES, type Mode } from './keptState.ts';
import { SearchBox } from './searchBox.ts';
import { leftOutText } from '../ui/leftOutText.ts';
import { filterText } from '../ui/filterText.ts';

export interface ToolbarOptions extends ReviewTallyOptions {
  readonly words: Wording;
  readonly query: ViewQuery;
  readonly onQuery: (change: Partial<ViewQuery>) => void;
  readonly onStopSearch: () => void;
  readonly onMode: (mode: Mode) => void;
  /** What stands in the menu of columns at present. */
  readonly drawColumns: () => HTMLElement;
}

/** Everything above the records. */
export class Toolbar {
  readonly root: HTMLElement;
  readonly #options: ToolbarOptions;
  readonly #search: SearchBox;
  readonly #filter;
  readonly #count = element('span', { class: 'count', role: 'status' });
  readonly #leftOut = element('p', { class: 'left-out', role: 'status' });
  readonly #where = element('span', { class: 'where' });
  readonly #busy: HTMLElement;
  readonly #share = element('span', { class: 'muted' });
  readonly #stop: HTMLElement;
  readonly #modes: Readonly<Record<Mode, HTMLButtonElement>>;
  readonly #review: ReviewTally;
  readonly #help: Popup;
  readonly #columns: Popup;
  /** What is seldom used, where there is no room for its buttons. */
  readonly #more: Popup;

  constructor(options: ToolbarOptions) {
    this.#options = options;
    const { words, query, onQuery } = options;
    const { t } = words;
    this.#search = new SearchBox(words, query, onQuery);
    this.#filter = createDropdown({
      label: t('Which records'),
      onChange: (value) => onQuery({ decision: DECISION_FILTERS.find((filter) => filter === value) ?? 'all' }),
    });
    this.#showFilter(query.decision);
    this.#stop = createButton({ label: t('Stop'), onClick: options.onStopSearch });
    this.#busy = element('span', { class: 'busy' }, createProgressRing(t('Reading the file')), this.#share, this.#stop);
    const icons = { table: 'table', cards: 'list-flat', statistics: 'graph' } as const;
    const labels = { table: t('Table'), cards: t('Cards'), statistics: t('Statistics') };
    const keys = { table: 'T', cards: 'C', statistics: 'S' } as const;
    const modeButton = (mode: Mode): HTMLButtonElement =>
      iconButton({ label: labels[mode], icon: icons[mode], key: keys[mode], onClick: () => options.onMode(mode) });
    this.#modes = { table: modeButton('table'), cards: modeButton('cards'), statistics: modeButton('statistics') };
    const more = iconButton({ label: t('More Actions…'), icon: 'ellipsis', onClick: () => this.#toggleMore() });
    more.classList.add('more');
    this.#more = new Popup(more, t('More Actions…'));
    const columns = iconButton({ label: t('Columns'), icon: 'split-horizontal', onClick: () => this.#toggleColumns() });
    this.#columns = new Popup(columns, t('Columns'), more);
    const help = iconButton({ label: t('Keys'), icon: 'question', key: '?', onClick: () => this.toggleHelp() });
    this.#help = new Popup(help, t('Keys'), more);
    const seldom = element('span', { class: 'tool-group seldom' }, columns, help);
    this.#review = new ReviewTally(words, options);
    const left = element(
      'div',
      { class: 'tools' },
      this.#search.root,
      this.#filter,
      this.#where,
      this.#count,
      this.#busy,
    );
    const views = element('span', { class: 'tool-group' }, ...MODES.map((mode) => this.#modes[mode]), seldom, more);
    const popups = [this.#columns, this.#help, this.#more].map(({ root }) => root);
    const right = element('span', { class: 'popup-anchor' }, views, ...popups);
    this.root = element('header', {}, left, right, this.#leftOut, this.#review.root);
  }

  focusSearch(): void {
    this.#search.focus();
  }

  toggleHelp(): void {
    if (this.#help.isOpen) this.#help.close();
    else this.#help.open(drawKeysHelp(this.#options.words));
  }

  /** Draws the menu of columns anew when it is open. */
  refreshColumns(): void {
    if (!this.#columns.isOpen) return;
    const at = [...this.#columns.root.querySelectorAll('input, button')].indexOf(document.activeElement ?? this.root);
    this.#columns.open(this.#options.drawColumns());
    const again = [...this.#columns.root.querySelectorAll<HTMLElement>('input, button')];
    again[at]?.focus();
  }

  showMode(mode: Mode): void {
    for (const name of MODES) setPressed(this.#modes[name], name === mode);
  }

  show({ counts, review }: DatasetState, query: ViewQuery): void {
    const { words, onQuery } = this.#options;
    const { t, number } = words;
    const { total, matched, isIndexing, isSearching, share, problem, leftOut, isLimited } = counts;
    const isPart = query.text !== '' || query.decision !== 'all' || Object.keys(query.where).length > 0;
    const shown = isLimited ? t('more than {0}', number(matched)) : number(matched);
    const lines = total === 1 ? t('1 line') : t('{0} lines', number(total));
    setText(this.#count, isPart ? t('{0} of {1}', shown, lines) : lines);
    setHidden(this.#busy, !isIndexing && !isSearching);
    setHidden(this.#stop, isIndexing || !isSearching);
    setText(this.#share, `${Math.floor(share * 100)}%`);
    this.#search.problem = problem;
    const told = leftOutText(leftOut, words);
    setText(this.#leftOut, told);
    setHidden(this.#leftOut, told === '');
    this.#showFilter(query.decision);
    this.#showWhere(query, onQuery);
    this.#review.show(review);
  }

  #toggleMore(): void {
    if (this.#more.isOpen) {
      this.#more.close();
      return;
    }
    const { t } = this.#options.words;
    const choose = (open: () => void) => () => {
      this.#more.close();
      open();
    };
    const menu = drawMenu(t('More Actions…'), [
      { label: t('Columns'), icon: 'split-horizontal', onChoose: choose(() => this.#toggleColumns()) },
      { label: t('Keys'), icon: 'question', key: '?', onChoose: choose(() => this.toggleHelp()) },
    ]);
    this.#more.open(menu);
  }

  #toggleColumns(): void {
    if (this.#columns.isOpen) this.#columns.close();
    else this.#columns.open(this.#options.drawColumns());
  }

  #showFilter(decision: DecisionFilter): void {
    if (this.#filter.childElementCount > 0 && this.#filter.value === decision) return;
    const options = DECISION_FILTERS.map((value) => ({ value, label: filterText(value, this.#options.words) }));
    fillDropdown(this.#filter, options, decision);
  }

  /** The values that records must have, each to be taken away. */
  #showWhere({ where }: ViewQuery, onQuery: ToolbarOptions['onQuery']): void {
    const key = JSON.stringify(where);
    if (this.#where.dataset['key'] === key) return;
    this.#where.dataset['key'] = key;
    const { t } = this.#options.words;
    this.#where.replaceChildren(
      ...Object.entries(where).map(([column, value]) => {
        const rest = Object.fromEntries(Object.entries(where).filter(([name]) => name !== column));
        const chip = element('button', {
          class: 'chip',
          text: `${column}: ${value} ✕`,
          hint: t('Show other values, too'),
        });
        chip.type = 'button';
        chip.addEventListener('click', () => onQuery({ where: rest }));
        return chip;
      }),
    );
  }
}
