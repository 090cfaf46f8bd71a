import type { PreviewView, ValueSource } from '../../src/protocol/preview.ts';
import { element, setHidden, setText } from '../ui/element.ts';
import { createButton, createDropdown, fillDropdown } from '../ui/toolkit.ts';
import type { Wording } from '../ui/wording.ts';
import type { Send } from './main.ts';

/** What the placeholders are filled in with: the sample, or a record that is picked here. */
export class Values {
  readonly root: HTMLElement;
  readonly #words: Wording;
  readonly #summary = element('span', { class: 'summary' });
  readonly #position = element('span', { class: 'position', role: 'status' });
  readonly #problem = element('p', { class: 'notice' });
  readonly #body = element('tbody');
  readonly #steps: HTMLElement;
  readonly #sample: HTMLElement;
  readonly #pipeline;
  #index = 0;
  #filled = '';

  constructor(words: Wording, send: Send) {
    this.#words = words;
    const { t } = words;
    const step = (label: string, icon: string, by: number): HTMLElement =>
      createButton({
        label,
        icon,
        look: 'icon',
        onClick: () => send({ type: 'go-to-record', index: this.#index + by }),
      });
    this.#steps = element(
      'span',
      { class: 'steps' },
      step(t('Previous Record'), 'chevron-left', -1),
      this.#position,
      step(t('Next Record'), 'chevron-right', 1),
    );
    this.#sample = createButton({ label: t('Use Sample'), onClick: () => send({ type: 'use-sample' }) });
    this.#pipeline = createDropdown({
      label: t('Values of the pipeline'),
      onChange: (index) => send({ type: 'choose-use', index: Number(index) }),
    });
    const pick = createButton({
      label: t('Use a Record…'),
      icon: 'json',
      onClick: () => send({ type: 'pick-record' }),
    });
    const table = element('table', { class: 'values' }, this.#body);
    table.setAttribute('aria-label', t('Values of the placeholders'));
    const details = element(
      'details',
      {},
      element('summary', {}, element('span', { text: t('Values') }), this.#summary),
      element('div', { class: 'tools' }, this.#pipeline, pick, this.#sample, this.#steps),
      this.#problem,
      table,
    );
    details.open = true;
    this.root = element('section', { class: 'value-part' }, details);
    this.root.setAttribute('aria-label', t('Values'));
  }

  /** One pipeline alone is no choice. */
  #fill(uses: readonly string[], use: number): void {
    setHidden(this.#pipeline, uses.length < 2);
    const mark = JSON.stringify([uses, use]);
    if (mark === this.#filled) return;
    this.#filled = mark;
    const options = uses.map((label, at) => ({ value: String(at), label }));
    fillDropdown(this.#pipeline, options, String(use));
  }

  show({ values }: PreviewView): void {
    const { t, number } = this.#words;
    const { file, index, total, entries, problem, uses, use } = values;
    this.#fill(uses, use);
    this.#index = index;
    setText(this.#summary, file ?? t('sample'));
    setText(this.#position, t('{0} of {1}', number(total === 0 ? 0 : index + 1), number(total)));
    setHidden(this.#steps, file === null);
    setHidden(this.#sample, file === null);
    setText(this.#problem, problem ?? '');
    setHidden(this.#problem, problem === null);
    const rows = entries.map(({ name, value, from }) => {
      const head = element('th', { text: name });
      head.scope = 'row';
      const source = element('td', { class: 'from', text: sourceText(from, this.#words) });
      return element('tr', { class: `from-${from}` }, head, element('td', { class: 'value', text: value }), source);
    });
    const none = element('td', { text: t('The template has no placeholders.') });
    this.#body.replaceChildren(...(rows.length === 0 ? [element('tr', {}, none)] : rows));
  }
}

function sourceText(from: ValueSource, { t }: Wording): string {
  switch (from) {
    case 'record':
      return t('record');
    case 'sample':
      return t('sample');
    case 'pipeline':
      return t('pipeline');
    case 'built-in':
      return t('built-in sample');
    case 'missing':
      return t('no value');
  }
}
