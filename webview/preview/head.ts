import type { PreviewView } from '../../src/protocol/preview.ts';
import { element, setHidden, setText } from '../ui/element.ts';
import { createButton } from '../ui/toolkit.ts';
import type { Wording } from '../ui/wording.ts';
import type { Send } from './main.ts';

/** More columns nobody can read side by side. */
const MOST_COLUMNS = 4;

/** Name of the template, and the buttons that are about all columns. */
export class Head {
  readonly root: HTMLElement;
  readonly #words: Wording;
  readonly #name = element('h1');
  readonly #place = element('span', { class: 'place' });
  readonly #blocked = element('p', { class: 'notice' });
  readonly #try: HTMLElement;
  readonly #stop: HTMLElement;
  readonly #compare: HTMLElement;

  constructor(words: Wording, send: Send) {
    this.#words = words;
    const { t } = words;
    this.#try = createButton({
      label: t('Try'),
      icon: 'play',
      look: 'primary',
      onClick: () => send({ type: 'try', column: null }),
    });
    this.#try.title = t('Ask the chosen endpoint (Ctrl+Enter)');
    this.#stop = createButton({
      label: t('Cancel'),
      icon: 'debug-stop',
      onClick: () => send({ type: 'stop', column: null }),
    });
    this.#stop.title = t('Stop asking (Escape)');
    this.#compare = createButton({
      label: t('Compare'),
      icon: 'split-horizontal',
      onClick: () => send({ type: 'add-column' }),
    });
    this.#compare.title = t('Another endpoint or another version beside this one');
    const open = createButton({
      label: t('Open Template'),
      icon: 'go-to-file',
      look: 'icon',
      onClick: () => send({ type: 'open-template' }),
    });
    const buttons = element('div', { class: 'buttons' }, this.#try, this.#stop, this.#compare, open);
    const title = element('div', { class: 'title' }, this.#name, this.#place);
    this.root = element('header', {}, element('div', { class: 'title-line' }, title, buttons), this.#blocked);
  }

  show({ name, place, columns, blocked }: PreviewView): void {
    const isAsking = columns.some(({ answer }) => answer?.state === 'asking');
    setText(this.#name, name);
    setText(this.#place, place);
    setText(this.#blocked, blocked ?? '');
    setHidden(this.#blocked, blocked === null);
    const canAsk = blocked === null && columns.some(({ problems }) => problems.length === 0);
    // A button that goes away takes the focus with it.
    const focusMoves = isAsking !== !this.#stop.hidden && this.root.contains(document.activeElement);
    setHidden(this.#try, isAsking);
    setHidden(this.#stop, !isAsking);
    this.#try.toggleAttribute('disabled', !canAsk);
    this.#compare.toggleAttribute('disabled', columns.length >= MOST_COLUMNS);
    setText(labelOf(this.#try), columns.length > 1 ? this.#words.t('Try All') : this.#words.t('Try'));
    if (focusMoves) (isAsking ? this.#stop : this.#try).focus();
  }
}

/** The text of a button, beside its icon. */
function labelOf(button: HTMLElement): Node {
  return [...button.childNodes].find((node) => node.nodeType === Node.TEXT_NODE) ?? button;
}
