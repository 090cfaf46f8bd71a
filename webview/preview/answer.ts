import type { PreviewAnswer, Reading } from '../../src/protocol/preview.ts';
import { element, setHidden, setText } from '../ui/element.ts';
import type { Wording } from '../ui/wording.ts';
import { reasonText } from '../ui/reasons.ts';

/** What a model answers, as it comes in, and what a run would make of it. Everything here is text, never markup. */
export class Answer {
  readonly root: HTMLElement;
  readonly #words: Wording;
  readonly #state = element('span', { class: 'state', role: 'status' });
  readonly #figures = element('span', { class: 'muted' });
  readonly #stale = element('p', { class: 'notice' });
  readonly #warnings = element('div', { class: 'warnings' });
  readonly #problem = element('p', { class: 'error', role: 'alert' });
  readonly #text = element('div', { class: 'answer-text' });
  readonly #thoughts = element('div', { class: 'answer-text' });
  readonly #thoughtsPart: HTMLElement;
  readonly #reading = element('div', { class: 'reading' });

  constructor(words: Wording) {
    this.#words = words;
    const { t } = words;
    this.#text.tabIndex = 0;
    this.#text.setAttribute('role', 'region');
    this.#text.setAttribute('aria-label', t('Answer'));
    this.#thoughtsPart = element(
      'details',
      { class: 'thoughts' },
      element('summary', { text: t('Reasoning') }),
      this.#thoughts,
    );
    setText(this.#stale, t('The prompt has changed since this was answered.'));
    const title = element(
      'div',
      { class: 'answer-head' },
      element('h3', { text: t('Answer') }),
      this.#state,
      this.#figures,
    );
    this.root = element(
      'section',
      { class: 'answer' },
      title,
      this.#stale,
      this.#warnings,
      this.#problem,
      this.#thoughtsPart,
      this.#text,
      this.#reading,
    );
    this.root.setAttribute('aria-label', t('Answer'));
  }

  show(answer: PreviewAnswer | null): void {
    setHidden(this.root, answer === null);
    if (answer === null) return;
    const begins = answer.state === 'asking' && this.root.dataset['state'] !== 'asking';
    this.root.dataset['state'] = answer.state;
    setText(this.#state, this.#stateText(answer));
    setText(this.#figures, this.#figuresText(answer));
    setHidden(this.#stale, !answer.isStale);
    this.#warnings.replaceChildren(...answer.warnings.map((text) => element('p', { class: 'notice', text })));
    setText(this.#problem, answer.problem ?? '');
    setHidden(this.#problem, answer.problem === null);
    setText(this.#text, answer.text);
    setHidden(this.#text, answer.text === '' && answer.state !== 'asking');
    setText(this.#thoughts, answer.reasoning ?? '');
    setHidden(this.#thoughtsPart, answer.reasoning === null);
    this.#showReading(answer.reading);
    // Below a long prompt nobody would see that an answer is coming.
    if (begins) this.root.scrollIntoView({ block: 'nearest' });
  }

  /** More of it has come. */
  append(text: string): void {
    this.#text.append(text);
  }

  #stateText({ state, from }: PreviewAnswer): string {
    const { t } = this.#words;
    switch (state) {
      case 'asking':
        return t('{0} is answering…', from);
      case 'done':
        return from;
      case 'failed':
        return t('{0} did not answer', from);
      case 'stopped':
        return t('{0}, stopped', from);
    }
  }

  #figuresText({ tokens, cost, seconds }: PreviewAnswer): string {
    const { t, number, price, clock } = this.#words;
    return [
      seconds === null ? '' : clock(seconds),
      tokens === null ? '' : t('{0} + {1} tokens', number(tokens.prompt), number(tokens.completion)),
      cost === null ? '' : t('cost {0}', price(cost)),
    ]
      .filter((part) => part !== '')
      .join(' · ');
  }

  #showReading(reading: Reading | null): void {
    setHidden(this.#reading, reading === null);
    if (reading === null) return;
    const { t, number } = this.#words;
    this.#reading.dataset['form'] = reading.form;
    const head = (text: string): HTMLElement => element('h3', { text });
    switch (reading.form) {
      case 'list':
      case 'qa-pairs': {
        const { items } = reading;
        const title =
          reading.form === 'list'
            ? t('Read as a list: {0} items', number(items.length))
            : t('Read as {0} pairs', number(items.length));
        const list = element('ol', {}, ...items.map((text) => element('li', { text })));
        this.#reading.replaceChildren(head(title), list);
        return;
      }
      case 'yes-no':
        this.#reading.replaceChildren(head(t('Read as a label')), element('p', { class: 'label', text: reading.text }));
        return;
      case 'json':
        this.#reading.replaceChildren(head(t('Read as JSON')), element('pre', { text: reading.text }));
        return;
      case 'text':
        this.#reading.replaceChildren(head(t('Taken as a text')));
        return;
      case 'problem':
        this.#reading.replaceChildren(
          head(t('A run would reject this answer')),
          element('p', { class: 'error', text: t('{0}: {1}', reasonText(reading.code, this.#words), reading.message) }),
        );
    }
  }
}
