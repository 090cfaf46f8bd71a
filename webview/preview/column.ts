import type { PreviewColumn, PreviewMessage, PreviewView, VersionKind } from '../../src/protocol/preview.ts';
import { element, setHidden, setText } from '../ui/element.ts';
import { promptMessages } from '../ui/promptMessages.ts';
import { createButton, createDropdown, createTextField, fillDropdown } from '../ui/toolkit.ts';
import type { Wording } from '../ui/wording.ts';
import { Answer } from './answer.ts';
import type { Send } from './main.ts';

const MODEL_REST_MS = 300;

/** One version of the template, one endpoint: the prompt as it is sent, and the answer. */
export class Column {
  readonly root: HTMLElement;
  readonly #words: Wording;
  readonly #title = element('h2', { class: 'unseen' });
  readonly #version;
  readonly #endpoint;
  readonly #model;
  readonly #parameters = element('p', { class: 'muted' });
  readonly #figures = element('p', { class: 'figures', role: 'status' });
  readonly #problems = element('ul', { class: 'problems' });
  readonly #messages = element('div', { class: 'messages' });
  readonly #answer: Answer;
  readonly #try: HTMLElement;
  readonly #remove: HTMLElement;
  #filled = '';
  #drawn = '';
  #modelTimer: number | undefined;

  constructor(id: number, words: Wording, send: Send) {
    this.#words = words;
    const { t } = words;
    this.#version = createDropdown({
      label: t('Version'),
      onChange: (kind) => send({ type: 'choose-version', column: id, kind: kind as VersionKind }),
    });
    this.#endpoint = createDropdown({
      label: t('Endpoint'),
      onChange: (endpoint) => send({ type: 'choose-endpoint', column: id, endpoint }),
    });
    this.#model = createTextField({
      label: t('Model'),
      placeholder: t('Model'),
      onInput: (model) => {
        window.clearTimeout(this.#modelTimer);
        this.#modelTimer = window.setTimeout(() => {
          send({ type: 'choose-model', column: id, model: model.trim() });
        }, MODEL_REST_MS);
      },
    });
    this.#try = createButton({
      label: t('Try This Column'),
      icon: 'play',
      look: 'icon',
      onClick: () => send({ type: 'try', column: id }),
    });
    const models = createButton({
      label: t('Choose Model'),
      icon: 'list-selection',
      look: 'icon',
      onClick: () => send({ type: 'pick-model', column: id }),
    });
    this.#remove = createButton({
      label: t('Remove Column'),
      icon: 'close',
      look: 'icon',
      onClick: () => send({ type: 'remove-column', column: id }),
    });
    this.#answer = new Answer(words);
    this.#messages.tabIndex = 0;
    this.#messages.setAttribute('role', 'region');
    this.#messages.setAttribute('aria-label', t('Prompt'));
    const buttons = element('div', { class: 'buttons' }, models, this.#try, this.#remove);
    this.root = element(
      'section',
      { class: 'column' },
      this.#title,
      element('div', { class: 'tools' }, this.#version, this.#endpoint, this.#model, buttons),
      this.#parameters,
      this.#figures,
      this.#problems,
      this.#messages,
      this.#answer.root,
    );
  }

  show(column: PreviewColumn, view: PreviewView, index: number): void {
    const { t } = this.#words;
    this.#fill(column, view);
    setText(this.#title, t('Column {0}', index + 1));
    const several = view.columns.length > 1;
    setHidden(this.#try, !several);
    setHidden(this.#remove, !several);
    if (document.activeElement !== this.#model && this.#model.value !== column.model) this.#model.value = column.model;
    setText(this.#parameters, column.parameters === '' ? '' : t('As in the pipeline: {0}', column.parameters));
    setHidden(this.#parameters, column.parameters === '');
    setText(this.#figures, this.#figuresOf(column));
    setHidden(this.#problems, column.problems.length === 0);
    this.#problems.replaceChildren(...column.problems.map((text) => element('li', { text })));
    this.#draw(column.messages);
    this.#answer.show(column.answer);
  }

  append(text: string): void {
    this.#answer.append(text);
  }

  #fill({ version, endpoint }: PreviewColumn, { versions, endpoints }: PreviewView): void {
    const mark = JSON.stringify([version, endpoint, versions, endpoints]);
    if (mark === this.#filled) return;
    this.#filled = mark;
    fillDropdown(
      this.#version,
      versions.map(({ kind, label }) => ({ value: kind, label: kind === version.kind ? version.label : label })),
      version.kind,
    );
    fillDropdown(
      this.#endpoint,
      endpoints.map(({ name }) => ({ value: name, label: name })),
      endpoint,
    );
  }

  #figuresOf({ tokens, promptCost }: PreviewColumn): string {
    const { t, number, price } = this.#words;
    if (tokens === null) return t('Counting tokens…');
    const counted = t('{0} tokens', number(tokens));
    return promptCost === null
      ? `${counted} · ${t('the endpoint has no prices')}`
      : `${counted} · ${t('{0} for the prompt', price(promptCost))}`;
  }

  #draw(messages: readonly PreviewMessage[]): void {
    const mark = JSON.stringify(messages);
    if (mark === this.#drawn) return;
    this.#drawn = mark;
    this.#messages.replaceChildren(...promptMessages(this.#words, messages));
  }
}
