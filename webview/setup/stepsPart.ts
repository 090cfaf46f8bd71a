import type { SetupPreview, SetupStep, SetupView } from '../../src/protocol/setup.ts';
import { element, setHidden, setText } from '../ui/element.ts';
import { promptMessages } from '../ui/promptMessages.ts';
import { StepGraph, type GraphStep } from '../ui/stepGraph.ts';
import { createButton } from '../ui/toolkit.ts';
import type { Wording } from '../ui/wording.ts';
import { capital } from './messageText.ts';
import { Fields } from './fields.ts';
import { PreviewPart } from './previewPart.ts';
import { keepOpen } from './keptLayout.ts';
import type { Send } from './send.ts';

/** The steps as a graph, and the one that is chosen: its template, its options, what the preview made in it. */
export class StepsPart {
  readonly root: HTMLElement;
  readonly #words: Wording;
  readonly #send: Send;
  readonly #graph: StepGraph;
  readonly #empty = element('p', { class: 'muted' });
  readonly #additions = element('select');
  readonly #add: HTMLElement;
  readonly #eject: HTMLDetailsElement;
  readonly #head = element('h3');
  readonly #template = element('div', { class: 'template' });
  readonly #fields: Fields;
  readonly #others = element('p', { class: 'muted' });
  readonly #tools = element('div', { class: 'buttons' });
  readonly #step: HTMLElement;
  readonly #preview: PreviewPart;
  readonly #onChosen: (id: string) => void;
  #view: SetupView | undefined;
  #made: SetupPreview | undefined;
  #chosen: string;
  #drawnTemplate = '';

