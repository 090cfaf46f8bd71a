import type { ResultRecord } from '../../src/protocol/studio.ts';
import { element, setText } from '../ui/element.ts';
import { createButton } from '../ui/toolkit.ts';
import type { Wording } from '../ui/wording.ts';

export interface DetailActions {
  /** Shows the record before (−1) or after (1). */
  readonly onMove: (by: -1 | 1) => void;
  readonly onOpenLine: (line: number) => void;
  readonly onClose: () => void;
}

/** One record with everything in it, as text. */
export class Detail {
  readonly root: HTMLElement;
  readonly #words: Wording;
  readonly #title = element('h2');
  readonly #fields = element('dl', { class: 'fields' });
  #line = 0;

  constructor(words: Wording, { onMove, onOpenLine, onClose }: DetailActions) {
    this.#words = words;
    const { t } = words;
    const buttons = element(
      'div',
      { class: 'buttons' },
      createButton({ label: t('Previous Record'), icon: 'arrow-up', look: 'icon', onClick: () => onMove(-1) }),
      createButton({ label: t('Next Record'), icon: 'arrow-down', look: 'icon', onClick: () => onMove(1) }),
      createButton({
        label: t('Open in File'),
        icon: 'go-to-file',
        look: 'icon',
        onClick: () => onOpenLine(this.#line),
      }),
      createButton({ label: t('Close'), icon: 'close', look: 'icon', onClick: onClose }),
    );
    this.#fields.tabIndex = 0;
    this.#fields.setAttribute('aria-label', t('Fields of the record'));
    this.root = element(
      'section',
      { class: 'detail' },
      element('div', { class: 'head' }, this.#title, buttons),
      this.#fields,
    );
    this.root.setAttribute('aria-label', t('Record'));
    this.root.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') onClose();
    });
    this.root.hidden = true;
  }

  show({ line, fields, broken }: ResultRecord): void {
    const { t, number } = this.#words;
    this.#line = line;
    setText(this.#title, t('Line {0}', number(line + 1)));
    const shown =
      broken === null ? fields : [{ name: t('This line is not a JSON object'), kind: 'json' as const, text: broken }];
    this.#fields.replaceChildren(
      ...shown.flatMap(({ name, kind, text }) => [
        element('dt', { text: name }),
        element('dd', { class: kind, text: text === '' ? ' ' : text }),
      ]),
    );
    this.#fields.scrollTop = 0;
    this.root.hidden = false;
  }

  hide(): void {
    this.root.hidden = true;
  }
}
