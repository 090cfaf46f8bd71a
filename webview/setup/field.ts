import type { SetupField } from '../../src/protocol/setup.ts';
import { element, setHidden, setText } from '../ui/element.ts';
import { createButton } from '../ui/toolkit.ts';
import type { Wording } from '../ui/wording.ts';
import { capital, withCode } from './messageText.ts';
import type { Send } from './send.ts';

/** Typing goes on: what was typed goes into the text when it has rested for so long. */
const REST_MS = 200;
/** Lines of a list or a passage that are in sight at the most. */
const MOST_LINES = 12;

type Box = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** What tells a field from all others, whatever its value. */
export function fieldKey({ path, control, value }: SetupField): string {
  return JSON.stringify([path, control, value.kind === 'other']);
}

/** One value of the pipeline: its name, what it does, what it is, and what is wrong with it. */
export class Field {
  readonly root: HTMLElement;
  readonly #words: Wording;
  readonly #send: Send;
  readonly #hint = element('p', { class: 'field-hint' });
  readonly #problem = element('p', { class: 'field-problem' });
  readonly #box: Box | undefined;
  readonly #other = element('code', { class: 'field-other' });
  #field: SetupField;
  #timer: number | undefined;
  /** What was typed and is not in the text yet. */
  #isPending = false;

