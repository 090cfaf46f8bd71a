import type { SetupEstimate, SetupPreview, SetupView } from '../../src/protocol/setup.ts';
import { element, setHidden, setText } from '../ui/element.ts';
import { createButton } from '../ui/toolkit.ts';
import type { Wording } from '../ui/wording.ts';
import { capital, withCode } from './messageText.ts';
import type { Send } from './send.ts';

type Figures = NonNullable<SetupEstimate['figures']>;
type Spread = Figures['requests'];

/** Name and actions of the pipeline, what a run would take, and what is wrong. */
export class Head {
  readonly root: HTMLElement;
  readonly #words: Wording;
  readonly #send: Send;
  readonly #name = element('h1');
  readonly #place = element('span', { class: 'muted' });
  readonly #run;
  readonly #preview;
  readonly #figures = element('dl', { class: 'figures' });
  readonly #estimate = element('div', { class: 'estimate' });
  readonly #told = element('p', { class: 'muted', role: 'status' });
  readonly #notice = element('p', { class: 'notice' });
  readonly #trust;
  readonly #problems = element('ul', { class: 'problems' });
  readonly #toProblem = element('button', { class: 'link to-problem' });

  /** @param onToProblem shows the field at which something is wrong */
  constructor(words: Wording, send: Send, onToProblem: () => void) {
    this.#words = words;
    this.#send = send;
    const { t } = words;
    this.#run = createButton({
      label: t('Run'),
      icon: 'play',
      look: 'primary',
      onClick: () => send({ type: 'act', action: 'run' }),
    });
    this.#preview = createButton({
      label: t('Preview'),
      icon: 'eye',
      onClick: () => send({ type: 'act', action: 'preview' }),
    });
    this.#preview.title = t('Make three records and show what every step asked and made');
    this.#trust = createButton({
      label: t('Manage Workspace Trust'),
      onClick: () => send({ type: 'act', action: 'manage-trust' }),
    });
    const text = createButton({
      label: t('Open Text'),
      icon: 'go-to-file',
      onClick: () => send({ type: 'act', action: 'open-text' }),
    });
    const title = element('div', { class: 'title' }, this.#name, this.#place);
    const buttons = element('div', { class: 'buttons' }, this.#run, this.#preview, text);
    this.#toProblem.type = 'button';
    this.#toProblem.addEventListener('click', onToProblem);
    this.#estimate.append(this.#figures, this.#told, this.#toProblem);
    this.#estimate.setAttribute('role', 'group');
    this.#estimate.setAttribute('aria-label', t('Estimate'));
    const line = element('div', { class: 'title-line' }, title, buttons);
    this.root = element('header', {}, line, this.#estimate, this.#notice, this.#trust, this.#problems);
  }

  show(view: SetupView): void {
    const { t } = this.#words;
    setText(this.#name, view.name);
    setText(this.#place, view.place);
    setText(this.#notice, view.locked ?? view.blocked ?? '');
    setHidden(this.#notice, view.locked === null && view.blocked === null);
    setHidden(this.#trust, view.blocked === null);
    const mark = JSON.stringify(view.problems);
    if (this.#problems.dataset['mark'] !== mark) {
      this.#problems.dataset['mark'] = mark;
      this.#problems.replaceChildren(
        ...view.problems.map(({ severity, message, line }) => {
          const link = element('button', { class: 'link', text: t('line {0}', line) });
          link.type = 'button';
          link.addEventListener('click', () => this.#send({ type: 'show-line', line }));
          return element('li', { class: severity }, ...withCode(`${capital(message)} `), link);
        }),
      );
    }
    setHidden(this.#problems, view.problems.length === 0);
    const wrong = wrongParts(view);
    setText(this.#toProblem, wrong.length === 0 ? '' : t('Show what is wrong: {0}', wrong.join(', ')));
    setHidden(this.#toProblem, wrong.length === 0);
    this.#run.toggleAttribute('disabled', view.hasErrors || view.blocked !== null);
    this.#isRunnable = !view.hasErrors && view.blocked === null;
    this.#showPreviewButton();
  }

  showPreview({ state }: SetupPreview): void {
    this.#isPreviewing = state === 'running';
    this.#showPreviewButton();
  }

  showEstimate({ state, problem, figures }: SetupEstimate): void {
    const { t, number, money, clock } = this.#words;
    const spread = (value: Spread, write: (one: number) => string): readonly [string, string] => {
      const [low, high] = [write(value.low), write(value.high)];
      const likely = write(value.likely);
      return low === high ? [likely, ''] : [`≈ ${likely}`, t('{0} to {1}', low, high)];
    };
    const entries: (readonly [string, string, string])[] =
      figures === null
        ? []
        : [
            ...(figures.records === null
              ? []
              : [[t('Records'), `≈ ${number(Math.round(figures.records))}`, ''] as const]),
            [t('Requests'), ...spread(figures.requests, (one) => number(Math.round(one)))],
            [t('Tokens'), ...spread(figures.tokens, (one) => this.#words.short(Math.round(one)))],
            ...(figures.cost === null ? [] : [[t('Cost'), ...spread(figures.cost, money)] as const]),
            [t('Time'), ...spread(figures.seconds, (one) => (one < 1 ? t('< 1 s') : clock(one)))],
          ];
    this.#figures.replaceChildren(
      ...entries.map(([label, value, range]) =>
        element('div', { hint: range }, element('dt', { text: label }), element('dd', { text: value })),
      ),
    );
    setHidden(this.#figures, entries.length === 0);
    const told =
      state === 'asking'
        ? t('Estimating…')
        : figures === null
          ? problem === null
            ? t('No estimate while something is wrong.')
            : t('No estimate: {0}', problem)
          : figures.isMeasured
            ? t('Estimate, from what a preview or a run has measured.')
            : t('Estimate; a preview makes it a better one. Nothing has been sent.');
    setText(this.#told, told);
  }

  #isRunnable = false;
  #isPreviewing = false;

  #showPreviewButton(): void {
    this.#preview.toggleAttribute('disabled', !this.#isRunnable || this.#isPreviewing);
  }
}

/** Names of the fields, and of the steps by their templates, at which something stands in the way of a run. */
function wrongParts({ parameters, asking, reading, outputs, limits, steps }: SetupView): readonly string[] {
  const fields = [parameters, asking, reading, ...outputs, limits, ...steps.map((step) => step.fields)].flat();
  const wrong = fields.filter(({ problem }) => problem?.severity === 'error').map(({ name }) => name);
  return [...wrong, ...steps.filter(({ template }) => (template?.problem ?? null) !== null).map(({ id }) => id)];
}
