import type { ViewRecord } from '../../src/protocol/dataset.ts';
import { element, setText } from './element.ts';
import { createBrokenCard, createRecordCard } from './recordCard.ts';
import type { Wording } from './wording.ts';
import { brokenText } from './brokenText.ts';
import './cards.css';
import { iconButton } from './iconButton.ts';
import { fieldsOf, withEdit } from './recordFields.ts';
import './review.css';

/** Cards that are drawn at a time. */
export const PAGE_CARDS = 20;

export interface CardsOptions {
  readonly words: Wording;
  /** The records of the rows from `start` on. */
  readonly fetch: (start: number, count: number) => Promise<readonly ViewRecord[]>;
  readonly onChoose: (line: number, row: number) => void;
  /** The first row that is shown. */
  readonly onPage: (start: number) => void;
}

/** Records as cards, some at a time. */
export class Cards {
  readonly root: HTMLElement;
  readonly #options: CardsOptions;
  readonly #list = element('div', { class: 'cards', role: 'list' });
  readonly #place = element('span', { class: 'muted', role: 'status' });
  readonly #previous: HTMLButtonElement;
  readonly #next: HTMLButtonElement;
  #start = 0;
  #count = 0;
  #chosen = -1;
  /** Raised with each question: only the answer to the last one is shown. */
  #asked = 0;

  constructor(options: CardsOptions) {
    this.#options = options;
    const { t } = options.words;
    this.#previous = iconButton({
      label: t('Previous Page'),
      icon: 'chevron-left',
      onClick: () => this.show(this.#start - PAGE_CARDS),
    });
    this.#next = iconButton({
      label: t('Next Page'),
      icon: 'chevron-right',
      onClick: () => this.show(this.#start + PAGE_CARDS),
    });
    this.#list.setAttribute('aria-label', t('Records'));
    const pager = element('div', { class: 'pager' }, this.#previous, this.#place, this.#next);
    this.root = element('div', { class: 'cards-view' }, this.#list, pager);
    this.#list.addEventListener('click', (event) => {
      if (event.target instanceof Element && event.target.closest('button, summary, a') !== null) return;
      const card = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-row]') : null;
      if (card !== null && document.getSelection()?.isCollapsed !== false) this.#choose(card);
    });
    this.#list.addEventListener('keydown', (event) => {
      const card = event.target instanceof HTMLElement ? event.target : null;
      if (event.key !== 'Enter' || card?.dataset['row'] === undefined) return;
      event.preventDefault();
      this.#choose(card);
    });
  }

  set count(count: number) {
    const changed = count !== this.#count;
    const grew = this.#list.childElementCount < PAGE_CARDS && count > this.#count;
    this.#count = count;
    if (changed) this.#showPlace();
    if (grew && !this.root.hidden) this.show(this.#start);
  }

  /** Row of the first card. */
  get start(): number {
    return this.#start;
  }

  /** Shows the page that begins with a row. */
  show(start: number): void {
    const last = Math.max(0, this.#count - 1);
    this.#start = Math.max(0, Math.min(start, last - (last % PAGE_CARDS)));
    this.#options.onPage(this.#start);
    void this.refresh(true);
  }

  /** Marks the card of a row and shows its page. */
  mark(row: number): void {
    this.#chosen = row;
    if (row < this.#start || row >= this.#start + PAGE_CARDS) {
      this.show(row - (row % PAGE_CARDS));
      return;
    }
    for (const card of this.#list.children) {
      if (!(card instanceof HTMLElement)) continue;
      const isChosen = Number(card.dataset['row']) === row;
      card.classList.toggle('chosen', isChosen);
      if (isChosen) card.scrollIntoView({ block: 'nearest' });
    }
  }

  /** Draws the cards anew. @param toTop another page: it is seen from its beginning */
  async refresh(toTop = false): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    const records = await this.#options.fetch(this.#start, PAGE_CARDS).catch(() => []);
    if (asked !== this.#asked) return;
    this.#list.replaceChildren(...records.map((record, index) => this.#card(record, this.#start + index)));
    if (toTop) this.#list.scrollTop = 0;
    this.#showPlace();
    if (this.#chosen >= 0) this.mark(this.#chosen);
  }

  #choose(card: HTMLElement): void {
    const row = Number(card.dataset['row']);
    this.#options.onChoose(Number(card.dataset['line']), row);
    this.mark(row);
  }

  #card(record: ViewRecord, row: number): HTMLElement {
    const { words } = this.#options;
    const { t, number } = words;
    const fields = fieldsOf(record);
    const { decision } = record;
    const verdict =
      decision?.verdict === 'accept' ? t('Accepted') : decision?.verdict === 'reject' ? t('Rejected') : '';
    const rating = decision?.rating == null ? '' : '★'.repeat(decision.rating);
    const title = [t('Line {0}', number(record.line + 1)), verdict, rating].filter((part) => part !== '').join(' · ');
    const card = element(
      'article',
      { class: 'card', role: 'listitem' },
      element('div', { class: 'record-name', text: title }),
      fields === undefined
        ? createBrokenCard(words, brokenText(record.broken ?? 'not-json', words), record.text)
        : createRecordCard(words, withEdit(fields, decision?.edit ?? {})),
    );
    card.tabIndex = 0;
    card.dataset['row'] = String(row);
    card.dataset['line'] = String(record.line);
    card.dataset['verdict'] = decision?.verdict ?? '';
    return card;
  }

  #showPlace(): void {
    const { t, number } = this.#options.words;
    const end = Math.min(this.#start + PAGE_CARDS, this.#count);
    setText(
      this.#place,
      t('{0} to {1} of {2}', number(Math.min(this.#start + 1, end)), number(end), number(this.#count)),
    );
    this.#previous.disabled = this.#start === 0;
    this.#next.disabled = end >= this.#count;
  }
}