  constructor(field: SetupField, words: Wording, send: Send) {
    this.#field = field;
    this.#words = words;
    this.#send = send;
    const id = `field-${field.path.join('-')}`;
    this.#hint.id = `${id}-hint`;
    this.#problem.id = `${id}-problem`;
    const name = element('label', { class: 'field-name', text: field.name });
    if (field.isRequired) name.append(element('span', { class: 'required', text: ` (${words.t('required')})` }));
    this.root = element('div', { class: `field field-${field.control}` });
    if (field.value.kind === 'other') {
      const edit = createButton({
        label: words.t('Edit in Text'),
        icon: 'go-to-file',
        onClick: () => send({ type: 'show', path: field.path }),
      });
      edit.setAttribute('aria-label', words.t('Edit {0} in the text', field.name));
      this.root.append(name, this.#hint, element('div', { class: 'field-row' }, this.#other, edit), this.#problem);
    } else {
      this.#box = this.#makeBox(field, id);
      name.htmlFor = id;
      const row = element('div', { class: 'field-row' }, this.#box);
      if (field.control === 'switch') row.append(name);
      else this.root.append(name);
      if (field.control === 'model') row.append(this.#modelButton());
      if (field.control === 'switch') this.root.append(row, this.#hint, this.#problem);
      else this.root.append(this.#hint, row, this.#problem);
    }
    this.show(field);
  }

  show(field: SetupField): void {
    this.#field = field;
    if (this.#hint.textContent !== field.description.replaceAll('`', ''))
      this.#hint.replaceChildren(...withCode(field.description));
    setHidden(this.#hint, field.description === '');
    // It stands at the field, whose name it need not say.
    const problem = withCode(capital(field.problem?.message.replace(/^`[^`]*`: /u, '') ?? ''));
    if (this.#problem.textContent !== problem.map(({ textContent }) => textContent).join(''))
      this.#problem.replaceChildren(...problem);
    setHidden(this.#problem, field.problem === null);
    this.root.dataset['severity'] = field.problem?.severity ?? '';
    if (field.value.kind === 'other') setText(this.#other, field.value.text);
    const box = this.#box;
    if (box === undefined) return;
    box.setAttribute('aria-invalid', String(field.problem?.severity === 'error'));
    if (!this.#isPending) this.#fill(box, field);
  }

  #makeBox(field: SetupField, id: string): Box {
    const { control } = field;
    const box =
      control === 'choice' || control === 'endpoint'
        ? element('select')
        : control === 'list' || control === 'passage'
          ? element('textarea')
          : element('input');
    box.id = id;
    box.setAttribute('aria-describedby', `${this.#hint.id} ${this.#problem.id}`);
    if (box instanceof HTMLInputElement) {
      box.type = control === 'switch' ? 'checkbox' : 'text';
      if (control === 'number') box.inputMode = 'decimal';
    }
    if (!(box instanceof HTMLSelectElement)) {
      box.spellcheck = control === 'passage';
      box.autocomplete = 'off';
    }
    const isAtOnce = box instanceof HTMLSelectElement || control === 'switch';
    box.addEventListener(isAtOnce ? 'change' : 'input', () => {
      this.#isPending = true;
      window.clearTimeout(this.#timer);
      if (box instanceof HTMLTextAreaElement) fitLines(box);
      this.#timer = window.setTimeout(() => this.#write(), isAtOnce ? 0 : REST_MS);
    });
    box.addEventListener('blur', () => {
      if (this.#timer !== undefined) this.#write();
    });
    return box;
  }

  #write(): void {
    window.clearTimeout(this.#timer);
    this.#timer = undefined;
    const box = this.#box;
    if (box === undefined) return;
    const { path, control } = this.#field;
    const done = (): void => {
      // Typed on meanwhile: that is written next.
      if (this.#timer === undefined) this.#isPending = false;
    };
    this.#send.edit({ type: 'edit', path, control, value: this.#valueOf(box) }).then(done, done);
  }

  #valueOf(box: Box): string | string[] | null {
    const { control, placeholder } = this.#field;
    if (box instanceof HTMLInputElement && control === 'switch') {
      const text = String(box.checked);
      // What applies anyway need not be written.
      return text === (placeholder === '' ? 'false' : placeholder) ? null : text;
    }
    if (control === 'list') return box.value.split('\n');
    return box.value === '' ? null : box.value;
  }

  #fill(box: Box, field: SetupField): void {
    const { value, control, placeholder } = field;
    const text = value.kind === 'text' ? value.text : value.kind === 'list' ? value.items.join('\n') : '';
    if (box instanceof HTMLSelectElement) {
      this.#fillChoices(box, field, text);
      return;
    }
    if (box instanceof HTMLInputElement && control === 'switch') {
      box.checked = (value.kind === 'absent' ? placeholder : text) === 'true';
      return;
    }
    if (box.placeholder !== placeholder) box.placeholder = placeholder;
    if (box.value !== text) {
      const { selectionStart, selectionEnd } = box;
      const hasFocus = document.activeElement === box;
      // A list keeps the line that is being begun.
      if (hasFocus && control === 'list' && sameItems(box.value, text)) return;
      box.value = text;
      if (hasFocus) box.setSelectionRange(selectionStart, selectionEnd);
    }
    if (box instanceof HTMLTextAreaElement) fitLines(box);
  }

  #fillChoices(box: HTMLSelectElement, { choices, placeholder }: SetupField, value: string): void {
    const { t } = this.#words;
    const usual = placeholder === '' ? t('not set') : t('{0} (default)', placeholder);
    const named = value === '' || choices.includes(value) ? choices : [...choices, value];
    const options = [['', usual] as const, ...named.map((choice) => [choice, choice] as const)];
    const mark = JSON.stringify(options);
    if (box.dataset['options'] !== mark) {
      box.dataset['options'] = mark;
      box.replaceChildren(
        ...options.map(([own, text]) => {
          const option = element('option', { text });
          option.value = own;
          return option;
        }),
      );
    }
    if (box.value !== value) box.value = value;
  }

  #modelButton(): HTMLElement {
    return createButton({
      label: this.#words.t('Choose Model'),
      icon: 'list-selection',
      look: 'icon',
      onClick: () => this.#send({ type: 'pick-model', path: this.#field.path }),
    });
  }
}

function sameItems(one: string, other: string): boolean {
  const items = (text: string): string =>
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .join('\n');
  return items(one) === items(other);
}

function fitLines(box: HTMLTextAreaElement): void {
  box.rows = Math.min(MOST_LINES, Math.max(2, box.value.split('\n').length));
}
