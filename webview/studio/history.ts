import type { StudioDescendants, StudioHistory, StudioStage } from '../../src/protocol/studio.ts';
import { element, icon, setHidden } from '../ui/element.ts';
import { createButton } from '../ui/toolkit.ts';
import type { Wording } from '../ui/wording.ts';

/** A person that goes quickly through the records asks for the history of the one they stay at, after so long. */
const REST_MS = 150;

export interface HistoryOptions {
  readonly words: Wording;
  readonly fetch: (source: string, line: number) => Promise<StudioHistory>;
  readonly fetchDescendants: (step: string, key: string) => Promise<StudioDescendants>;
  readonly openRequest: (at: string) => void;
  readonly openTemplate: (template: string) => void;
  /** Another record of an output is to be shown. */
  readonly showRecord: (output: string, line: number) => void;
  /** Something that was turned down is to be shown. */
  readonly showReject: (line: number) => void;
}

/** How a record came to be: its parents step by step, what was asked and said, and what else was made of each. */
export class History {
  readonly root: HTMLElement;
  readonly #options: HistoryOptions;
  readonly #list = element('ol', { class: 'stages' });
  readonly #note = element('p', { class: 'muted' });
  #timer: number | undefined;
  /** Which record is asked about: an answer about an earlier one is dropped. */
  #asked = 0;

  constructor(options: HistoryOptions) {
    this.#options = options;
    const title = element('h3', { class: 'section', text: options.words.t('How it was made') });
    this.root = element('section', { class: 'history' }, title, this.#note, this.#list);
  }

  show(source: string, line: number): void {
    this.#asked += 1;
    const asked = this.#asked;
    window.clearTimeout(this.#timer);
    // What still stands there is of the record before.
    this.#list.inert = true;
    this.#timer = window.setTimeout(() => {
      void this.#load(source, line, asked);
    }, REST_MS);
  }

  async #load(source: string, line: number, asked: number): Promise<void> {
    const { fetch, words } = this.#options;
    let told: StudioHistory = null;
    let problem = words.t('Nothing is known of how it was made.');
    try {
      told = await fetch(source, line);
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
    if (asked !== this.#asked) return;
    const stages = told?.stages ?? [];
    this.#note.textContent = stages.length === 0 ? problem : '';
    setHidden(this.#note, stages.length > 0);
    this.#list.replaceChildren(...stages.map((stage) => this.#stage(stage)));
    this.#list.inert = false;
  }

  #stage(stage: StudioStage): HTMLLIElement {
    const { t } = this.#options.words;
    const { step, key, at, template, said } = stage;
    const buttons = element('span', { class: 'buttons' });
    if (at !== null) {
      buttons.append(
        createButton({
          label: t('Request and Answer'),
          icon: 'comment-discussion',
          look: 'icon',
          onClick: () => this.#options.openRequest(at),
        }),
      );
    }
    if (template !== null) {
      buttons.append(
        createButton({
          label: t('Open Template'),
          icon: 'file-code',
          look: 'icon',
          onClick: () => this.#options.openTemplate(template),
        }),
      );
    }
    const family = element('div', { class: 'family' });
    setHidden(family, true);
    const related = createButton({
      label: t('Made from It'),
      icon: 'type-hierarchy-sub',
      look: 'icon',
      onClick: () => void this.#toggle(stage, family, related),
    });
    related.setAttribute('aria-expanded', 'false');
    buttons.append(related);
    const name = element('span', { class: 'step-name', text: step });
    const head = element(
      'div',
      { class: 'stage-head' },
      icon(at === null ? 'circle' : 'circle-filled'),
      name,
      element('span', { class: 'muted', text: key }),
      element('span', { class: 'muted facts', text: this.#facts(stage) }),
      buttons,
    );
    const item = element('li', {}, head);
    if (said !== '') item.append(element('p', { class: 'said', text: said }));
    item.append(family);
    return item;
  }

  #facts({ model, milliseconds, isReused, isAmended }: StudioStage): string {
    const { t, brief } = this.#options.words;
    const facts = [
      model,
      milliseconds === null ? '' : brief(milliseconds / 1000),
      isReused ? t('reused') : '',
      isAmended ? t('corrected') : '',
    ];
    return facts.filter((fact) => fact !== '').join(' · ');
  }

  /** Shows what else was made of the record at a step. */
  async #toggle({ step, key }: StudioStage, family: HTMLElement, button: HTMLElement): Promise<void> {
    const open = family.hidden;
    button.setAttribute('aria-expanded', String(open));
    setHidden(family, !open);
    if (!open) return;
    const { fetchDescendants, words } = this.#options;
    try {
      const made = await fetchDescendants(step, key);
      family.replaceChildren(...this.#family(made));
    } catch (error) {
      family.replaceChildren(
        element('p', { class: 'muted', text: error instanceof Error ? error.message : words.t('It cannot be told.') }),
      );
    }
  }

  #family({ records, rejects, recordCount, rejectCount }: StudioDescendants): readonly HTMLElement[] {
    const { words, showRecord, showReject } = this.#options;
    const { t, number } = words;
    const total =
      rejectCount === 0
        ? words.records(recordCount)
        : t('{0}, {1} rejected', words.records(recordCount), number(rejectCount));
    const links = [
      ...records.map(({ output, line, id }) => link(id, '', () => showRecord(output, line))),
      ...rejects.map((line) => link(t('rejected {0}', number(line + 1)), 'bad', () => showReject(line))),
    ];
    return [element('p', { class: 'muted', text: total }), element('div', { class: 'relatives' }, ...links)];
  }
}

function link(text: string, look: string, onClick: () => void): HTMLButtonElement {
  const button = element('button', { class: `link ${look}`, text });
  button.type = 'button';
  button.addEventListener('click', onClick);
  return button;
}
