import type { SetupField } from '../../src/protocol/setup.ts';
import { element, setHidden, setText } from '../ui/element.ts';
import type { Wording } from '../ui/wording.ts';
import { Field, fieldKey } from './field.ts';
import { keepOpen } from './keptLayout.ts';
import type { Send } from './send.ts';

/** Fields one below the other; those that are seldom needed are folded away until they are given. */
export class Fields {
  readonly root: HTMLElement;
  readonly #words: Wording;
  readonly #send: Send;
  readonly #usual = element('div', { class: 'fields' });
  readonly #minor = element('div', { class: 'fields' });
  readonly #summary = element('summary');
  readonly #more: HTMLDetailsElement;
  readonly #label: string | undefined;
  readonly #fields = new Map<string, Field>();

  /**
   * @param name under which it is kept whether the fields that are folded away are shown
   * @param label of what is folded away; default: how many more there are
   */
  constructor(words: Wording, send: Send, name: string, label?: string) {
    this.#words = words;
    this.#send = send;
    this.#label = label;
    this.#more = element('details', { class: 'more' }, this.#summary, this.#minor);
    keepOpen(this.#more, name);
    this.root = element('div', {}, this.#usual, this.#more);
  }

  show(fields: readonly SetupField[], isLocked: boolean): void {
    const keys = new Set(fields.map(fieldKey));
    for (const [key, field] of this.#fields) {
      if (keys.has(key)) continue;
      field.root.remove();
      this.#fields.delete(key);
    }
    const usual: HTMLElement[] = [];
    const minor: HTMLElement[] = [];
    for (const data of fields) {
      const key = fieldKey(data);
      let field = this.#fields.get(key);
      if (field === undefined) {
        field = new Field(data, this.#words, this.#send);
        this.#fields.set(key, field);
      } else field.show(data);
      // A field stays where it is while somebody writes in it.
      const isWritten = field.root.contains(document.activeElement);
      const isMinor = isWritten ? this.#minor.contains(field.root) : data.isMinor && data.problem === null;
      (isMinor ? minor : usual).push(field.root);
    }
    place(this.#usual, usual);
    place(this.#minor, minor);
    for (const box of this.root.querySelectorAll<HTMLInputElement>('input, textarea, select')) box.disabled = isLocked;
    setText(this.#summary, this.#label ?? this.#words.t('{0} more', minor.length));
    setHidden(this.#more, minor.length === 0);
    setHidden(this.#usual, usual.length === 0);
  }
}

/** Puts elements in order and moves none that stands right: what has the focus keeps it. */
function place(parent: HTMLElement, children: readonly HTMLElement[]): void {
  children.forEach((child, index) => {
    const at = parent.children[index];
    if (at !== child) parent.insertBefore(child, at ?? null);
  });
  while (parent.children.length > children.length) parent.lastElementChild?.remove();
}
