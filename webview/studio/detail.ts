import type { ResultRecord } from '../../src/protocol/studio.ts';
import { element, setText } from '../ui/element.ts';
import { createButton } from '../ui/toolkit.ts';
import type { Wording } from '../ui/wording.ts';

/** Something that can be done with the record that is shown. */
export interface DetailAction {
  readonly label: string;
  readonly icon: string;
  readonly onClick: (record: ResultRecord) => void;
}

export interface DetailOptions {
  readonly title: (record: ResultRecord) => string;
  /** What is shown of a record. */
  readonly draw: (record: ResultRecord) => readonly HTMLElement[];
  readonly actions: readonly DetailAction[];
  /** Stands above the record. */
  readonly bar?: HTMLElement;
  /** Shows the record before (−1) or after (1). */
  readonly onMove: (by: -1 | 1) => void;
  readonly onClose: () => void;
}

/** One record with everything in it, beside the table. */
export class Detail {
  readonly root: HTMLElement;
  readonly #options: DetailOptions;
  readonly #title = element('h2');
  readonly #body = element('div', { class: 'detail-body' });
  #record: ResultRecord | undefined;

  constructor({ t }: Wording, options: DetailOptions) {
    this.#options = options;
    const { actions, bar, onMove, onClose } = options;
    const own = actions.map(({ label, icon, onClick }) =>
      createButton({
        label,
        icon,
        look: 'icon',
        onClick: () => {
          if (this.#record !== undefined) onClick(this.#record);
        },
      }),
    );
    const buttons = element(
      'div',
      { class: 'buttons' },
      ...own,
      createButton({ label: t('Previous Record'), icon: 'arrow-up', look: 'icon', onClick: () => onMove(-1) }),
      createButton({ label: t('Next Record'), icon: 'arrow-down', look: 'icon', onClick: () => onMove(1) }),
      createButton({ label: t('Close'), icon: 'close', look: 'icon', onClick: onClose }),
    );
    this.#body.tabIndex = 0;
    this.#body.setAttribute('role', 'region');
    this.#body.setAttribute('aria-label', t('Fields of the record'));
    this.root = element(
      'section',
      { class: 'detail' },
      element('div', { class: 'head' }, this.#title, buttons),
      ...(bar === undefined ? [] : [bar]),
      this.#body,
    );
    this.root.setAttribute('aria-label', t('Record'));
    this.root.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') onClose();
    });
    this.root.hidden = true;
  }

  /** The record that is shown; undefined: none is. */
  get record(): ResultRecord | undefined {
    return this.#record;
  }

  /** Shows a record; the same one again keeps its place. */
  show(record: ResultRecord): void {
    const isSame = record.line === this.#record?.line && record.text === this.#record.text;
    if (isSame && JSON.stringify(record) === JSON.stringify(this.#record)) return;
    this.#record = record;
    setText(this.#title, this.#options.title(record));
    const hadFocus = this.#body.contains(document.activeElement);
    this.#body.replaceChildren(...this.#options.draw(record));
    // A link that led to another record is gone with the one it stood at.
    if (hadFocus) this.#body.focus();
    if (!isSame) this.#body.scrollTop = 0;
    this.root.hidden = false;
  }

  hide(): void {
    this.#record = undefined;
    this.root.hidden = true;
  }
}
