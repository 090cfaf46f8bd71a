import type { StudioRun } from '../../src/protocol/studio.ts';
import { element, setHidden, setText } from '../ui/element.ts';
import type { Wording } from '../ui/wording.ts';
import { reasonText } from './reasons.ts';

interface FailureGroup {
  readonly step: string;
  readonly reason: string;
  readonly count: number;
  /** What the latest known one of them said; undefined when none is at hand. */
  readonly example: string | undefined;
}

/** What was turned down, by step and reason, with an example of each. */
export class Failures {
  readonly root: HTMLDetailsElement;
  readonly #words: Wording;
  readonly #summary = element('summary');
  readonly #list = element('ul', { class: 'failures' });
  #shown = '';

  constructor(words: Wording) {
    this.#words = words;
    this.root = element('details', {}, this.#summary, this.#list);
  }

  show({ snapshot }: StudioRun): void {
    const groups = groupFailures(snapshot);
    setHidden(this.root, groups.length === 0);
    // The list is made anew only when it says something else: a selection in it survives.
    const state = JSON.stringify(groups);
    if (state === this.#shown) return;
    this.#shown = state;
    const { t, number } = this.#words;
    const total = groups.reduce((sum, { count }) => sum + count, 0);
    setText(this.#summary, t('Failures ({0})', number(total)));
    this.#list.replaceChildren(...groups.map((group) => this.#item(group)));
  }

  #item({ step, reason, count, example }: FailureGroup): HTMLLIElement {
    const { number } = this.#words;
    const item = element(
      'li',
      {},
      element('span', { class: 'count', text: number(count) }),
      element('span', { class: 'what', text: `${step}: ${reasonText(reason, this.#words)}` }),
    );
    if (example !== undefined) item.append(element('span', { class: 'example', text: example, hint: example }));
    return item;
  }
}

function groupFailures({ steps, failures }: StudioRun['snapshot']): readonly FailureGroup[] {
  const groups = steps.flatMap((step) =>
    Object.entries(step.rejected).map(([reason, count]) => ({
      step: step.id,
      reason,
      count,
      example: failures.findLast((failure) => failure.step === step.id && failure.reason === reason)?.message,
    })),
  );
  return groups.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
}
