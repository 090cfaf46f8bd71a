import type { StudioRun } from '../../../src/protocol/studio.ts';
import { element } from '../../ui/element.ts';
import { Failures } from '../failures.ts';
import { Steps } from '../steps.ts';
import type { StudioTab, TabContext, TabKind } from '../tab.ts';
import type { RejectedWish } from './rejectedTab.ts';

/** How the run stands: its steps with their counts, and what went wrong. */
class RunTab implements StudioTab {
  readonly root: HTMLElement;
  readonly #steps: Steps;
  readonly #failures: Failures;

  constructor({ words, act, open }: TabContext) {
    const show = (wish: RejectedWish): void => open('rejected', wish);
    this.#steps = new Steps(words, (step) => show({ step }));
    this.#failures = new Failures({
      words,
      onShow: (step, reason) => show({ step, reason }),
      onRetry: () => act('retry-failed'),
    });
    this.root = element('div', { class: 'run-tab' }, this.#steps.root, this.#failures.root);
  }

  show(run: StudioRun): void {
    this.#steps.show(run);
    this.#failures.show(run);
  }

  restart(): void {
    // All of it is in what is shown next.
  }
}

export const runTab: TabKind = {
  id: 'run',
  label: ({ t }) => t('Run'),
  create: (context) => new RunTab(context),
};
