import { isPart, type ResultCounts } from '../../src/protocol/studio.ts';
import { element, setHidden, setText } from '../ui/element.ts';
import { leftOutText } from '../ui/leftOutText.ts';
import { createProgressRing } from '../ui/toolkit.ts';
import type { Wording } from '../ui/wording.ts';

/** What is said of a table's rows: how many, whether they are still looked for, what went wrong, what is left out. */
export class TableNotes {
  readonly count = element('span', { class: 'count', role: 'status' });
  readonly ring: HTMLElement;
  readonly problem = element('p', { class: 'error', role: 'alert' });
  readonly leftOut = element('p', { class: 'left-out', role: 'status' });
  readonly #words: Wording;

  constructor(words: Wording) {
    this.#words = words;
    this.ring = createProgressRing(words.t('Searching'));
    for (const note of [this.ring, this.problem, this.leftOut]) setHidden(note, true);
  }

  show({ view, total, matched, searching, problem, leftOut }: ResultCounts): void {
    const { t, number, records } = this.#words;
    setHidden(this.ring, !searching);
    this.tell(problem ?? '');
    const left = leftOutText(leftOut, this.#words);
    setText(this.leftOut, left);
    setHidden(this.leftOut, left === '');
    setText(this.count, isPart(view) ? t('{0} of {1}', number(matched), records(total)) : records(total));
    setHidden(this.count, total === 0);
  }

  /** Says what went wrong; with an empty text nothing. */
  tell(problem: string): void {
    setText(this.problem, problem);
    setHidden(this.problem, problem === '');
  }
}
