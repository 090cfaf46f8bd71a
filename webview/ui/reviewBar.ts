import type { DecisionChange, ViewRecord } from '../../src/protocol/dataset.ts';
import { element, setHidden } from './element.ts';
import type { Wording } from './wording.ts';
import { iconButton, setPressed } from './iconButton.ts';
import './review.css';

const RATINGS = [1, 2, 3, 4, 5] as const;

export interface ReviewBarOptions {
  readonly onVerdict: (verdict: 'accept' | 'reject') => void;
  readonly onRate: (rating: number) => void;
  readonly onChange: (change: DecisionChange) => void;
  /** Absent: the button stands elsewhere. */
  readonly onEdit?: () => void;
}

/** Accept, reject, rate, note, edit: the buttons, each with its key, and what was decided so far. */
export class ReviewBar {
  readonly root: HTMLElement;
  readonly #accept: HTMLButtonElement;
  readonly #reject: HTMLButtonElement;
  readonly #edit: HTMLButtonElement;
  readonly #stars: readonly HTMLButtonElement[];
  readonly #note = element('input', { class: 'note' });
  #kept = '';

  constructor({ t }: Wording, { onVerdict, onRate, onChange, onEdit }: ReviewBarOptions) {
    this.#accept = iconButton({ label: t('Accept'), icon: 'check', key: 'A', onClick: () => onVerdict('accept') });
    this.#reject = iconButton({ label: t('Reject'), icon: 'close', key: 'R', onClick: () => onVerdict('reject') });
    this.#edit = iconButton({ label: t('Edit'), icon: 'edit', key: 'E', onClick: () => onEdit?.() });
    setHidden(this.#edit, onEdit === undefined);
    this.#accept.classList.add('accept');
    this.#reject.classList.add('reject');
    this.#stars = RATINGS.map((rating) =>
      iconButton({
        label: t('Rate {0} of 5', rating),
        icon: 'star-empty',
        key: String(rating),
        onClick: () => onRate(rating),
      }),
    );
    const stars = element('span', { class: 'stars', role: 'group' }, ...this.#stars);
    stars.setAttribute('aria-label', t('Rating'));
    this.#note.type = 'text';
    this.#note.placeholder = t('Note');
    this.#note.setAttribute('aria-label', t('Note'));
    this.#note.setAttribute('aria-keyshortcuts', 'N');
    const keep = (): void => {
      const note = this.#note.value.trim();
      if (note === this.#kept) return;
      this.#kept = note;
      onChange({ note: note === '' ? null : note });
    };
    this.#note.addEventListener('change', keep);
    this.#note.addEventListener('keydown', (event) => {
      event.stopPropagation();
      if (event.key !== 'Enter' && event.key !== 'Escape') return;
      if (event.key === 'Escape') this.#note.value = this.#kept;
      keep();
      this.#note.blur();
    });
    this.root = element(
      'div',
      { class: 'review', role: 'toolbar' },
      this.#accept,
      this.#reject,
      stars,
      this.#edit,
      this.#note,
    );
    this.root.setAttribute('aria-label', t('Review'));
  }

  show({ broken, decision }: ViewRecord): void {
    setHidden(this.root, broken !== null);
    setPressed(this.#accept, decision?.verdict === 'accept');
    setPressed(this.#reject, decision?.verdict === 'reject');
    setPressed(this.#edit, Object.keys(decision?.edit ?? {}).length > 0);
    for (const [index, star] of this.#stars.entries()) {
      const isOn = index < (decision?.rating ?? 0);
      setPressed(star, index + 1 === decision?.rating);
      star.firstElementChild?.classList.toggle('codicon-star-full', isOn);
      star.firstElementChild?.classList.toggle('codicon-star-empty', !isOn);
    }
    this.#kept = decision?.note ?? '';
    if (document.activeElement !== this.#note) this.#note.value = this.#kept;
  }

  focusNote(): void {
    this.#note.focus();
  }
}
