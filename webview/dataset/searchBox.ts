import type { QueryMode, ViewQuery } from '../../src/protocol/dataset.ts';
import { element, icon, setHidden, setText } from '../ui/element.ts';
import type { Wording } from '../ui/wording.ts';
import { iconButton, setPressed } from '../ui/iconButton.ts';

/** Typing goes on: the search begins when it has rested for so long. */
const REST_MS = 250;

type Search = Pick<ViewQuery, 'text' | 'mode' | 'matchCase'>;

/** The field of the search, with its switches: case, regular expression, condition. */
export class SearchBox {
  readonly root: HTMLElement;
  readonly #words: Wording;
  readonly #onSearch: (search: Search) => void;
  readonly #input = element('input');
  readonly #case: HTMLButtonElement;
  readonly #pattern: HTMLButtonElement;
  readonly #condition: HTMLButtonElement;
  readonly #problem = element('div', { class: 'problem', role: 'alert' });
  #search: Search;
  #timer: number | undefined;

  constructor(words: Wording, search: Search, onSearch: (search: Search) => void) {
    this.#words = words;
    this.#onSearch = onSearch;
    // What else there is to a query is not the box's.
    this.#search = { text: search.text, mode: search.mode, matchCase: search.matchCase };
    const { t } = words;
    this.#input.type = 'text';
    this.#input.spellcheck = false;
    this.#input.addEventListener('input', () => {
      window.clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => this.#change({ text: this.#input.value }), REST_MS);
    });
    this.#case = iconButton({
      label: t('Match Case'),
      icon: 'case-sensitive',
      onClick: () => this.#change({ matchCase: !this.#search.matchCase }),
    });
    this.#pattern = iconButton({
      label: t('Use Regular Expression'),
      icon: 'regex',
      onClick: () => this.#switch('pattern'),
    });
    this.#condition = iconButton({
      label: t('Use Condition on Fields'),
      icon: 'filter',
      onClick: () => this.#switch('condition'),
    });
    this.root = element(
      'div',
      { class: 'find' },
      icon('search'),
      this.#input,
      this.#case,
      this.#pattern,
      this.#condition,
      this.#problem,
    );
    this.#input.value = search.text;
    this.#show();
  }

  focus(): void {
    this.#input.focus();
    this.#input.select();
  }

  /** What is wrong with what was typed; null: nothing. */
  set problem(text: string | null) {
    setText(this.#problem, text ?? '');
    setHidden(this.#problem, text === null);
    this.root.classList.toggle('wrong', text !== null);
    this.#input.setAttribute('aria-invalid', String(text !== null));
  }

  #switch(mode: QueryMode): void {
    this.#change({ mode: this.#search.mode === mode ? 'text' : mode });
    this.#input.focus();
  }

  #change(change: Partial<Search>): void {
    window.clearTimeout(this.#timer);
    this.#search = { ...this.#search, text: this.#input.value, ...change };
    this.#show();
    this.#onSearch(this.#search);
  }

  #show(): void {
    const { t } = this.#words;
    const { mode, matchCase } = this.#search;
    setPressed(this.#case, matchCase);
    setPressed(this.#pattern, mode === 'pattern');
    setPressed(this.#condition, mode === 'condition');
    this.#case.disabled = mode === 'condition';
    this.#input.placeholder = mode === 'condition' ? t('reward > 1.5 and len(prompt) < 200') : t('Search');
    this.#input.setAttribute(
      'aria-label',
      mode === 'condition' ? t('Condition that records must meet') : t('Search the records'),
    );
    setHidden(this.#problem, this.#problem.textContent === '');
  }
}
