import type { StudioRun } from '../../src/protocol/studio.ts';
import { element, setHidden, setText } from '../ui/element.ts';
import { createButton } from '../ui/toolkit.ts';
import type { Wording } from '../ui/wording.ts';
import { reasonText } from '../ui/reasons.ts';

interface FailureGroup {
  readonly step: string;
  readonly reason: string;
  readonly count: number;
  /** What the first of them said; undefined when none is at hand. */
  readonly example: string | undefined;
}

export interface FailuresOptions {
  readonly words: Wording;
  /** All of one group are to be seen. */
  readonly onShow: (step: string, reason: string) => void;
  /** What failed is to be asked again. */
  readonly onRetry: () => void;
}

/** What was turned down, by step and reason, with an example of each. */
export class Failures {
  readonly root: HTMLElement;
  readonly #options: FailuresOptions;
  readonly #title = element('h2', { class: 'section' });
  readonly #list = element('ul', { class: 'failures' });
  readonly #retry: HTMLElement;
  #shown = '';

  constructor(options: FailuresOptions) {
    this.#options = options;
    const { t } = options.words;
    this.#retry = createButton({ label: t('Ask Again'), icon: 'refresh', onClick: options.onRetry });
    this.#retry.title = t('Asks again what services refused or did not answer, and goes on from there');
    const head = element('div', { class: 'section-head' }, this.#title, this.#retry);
    this.root = element('section', { class: 'failures-part' }, head, this.#list);
  }

  show(run: StudioRun): void {
    const groups = this.#group(run.snapshot);
    setHidden(this.root, groups.length === 0);
    setHidden(this.#retry, !run.retryable);
    // The list is made anew only when it says something else: a selection in it survives.
    const state = JSON.stringify(groups);
    if (state === this.#shown) return;
    this.#shown = state;
    const { t, number } = this.#options.words;
    const total = groups.reduce((sum, { count }) => sum + count, 0);
    setText(this.#title, t('Rejected ({0})', number(total)));
    this.#list.replaceChildren(...groups.map((group) => this.#item(group)));
  }

  #item({ step, reason, count, example }: FailureGroup): HTMLLIElement {
    const { words, onShow } = this.#options;
    const { number, t } = words;
    const what = `${step}: ${reasonText(reason, words)}`;
    const open = element('button', { class: 'link', text: what, hint: t('Show these') });
    open.type = 'button';
    open.addEventListener('click', () => onShow(step, reason));
    const item = element('li', {}, element('span', { class: 'count', text: number(count) }), open);
    if (example !== undefined) item.append(element('span', { class: 'example', text: example, hint: example }));
    return item;
  }

  #group({ steps, failures }: StudioRun['snapshot']): readonly FailureGroup[] {
    const groups = steps.flatMap((step) =>
      Object.entries(step.rejected).map(([reason, count]) => ({
        step: step.id,
        reason,
        count,
        example: failures.find((failure) => failure.step === step.id && failure.reason === reason)?.message,
      })),
    );
    return groups.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
  }
}
