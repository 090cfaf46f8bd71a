import { element } from './element.ts';
import './popup.css';

/** A small box that opens at a button and closes with Escape, a click elsewhere, or when the focus leaves it. */
export class Popup {
  readonly root = element('div', { class: 'popup', role: 'dialog' });
  readonly #button: HTMLElement;
  readonly #otherwise: HTMLElement | undefined;

  /**
   * @param label of the box, for screen readers
   * @param otherwise takes the focus back where there is no room for the button
   */
  constructor(button: HTMLElement, label: string, otherwise?: HTMLElement) {
    this.#button = button;
    this.#otherwise = otherwise;
    this.root.hidden = true;
    this.root.tabIndex = -1;
    this.root.setAttribute('aria-label', label);
    button.setAttribute('aria-haspopup', 'dialog');
    button.setAttribute('aria-expanded', 'false');
    this.root.addEventListener('keydown', (event) => {
      event.stopPropagation();
      if (event.key !== 'Escape') return;
      this.close();
      (this.#button.checkVisibility() ? this.#button : this.#otherwise)?.focus();
    });
    this.root.addEventListener('focusout', (event) => {
      const to = event.relatedTarget;
      if (to instanceof Node && !this.root.contains(to) && to !== this.#button) this.close();
    });
    document.addEventListener('pointerdown', ({ target }) => {
      if (target instanceof Node && !this.root.contains(target) && !this.#button.contains(target)) this.close();
    });
  }

  get isOpen(): boolean {
    return !this.root.hidden;
  }

  open(...content: readonly Node[]): void {
    this.root.replaceChildren(...content);
    this.root.hidden = false;
    this.#button.setAttribute('aria-expanded', 'true');
    const first = this.root.querySelector<HTMLElement>('input, button');
    (first ?? this.root).focus();
  }

  close(): void {
    this.root.hidden = true;
    this.#button.setAttribute('aria-expanded', 'false');
  }
}
