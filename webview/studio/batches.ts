import type { RunSnapshot } from '../../src/protocol/studio.ts';
import { element, icon, setHidden } from '../ui/element.ts';
import type { Wording } from '../ui/wording.ts';

type Batch = RunSnapshot['batches'][number];

/** The batches of a run that a service is answering, each with how far it is; nothing where there are none. */
export class Batches {
  readonly root = element('ul', { class: 'batches' });
  readonly #words: Wording;
  #shown = '';

  constructor(words: Wording) {
    this.#words = words;
    this.root.setAttribute('aria-label', words.t('Batches'));
    setHidden(this.root, true);
  }

  show({ batches }: Pick<RunSnapshot, 'batches'>): void {
    const told = batches.map((batch) => ({ batch, text: this.#describe(batch) }));
    const shown = told.map(({ text }) => text).join('\n');
    if (shown === this.#shown) return;
    this.#shown = shown;
    setHidden(this.root, batches.length === 0);
    this.root.replaceChildren(
      ...told.map(({ batch, text }) => {
        const line = element('li', {}, icon('package'), element('span', { text }));
        if (batch.batch !== null) line.title = batch.batch;
        return line;
      }),
    );
  }

  #describe({ endpoint, part, status, answered, failed, requests }: Batch): string {
    const { t, number } = this.#words;
    const how = this.#status(status);
    return t(
      '{0}, batch {1}: {2}, {3} of {4} answered',
      endpoint,
      String(part),
      how,
      number(answered + failed),
      number(requests),
    );
  }

  #status(status: string): string {
    const { t } = this.#words;
    switch (status) {
      case 'ready':
      case 'uploaded':
        return t('being submitted');
      case 'validating':
        return t('being checked');
      case 'in_progress':
        return t('in progress');
      case 'finalizing':
        return t('being finished');
      case 'cancelling':
        return t('being cancelled');
      default:
        return status.replaceAll('_', ' ');
    }
  }
}