  constructor(words: Wording, send: Send, chosen: string, onChosen: (id: string) => void) {
    this.#words = words;
    this.#send = send;
    this.#chosen = chosen;
    this.#onChosen = onChosen;
    const { t } = words;
    this.#graph = new StepGraph({
      label: t('Steps'),
      stepLabel: t('Step'),
      columns: [
        { id: 'records', label: t('Records') },
        { id: 'rejects', label: t('Rejected'), isMinor: true },
      ],
      describe: ({ id, kind, from }) =>
        from.length === 0 ? t('{0}, {1}', id, kind) : t('{0}, {1}, reads from {2}', id, kind, from.join(', ')),
      onChoose: (id) => this.#choose(id),
      onMove: (id, by) => this.#move(id, by),
    });
    this.#additions.setAttribute('aria-label', t('Step to add'));
    const add = createButton({
      label: t('Add Step'),
      icon: 'add',
      onClick: () => send({ type: 'add-step', addition: this.#additions.value }),
    });
    this.#add = element('div', { class: 'field-row add-step' }, this.#additions, add);
    const why = t(
      'The steps of a recipe are fixed. Written out into the file, they do the same, and filters, de-duplication, judges and anything else can be added. (Undo takes it back.)',
    );
    const eject = createButton({
      label: t('Write Out Steps'),
      icon: 'list-unordered',
      onClick: () => send({ type: 'act', action: 'eject' }),
    });
    this.#eject = element(
      'details',
      { class: 'more' },
      element('summary', { text: t('Filter, score, change steps') }),
      element('p', { class: 'muted', text: why }),
      eject,
    );
    keepOpen(this.#eject, 'eject');
    this.#fields = new Fields(words, send, 'step');
    this.#preview = new PreviewPart(words, send);
    this.#step = element(
      'div',
      { class: 'step' },
      this.#head,
      this.#template,
      this.#fields.root,
      this.#others,
      this.#tools,
      this.#preview.root,
    );
    this.root = element(
      'section',
      { class: 'inside' },
      element('h2', { text: t('Steps') }),
      this.#empty,
      this.#graph.root,
      this.#add,
      this.#eject,
      this.#step,
    );
  }

  show(view: SetupView): void {
    this.#view = view;
    this.#draw();
  }

  showPreview(preview: SetupPreview): void {
    this.#made = preview;
    this.#draw();
  }

  /** Chooses the first step with a field at which something is wrong, if there is one. */
  chooseWrong(): void {
    const wrong = this.#view?.steps.find(isWrong);
    if (wrong !== undefined) this.#choose(wrong.id);
  }

  #choose(id: string): void {
    this.#chosen = id;
    this.#onChosen(id);
    this.#draw();
  }

  #draw(): void {
    const view = this.#view;
    if (view === undefined) return;
    const { t } = this.#words;
    const { steps, recipe, locked, additions } = view;
    setText(this.#empty, t('The steps appear when the pipeline is right.'));
    setHidden(this.#empty, steps.length > 0);
    setHidden(this.#graph.root, steps.length === 0);
    this.#graph.show(steps.map((step) => this.#graphStep(step)));
    const step = steps.find(({ id }) => id === this.#chosen) ?? steps.find(({ asks }) => asks) ?? steps[0];
    this.#graph.choose(step?.id ?? null);
    setHidden(this.#add, additions.length === 0 || locked !== null);
    setHidden(this.#eject, recipe === null || view.hasErrors);
    const mark = JSON.stringify(additions);
    if (this.#additions.dataset['options'] !== mark) {
      this.#additions.dataset['options'] = mark;
      this.#additions.replaceChildren(
        ...additions.map(({ id, label, description }) => {
          const option = element('option', { text: description === '' ? label : `${label}: ${description}` });
          option.value = id;
          return option;
        }),
      );
    }
    setHidden(this.#step, step === undefined);
    if (step !== undefined) this.#drawStep(step, locked !== null);
    if (this.#made !== undefined) this.#preview.show(this.#made, step);
  }

  #graphStep(step: SetupStep): GraphStep {
    const { id, kind, from, asks } = step;
    if (isWrong(step)) return { id, kind, from, asks, state: 'failed' };
    const made = this.#made?.steps.find((candidate) => candidate.step === id);
    const { number } = this.#words;
    if (made === undefined) return { id, kind, from, asks };
    const rejects = made.rejects.length;
    return {
      ...{ id, kind, from, asks },
      state: this.#made?.isStale === true ? 'idle' : 'done',
      figures: {
        records: { text: number(made.records.length), isQuiet: made.records.length === 0 },
        rejects: { text: number(rejects), isQuiet: rejects === 0, isBad: rejects > 0 },
      },
    };
  }

  #drawStep(step: SetupStep, isLocked: boolean): void {
    const { t } = this.#words;
    if (this.#head.dataset['step'] !== step.id) {
      this.#head.dataset['step'] = step.id;
      this.#head.replaceChildren(
        document.createTextNode(step.id),
        element('span', { class: 'small', text: step.kind }),
      );
    }
    this.#drawTemplate(step, isLocked);
    this.#fields.show(step.fields, isLocked);
    setText(this.#others, step.others.length === 0 ? '' : t('Also set in the text: {0}.', step.others.join(', ')));
    setHidden(this.#others, step.others.length === 0);
    const { index, id } = step;
    setHidden(this.#tools, index === null);
    if (index !== null) this.#drawTools(id, index, isLocked);
  }

  #drawTools(id: string, index: number, isLocked: boolean): void {
    const { t } = this.#words;
    const last = (this.#view?.steps.length ?? 0) - 1;
    const mark = JSON.stringify([id, index, last, isLocked]);
    if (this.#tools.dataset['mark'] === mark) return;
    this.#tools.dataset['mark'] = mark;
    const button = (options: { label: string; icon: string; key?: string; isOff: boolean; onClick: () => void }) => {
      const made = createButton({ ...options, look: 'icon' });
      if (options.key !== undefined) made.title = `${options.label} (${options.key})`;
      made.toggleAttribute('disabled', options.isOff);
      return made;
    };
    const focused = [...this.#tools.children].findIndex((child) => child === document.activeElement);
    this.#tools.replaceChildren(
      button({
        ...{ label: t('Move Up'), icon: 'arrow-up', key: 'Alt+↑', isOff: isLocked || index === 0 },
        onClick: () => this.#move(id, -1),
      }),
      button({
        ...{ label: t('Move Down'), icon: 'arrow-down', key: 'Alt+↓', isOff: isLocked || index === last },
        onClick: () => this.#move(id, 1),
      }),
      button({
        ...{ label: t('Show in Text'), icon: 'go-to-file', isOff: false },
        onClick: () => this.#send({ type: 'show', path: ['steps', index] }),
      }),
      button({
        ...{ label: t('Remove Step'), icon: 'trash', isOff: isLocked },
        onClick: () => this.#send({ type: 'remove-step', index }),
      }),
    );
    const again = this.#tools.children[focused];
    if (again instanceof HTMLElement) again.focus();
  }

  /** Steps of the file's own change places with their neighbour there; those of a recipe stay. */
  #move(id: string, by: -1 | 1): void {
    const { steps = [], locked } = this.#view ?? {};
    const index = steps.find((step) => step.id === id)?.index ?? null;
    if (index === null || locked !== null || index + by < 0 || index + by >= steps.length) return;
    this.#send({ type: 'swap-steps', index: Math.min(index, index + by) });
  }

  #drawTemplate({ id, template }: SetupStep, isLocked: boolean): void {
    const mark = JSON.stringify([id, template, isLocked]);
    if (mark === this.#drawnTemplate) return;
    this.#drawnTemplate = mark;
    setHidden(this.#template, template === null);
    if (template === null) return;
    const { t } = this.#words;
    const act = (
      label: string,
      icon: string,
      action: 'open' | 'try' | 'duplicate' | 'replace' | 'reset',
    ): HTMLElement => {
      const button = createButton({
        label,
        icon,
        look: 'icon',
        onClick: () => this.#send({ type: 'template', step: id, action }),
      });
      if (isLocked && action !== 'open' && action !== 'try') button.toggleAttribute('disabled', true);
      return button;
    };
    const { place, name, isReplaced, problem, messages } = template;
    const where = { builtin: t('built-in'), file: t('of the workspace'), inline: t('in the pipeline') }[place];
    const title = place === 'inline' ? t('Prompt') : name;
    const head = element(
      'div',
      { class: 'template-head' },
      element(
        'h4',
        {},
        document.createTextNode(title),
        element('span', { class: 'small', text: problem === null ? where : '' }),
      ),
      element(
        'span',
        { class: 'buttons' },
        ...(place === 'inline' || problem !== null
          ? []
          : [
              act(t('Open Template'), 'go-to-file', 'open'),
              act(t('Try Template'), 'open-preview', 'try'),
              act(t('Duplicate to Workspace and Use the Copy'), 'copy', 'duplicate'),
            ]),
        act(t('Use Another Template'), 'replace', 'replace'),
        ...(isReplaced ? [act(t('Use the Recipe’s Own Template'), 'discard', 'reset')] : []),
      ),
    );
    if (problem !== null) {
      this.#template.replaceChildren(head, element('p', { class: 'field-problem', text: capital(problem) }));
      return;
    }
    const text = element('div', { class: 'messages' }, ...promptMessages(this.#words, messages));
    text.tabIndex = 0;
    text.setAttribute('role', 'region');
    text.setAttribute('aria-label', t('Prompt of {0}, with sample values', id));
    this.#template.replaceChildren(head, text);
  }
}

function isWrong({ template, fields }: SetupStep): boolean {
  return (template?.problem ?? null) !== null || fields.some(({ problem }) => problem?.severity === 'error');
}
