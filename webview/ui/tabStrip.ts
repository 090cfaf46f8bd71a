import { element, setHidden, setText } from './element.ts';

/** A tab as the strip draws it. */
export interface StripTab {
  readonly id: string;
  readonly label: string;
}

export interface TabStripOptions {
  /** What the tabs are about, for screen readers. */
  readonly label: string;
  readonly tabs: readonly StripTab[];
  /** A tab was opened. `byPerson`: by a click or a key, not by `open`. */
  readonly onOpen: (id: string, byPerson: boolean) => void;
}

interface Drawn {
  readonly button: HTMLButtonElement;
  readonly badge: HTMLElement;
}

/**
 * A row of tabs as the editor's panel has them: one stop of the Tab key; the arrow keys, Home and End open the others. Each
 * tab names the element that it shows (`panelId`).
 */
export class TabStrip {
  readonly root: HTMLElement;
  readonly #drawn = new Map<string, Drawn>();
  readonly #onOpen: TabStripOptions['onOpen'];
  #open = '';

  constructor({ label, tabs, onOpen }: TabStripOptions) {
    this.#onOpen = onOpen;
    this.root = element('div', { class: 'tab-strip', role: 'tablist' });
    this.root.setAttribute('aria-label', label);
    for (const tab of tabs) {
      const badge = element('span', { class: 'badge' });
      setHidden(badge, true);
      const name = element('span', { text: tab.label });
      const button = element('button', { class: 'tab', role: 'tab' }, name, badge);
      button.type = 'button';
      button.id = `tab-${tab.id}`;
      button.setAttribute('aria-controls', panelId(tab.id));
      button.addEventListener('click', () => this.#show(tab.id, true));
      this.#drawn.set(tab.id, { button, badge });
      this.root.append(button);
    }
    this.root.addEventListener('keydown', (event) => this.#onKey(event));
  }

  /** Opens a tab; does nothing when there is none of that id. */
  open(id: string): void {
    this.#show(id, false);
  }

  #show(id: string, byPerson: boolean): void {
    if (!this.#drawn.has(id)) return;
    this.#open = id;
    for (const [name, { button }] of this.#drawn) {
      button.setAttribute('aria-selected', String(name === id));
      button.tabIndex = name === id ? 0 : -1;
    }
    this.#onOpen(id, byPerson);
  }

  /** A short figure behind a tab's name; empty: none. */
  setBadge(id: string, text: string): void {
    const badge = this.#drawn.get(id)?.badge;
    if (badge === undefined) return;
    setText(badge, text);
    setHidden(badge, text === '');
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const ids = [...this.#drawn.keys()];
    const at = ids.indexOf(this.#open);
    const last = ids.length - 1;
    const target = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last }[
      event.key
    ];
    const id = target === undefined ? undefined : ids[target];
    if (id === undefined) return;
    event.preventDefault();
    this.#show(id, true);
    this.#drawn.get(id)?.button.focus();
  }
}

/** Id of the element that a tab shows. */
export function panelId(tab: string): string {
  return `panel-${tab}`;
}
