import type { SetupField, SetupView } from '../../src/protocol/setup.ts';
import { element } from '../ui/element.ts';
import type { Wording } from '../ui/wording.ts';
import { Fields } from './fields.ts';
import type { Send } from './send.ts';

/** The files that the pipeline writes, each with its path and format. */
export class OutputsPart {
  readonly root: HTMLElement;
  readonly #words: Wording;
  readonly #send: Send;
  readonly #list = element('div', { class: 'outputs' });
  readonly #groups: Fields[] = [];

  constructor(words: Wording, send: Send) {
    this.#words = words;
    this.#send = send;
    this.root = element('section', {}, element('h2', { text: words.t('Output') }), this.#list);
  }

  show({ outputs, locked }: SetupView): void {
    while (this.#groups.length > outputs.length) this.#groups.pop()?.root.remove();
    outputs.forEach((fields: readonly SetupField[], index) => {
      let group = this.#groups[index];
      if (group === undefined) {
        group = new Fields(this.#words, this.#send, `output-${String(index)}`);
        this.#groups.push(group);
        this.#list.append(group.root);
      }
      group.show(fields, locked !== null);
    });
  }
}
