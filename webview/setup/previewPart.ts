import type { SetupPreview, SetupPreviewStep, SetupStep } from '../../src/protocol/setup.ts';
import { element, setHidden, setText } from '../ui/element.ts';
import { foldedText } from '../ui/foldedText.ts';
import { createRecordCard } from '../ui/recordCard.ts';
import { createButton, createProgressRing } from '../ui/toolkit.ts';
import type { Wording } from '../ui/wording.ts';
import { reasonText } from '../ui/reasons.ts';
import { distinctLines } from './distinctLines.ts';
import type { Send } from './send.ts';

/** Questions and records of a step that are drawn at first. */
const SHOWN = 3;

type Question = SetupPreviewStep['questions'][number];
type MadeRecord = SetupPreviewStep['records'][number];
type Reject = SetupPreviewStep['rejects'][number];

/** What the last preview asked and made in one step: prompt, answer, and the records made of it or the reason why not. */
export class PreviewPart {
  readonly root: HTMLElement;
  readonly #words: Wording;
  readonly #told = element('p', { class: 'muted', role: 'status' });
  readonly #problem = element('p', { class: 'error' });
  readonly #ring;
  readonly #studio;
  readonly #stop;
  readonly #body = element('div', { class: 'previewed' });
  #drawn = '';

  constructor(words: Wording, send: Send) {
    this.#words = words;
    this.#ring = createProgressRing(words.t('Preview'));
    this.#studio = createButton({
      label: words.t('Open Studio'),
      icon: 'graph-line',
      look: 'icon',
      onClick: () => send({ type: 'act', action: 'open-studio' }),
    });
    this.#stop = createButton({
      label: words.t('Stop'),
      icon: 'debug-stop',
      look: 'icon',
      onClick: () => send({ type: 'act', action: 'stop-preview' }),
    });
    const line = element('div', { class: 'preview-line' }, this.#ring, this.#told, this.#stop, this.#studio);
    this.root = element('div', { class: 'preview-part' }, line, this.#problem, this.#body);
  }

  show(preview: SetupPreview, step: SetupStep | undefined): void {
    const { t } = this.#words;
    const { state, when, isStale, problem, steps } = preview;
    setHidden(this.#ring, state !== 'running');
    setHidden(this.#stop, state !== 'running');
    setHidden(this.#studio, state === 'none' || state === 'running');
    const told = {
      none: t('Preview makes three records and shows here what every step asked and made. A run reuses the answers.'),
      running: t('The preview is being made…'),
      done: isStale
        ? t('Preview of {0}; the pipeline has changed since.', when)
        : t('Preview of {0}. A run reuses its answers.', when),
      failed:
        problem === null
          ? t('The preview was stopped; what was answered is kept.')
          : t('The preview did not come to its end.'),
    }[state];
    setText(this.#told, told);
    setText(this.#problem, problem ?? '');
    setHidden(this.#problem, problem === null);
    const own = steps.find((candidate) => candidate.step === step?.id);
    const mark = JSON.stringify([step?.id, own, state === 'none']);
    if (mark === this.#drawn) return;
    this.#drawn = mark;
    if (own === undefined) {
      const text = state === 'none' || state === 'running' || step === undefined ? '' : t('No record has come here.');
      this.#body.replaceChildren(...(text === '' ? [] : [element('p', { class: 'muted', text })]));
      return;
    }
    this.#body.replaceChildren(...this.#draw(own));
  }

  #draw({ questions, records, rejects }: SetupPreviewStep): readonly HTMLElement[] {
    const { t } = this.#words;
    const titles = distinctLines(questions.map(({ messages }) => messages.at(-1)?.content ?? ''));
    // A dialogue is made of many questions: there the records stand first.
    const isAnswered = questions.length > 0 && records.every(({ at }) => at.length === 1);
    if (!isAnswered) {
      const asked = questions.map((question, index) => this.#question(question, titles[index] ?? '', [], [], false));
      return [
        ...this.#some(records.map((record) => this.#card(record))),
        ...rejects.map((reject) => this.#reject(reject)),
        ...(asked.length === 0 ? [] : [folded(t('{0} questions', asked.length), asked)]),
      ];
    }
    const known = new Set(questions.map(({ address }) => address));
    const drawn = questions.map((question, index) =>
      this.#question(
        question,
        titles[index] ?? '',
        records.filter(({ at }) => at.includes(question.address)),
        rejects.filter(({ at }) => at === question.address),
        index === 0,
      ),
    );
    const others = rejects.filter(({ at }) => at === null || !known.has(at));
    return [...this.#some(drawn), ...others.map((reject) => this.#reject(reject))];
  }

  #question(
    question: Question,
    title: string,
    made: readonly MadeRecord[],
    not: readonly Reject[],
    isOpen: boolean,
  ): HTMLElement {
    const { t, records } = this.#words;
    const { address, messages, answers, who } = question;
    const count = records(made.length);
    const rejected = not.length === 0 ? '' : ` · ${t('{0} rejected', not.length)}`;
    const summary = element(
      'summary',
      {},
      element('span', { class: 'asked' }, small(address.split('/')[1] ?? ''), document.createTextNode(` ${title}`)),
      element('span', { class: 'muted', text: `${count}${rejected}` }),
    );
    const parts = [
      element('h4', { text: t('Prompt') }),
      ...messages.map(({ role, content }) =>
        element('div', { class: `said ${role}` }, ...(messages.length > 1 ? [small(role)] : []), this.#text(content)),
      ),
      element('h4', {}, document.createTextNode(t('Answer')), small(who)),
      ...(answers.length === 0
        ? [element('p', { class: 'muted', text: t('No answer came.') })]
        : answers.map((answer) => element('div', { class: 'said' }, this.#text(answer)))),
      ...(made.length === 0 ? [] : [element('h4', { text: t('Records') })]),
      ...this.#some(made.map((record) => this.#card(record))),
      ...not.map((reject) => this.#reject(reject)),
    ];
    const details = element(
      'details',
      { class: 'question' },
      summary,
      element('div', { class: 'asked-and-made' }, ...parts),
    );
    details.open = isOpen;
    return details;
  }

  #text(text: string): HTMLElement {
    return foldedText(this.#words, text);
  }

  #card({ id, fields }: MadeRecord): HTMLElement {
    const card = element('div', { class: 'made' }, small(id), createRecordCard(this.#words, fields));
    card.setAttribute('role', 'group');
    card.setAttribute('aria-label', this.#words.t('Record {0}', id));
    return card;
  }

  #reject({ id, reason, message, fields }: Reject): HTMLElement {
    const head = element(
      'p',
      { class: 'reason' },
      element('strong', { text: reasonText(reason, this.#words) }),
      document.createTextNode(` ${message}`),
    );
    const card = createRecordCard(this.#words, fields);
    return element(
      'div',
      { class: 'made rejected' },
      small(id),
      head,
      ...(Object.keys(fields).length === 0 ? [] : [card]),
    );
  }

  /** The first ones, and the rest on need. */
  #some(all: readonly HTMLElement[]): readonly HTMLElement[] {
    if (all.length <= SHOWN) return all;
    const rest = all.slice(SHOWN);
    return [...all.slice(0, SHOWN), folded(this.#words.t('{0} more', rest.length), rest)];
  }
}

function small(text: string): HTMLElement {
  return element('span', { class: 'small', text });
}

function folded(label: string, children: readonly HTMLElement[]): HTMLElement {
  return element('details', { class: 'more' }, element('summary', { text: label }), ...children);
}
