import type { SetupView } from '../../src/protocol/setup.ts';
import { element, setHidden, setText } from '../ui/element.ts';
import type { Wording } from '../ui/wording.ts';
import { Fields } from './fields.ts';
import type { Send } from './send.ts';

/** What the pipeline makes: its recipe, where that reads from, and its parameters. */
export class RecipePart {
  readonly root: HTMLElement;
  readonly #words: Wording;
  readonly #title = element('h2');
  readonly #description = element('p', { class: 'muted' });
  readonly #source = element('div', { class: 'field' });
  readonly #choice = element('select');
  readonly #fields: Fields;

  constructor(words: Wording, send: Send) {
    this.#words = words;
    this.#fields = new Fields(words, send, 'recipe');
    this.#choice.id = 'field-source';
    const label = element('label', { class: 'field-name', text: words.t('Reads from') });
    label.htmlFor = this.#choice.id;
    this.#choice.addEventListener('change', () => send({ type: 'choose-source', name: this.#choice.value }));
    this.#source.append(label, element('div', { class: 'field-row' }, this.#choice));
    this.root = element('section', {}, this.#title, this.#description, this.#source, this.#fields.root);
  }

  show({ recipe, sources, parameters, locked }: SetupView): void {
    setHidden(this.root, recipe === null);
    if (recipe === null) return;
    setText(this.#title, recipe.title);
    setText(this.#description, recipe.description);
    setHidden(this.#source, sources === null);
    if (sources !== null) {
      const mark = sources.names.join('\n');
      if (this.#choice.dataset['options'] !== mark) {
        this.#choice.dataset['options'] = mark;
        this.#choice.replaceChildren(...sources.names.map((name) => element('option', { text: name })));
      }
      if (this.#choice.value !== sources.chosen) this.#choice.value = sources.chosen;
      this.#choice.disabled = locked !== null;
    }
    this.#fields.show(parameters, locked !== null);
    this.root.setAttribute('aria-label', this.#words.t('What to make'));
  }
}
