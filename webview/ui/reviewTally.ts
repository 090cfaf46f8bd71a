import type { ShownReview } from '../../src/protocol/dataset.ts';
import { element, setHidden, setText } from './element.ts';
import { iconButton } from './iconButton.ts';
import './review.css';
import { createButton } from './toolkit.ts';
import type { Wording } from './wording.ts';

export interface ReviewTallyOptions {
  readonly onUndo: () => void;
  readonly onRedo: () => void;
  readonly onApply: () => void;
  readonly onOpenReview: () => void;
}

/** What was decided so far, with the buttons that take it back and that make it part of the data. */
export class ReviewTally {
  readonly root: HTMLElement;
  readonly #words: Wording;
  readonly #undo: HTMLButtonElement;
  readonly #redo: HTMLButtonElement;
  readonly #tally: HTMLButtonElement;
  readonly #apply: HTMLElement;

  constructor(words: Wording, { onUndo, onRedo, onApply, onOpenReview }: ReviewTallyOptions) {
    this.#words = words;
    const { t } = words;
    this.#undo = iconButton({ label: t('Undo'), icon: 'discard', key: 'U', onClick: onUndo });
    this.#redo = iconButton({ label: t('Redo'), icon: 'redo', key: 'Shift+U', onClick: onRedo });
    this.#tally = element('button', { class: 'tally', hint: t('Open the review file') });
    this.#tally.type = 'button';
    this.#tally.addEventListener('click', onOpenReview);
    this.#apply = createButton({ label: t('Apply…'), icon: 'check-all', onClick: onApply });
    this.root = element('div', { class: 'decided' }, this.#tally, this.#undo, this.#redo, this.#apply);
    setHidden(this.root, true);
  }

  show(review: ShownReview | null): void {
    const { t, number } = this.#words;
    const { decisions = 0, canUndo = false, canRedo = false, unreadable = 0 } = review ?? {};
    setHidden(this.root, decisions === 0 && !canUndo && !canRedo && unreadable === 0);
    this.#undo.disabled = !canUndo;
    this.#redo.disabled = !canRedo;
    setHidden(this.#apply, decisions === 0);
    if (review === null) return;
    const { accepted, rejected, edited } = review.tally;
    const parts = [
      t('{0} accepted', number(accepted)),
      t('{0} rejected', number(rejected)),
      ...(edited > 0 ? [t('{0} edited', number(edited))] : []),
      ...(unreadable > 0 ? [t('{0} unreadable lines', number(unreadable))] : []),
    ];
    setText(this.#tally, parts.join(' · '));
  }
}
