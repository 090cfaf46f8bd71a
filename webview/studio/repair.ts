import type { StudioRun } from '../../src/protocol/studio.ts';
import type { Correction, RepairProgressMessage, RepairStart } from '../../src/protocol/studioRepair.ts';
import { element, setHidden, setText } from '../ui/element.ts';
import { createButton, createDropdown, createTextField, fillDropdown } from '../ui/toolkit.ts';
import { changedParts } from './changedParts.ts';
import type { RepairDraft } from './repairDraft.ts';
import { RepairMany, stoppingText, type ManyScope } from './repairMany.ts';
import { canWorkThrough } from './runState.ts';
import type { TabContext } from './tab.ts';

export interface RepairOptions {
  readonly context: TabContext;
  /** Tells the elements of this pane from those of another tab's. */
  readonly name: string;
  /** Others that the same instruction can be given for; asked when the pane is opened. */
  readonly others: () => readonly ManyScope[];
  /** What was begun before the window was reloaded; null: nothing. */
  readonly draft: RepairDraft | null;
  /** What is begun has changed; null: nothing is. */
  readonly onDraft: (draft: RepairDraft | null) => void;
}

/** Typing goes on: the cost is worked out when it has rested for so long. */
const REST_MS = 400;

/**
 * Puts one record or answer right, by hand or by an instruction to a model; the difference is shown before anything is
 * kept. The same instruction can then be given for others.
 */
export class Repair {
  readonly root: HTMLElement;
  readonly #options: RepairOptions;
  readonly #instruction = element('textarea');
  readonly #endpoint;
  readonly #model;
  readonly #ask: HTMLElement;
  readonly #stop: HTMLElement;
  readonly #cost = element('span', { class: 'muted', role: 'status' });
  readonly #corrected = element('textarea', { class: 'code' });
  readonly #correctedLabel = element('label', { class: 'field-label' });
  readonly #problem = element('p', { class: 'error', role: 'alert' });
  readonly #difference = element('div', { class: 'difference' });
  readonly #keep: HTMLElement;
  readonly #compare: HTMLElement;
  readonly #told = element('p', { class: 'told', role: 'status' });
  readonly #work: HTMLElement;
  readonly #many: RepairMany;
  #source = '';
  #line = -1;
  #start: RepairStart | undefined;
  /** What was begun before, until its record is looked at. */
  #draft: RepairDraft | null;
  /** With what the present correction was asked for; empty: by hand. */
  #by = '';
  #timer: number | undefined;

  constructor(options: RepairOptions) {
    this.#options = options;
    this.#draft = options.draft;
    const { words, act } = options.context;
    const { t } = words;
    this.#instruction.id = `${options.name}-instruction`;
    this.#instruction.rows = 2;
    this.#instruction.placeholder = t('What should change?');
    this.#instruction.addEventListener('input', () => this.#instructionChanged());
    this.#endpoint = createDropdown({
      label: t('Endpoint'),
      onChange: (name) => {
        this.#model.value = this.#start?.endpoints.find((endpoint) => endpoint.name === name)?.model ?? '';
        this.#instructionChanged();
      },
    });
    this.#model = createTextField({
      label: t('Model'),
      placeholder: t('Model'),
      onInput: () => this.#instructionChanged(),
    });
    this.#ask = createButton({ label: t('Ask'), icon: 'sparkle', onClick: () => void this.#onAsk() });
    this.#stop = createButton({
      label: t('Stop'),
      icon: 'debug-stop',
      onClick: () => this.#onStop(),
    });
    this.#corrected.id = `${options.name}-corrected`;
    this.#corrected.rows = 8;
    this.#corrected.spellcheck = false;
    this.#corrected.addEventListener('input', () => {
      this.#by = '';
      this.#showDifference();
    });
    this.#correctedLabel.htmlFor = this.#corrected.id;
    this.#keep = createButton({ label: t('Keep'), icon: 'check', look: 'primary', onClick: () => void this.#onKeep() });
    this.#compare = createButton({ label: t('Compare in Editor'), icon: 'diff', onClick: () => this.#onCompare() });
    this.#work = createButton({
      label: t('Work Through Again'),
      icon: 'debug-rerun',
      onClick: () => act('work-through'),
    });
    this.#work.title = t('Works the run through from its answers; only what follows from the corrected ones is asked');
    this.#many = new RepairMany({
      context: options.context,
      wish: () => this.#wish(),
      onKeep: (source, corrections) => this.#keepAll(source, corrections),
    });
    const instructionLabel = element('label', { class: 'field-label', text: t('Instruction to a model') });
    instructionLabel.htmlFor = this.#instruction.id;
    const asking = element('div', { class: 'tools' }, this.#endpoint, this.#model, this.#ask, this.#stop, this.#cost);
    this.root = element(
      'section',
      { class: 'repair' },
      element('h3', { class: 'section', text: t('Repair') }),
      ...[instructionLabel, this.#instruction, asking, this.#correctedLabel, this.#corrected],
      ...[this.#problem, this.#difference],
      element('div', { class: 'buttons' }, this.#keep, this.#compare, this.#work),
      ...[this.#told, this.#many.root],
    );
    this.root.setAttribute('aria-label', t('Repair'));
    // Escape leaves the pane for the record, not the record for the table.
    this.root.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      this.close();
    });
    for (const hidden of [this.root, this.#stop, this.#work, this.#problem]) setHidden(hidden, true);
  }

  get isOpen(): boolean {
    return !this.root.hidden;
  }

  async open(source: string, line: number): Promise<void> {
    const isSame = source === this.#source && line === this.#line && this.#start !== undefined;
    setHidden(this.root, false);
    if (!isSame) await this.#load(source, line);
    this.#keepDraft();
    this.#instruction.focus();
  }

  /** Another record is looked at: an open pane goes along. */
  follow(source: string, line: number): void {
    const draft = this.#draft;
    this.#draft = null;
    if (draft?.source === source && draft.line === line) void this.#takeUp(draft);
    else if (this.isOpen && (source !== this.#source || line !== this.#line)) void this.#load(source, line);
  }

  /** The run has moved on: corrections may wait to come into its output, whoever has kept them and when. */
  showRun(run: StudioRun): void {
    setHidden(this.#work, !canWorkThrough(run));
  }

  /** There may be others now that the same instruction can be given for. */
  refreshOthers(): void {
    if (this.isOpen) this.#many.offer(this.#options.others());
  }

  close(): void {
    const hadFocus = this.root.contains(document.activeElement);
    setHidden(this.root, true);
    this.#keepDraft();
    // What the pane stands in is the record's region.
    if (hadFocus) this.root.parentElement?.focus();
  }

  receive(message: RepairProgressMessage): void {
    this.#many.showProgress(message);
  }

  /** Goes on with what was begun before the window was reloaded. */
  async #takeUp({ source, line, instruction, endpoint, model, corrected, by }: RepairDraft): Promise<void> {
    setHidden(this.root, false);
    this.#instruction.value = instruction;
    this.#model.value = model;
    await this.#load(source, line);
    const start = this.#start;
    if (start === undefined || source !== this.#source || line !== this.#line) return;
    if (start.endpoints.some(({ name }) => name === endpoint)) this.#endpoint.value = endpoint;
    this.#corrected.value = corrected ?? start.before;
    this.#by = by;
    this.#showDifference();
    this.#instructionChanged();
  }

  #keepDraft(): void {
    if (!this.isOpen) {
      this.#options.onDraft(null);
      return;
    }
    const { value } = this.#corrected;
    const corrected = this.#start === undefined || value === this.#start.before ? null : value;
    this.#options.onDraft({ source: this.#source, line: this.#line, ...this.#wish(), corrected, by: this.#by });
  }

  async #load(source: string, line: number): Promise<void> {
    const { words, host } = this.#options.context;
    const { t } = words;
    this.#source = source;
    this.#line = line;
    this.#start = undefined;
    this.#by = '';
    setText(this.#told, '');
    try {
      const start = await host.request({ type: 'repair-start', source, line });
      if (source !== this.#source || line !== this.#line) return;
      this.#start = start;
      const chosen = start.endpoints.find(({ name }) => name === this.#endpoint.value) ?? start.endpoints[0];
      fillDropdown(
        this.#endpoint,
        start.endpoints.map(({ name }) => ({ value: name, label: name })),
        chosen?.name ?? '',
      );
      if (this.#model.value === '') this.#model.value = chosen?.model ?? '';
      setText(this.#correctedLabel, start.at === null ? t('Corrected record (JSON)') : t('Corrected answer'));
      this.#corrected.value = start.before;
      this.#showProblem(start.obstacle);
      this.#many.begin(this.#options.others());
    } catch (error) {
      this.#showProblem(messageOf(error));
    }
    this.#showDifference();
    this.#instructionChanged();
  }

  #wish(): { instruction: string; endpoint: string; model: string } {
    return {
      instruction: this.#instruction.value.trim(),
      endpoint: this.#endpoint.value,
      model: this.#model.value.trim(),
    };
  }

  #instructionChanged(): void {
    window.clearTimeout(this.#timer);
    const { instruction } = this.#wish();
    this.#ask.toggleAttribute('disabled', instruction === '' || this.#start === undefined);
    this.#many.setReady(instruction !== '');
    this.#keepDraft();
    if (instruction === '' || this.#start === undefined) {
      setText(this.#cost, '');
      return;
    }
    this.#timer = window.setTimeout(() => void this.#estimate(), REST_MS);
  }

  async #estimate(): Promise<void> {
    const { host } = this.#options.context;
    const scope = { kind: 'lines' as const, source: this.#source, lines: [this.#line] };
    const cost = await host.request({ type: 'repair-estimate', scope, ...this.#wish() }).catch(() => undefined);
    setText(this.#cost, cost?.text ?? '');
  }

  async #onAsk(): Promise<void> {
    const { context } = this.#options;
    const { t } = context.words;
    const { instruction, endpoint, model } = this.#wish();
    const [source, line] = [this.#source, this.#line];
    this.#setAsking(true);
    try {
      const scope = { kind: 'lines' as const, source, lines: [line] };
      const report = await context.host.request({ type: 'repair-ask', scope, instruction, endpoint, model });
      if (source !== this.#source || line !== this.#line) return;
      const [proposal] = report.proposals;
      setText(this.#cost, report.text);
      if (proposal?.after != null) {
        this.#corrected.value = proposal.after;
        this.#by = `${endpoint} ${model}`.trim();
        this.#showDifference();
      } else {
        const nothing = report.isStopped ? t('It was stopped before it was answered.') : t('Nothing was answered.');
        this.#showProblem(proposal?.problem ?? nothing);
      }
    } catch (error) {
      this.#showProblem(messageOf(error));
    } finally {
      this.#setAsking(false);
    }
  }

  #onStop(): void {
    const { context } = this.#options;
    context.send({ type: 'repair-stop' });
    this.#stop.toggleAttribute('disabled', true);
    setText(this.#cost, stoppingText(context.words));
  }

  #setAsking(asking: boolean): void {
    // Whoever asked or stopped by keyboard goes on from the button that takes the other's place.
    const [gone, come] = asking ? [this.#ask, this.#stop] : [this.#stop, this.#ask];
    const hadFocus = gone.contains(document.activeElement) || document.activeElement === document.body;
    this.#stop.toggleAttribute('disabled', false);
    setHidden(this.#ask, asking);
    setHidden(this.#stop, !asking);
    if (hadFocus) come.focus();
    if (asking) this.#showProblem(null);
  }

  #showDifference(): void {
    const start = this.#start;
    const isJson = start?.at === null;
    const { parts, problem } = changedParts(start?.before ?? '', this.#corrected.value, isJson);
    if (problem !== null) this.#showProblem(this.#options.context.words.t('This is not a JSON object: {0}', problem));
    else this.#showProblem(start?.obstacle ?? null);
    this.#difference.replaceChildren(
      ...parts.map(({ name, before, after }) =>
        element(
          'div',
          { class: 'change' },
          ...(name === '' ? [] : [element('span', { class: 'muted', text: name })]),
          element('del', { text: before }),
          element('ins', { text: after }),
        ),
      ),
    );
    const nothing = parts.length === 0 || problem !== null || start?.obstacle !== null;
    this.#keep.toggleAttribute('disabled', nothing);
    this.#compare.toggleAttribute('disabled', parts.length === 0);
    this.#keepDraft();
  }

  #onCompare(): void {
    const start = this.#start;
    if (start === undefined) return;
    this.#options.context.send({
      type: 'repair-compare',
      title: start.id,
      ...{ before: start.before, after: this.#corrected.value, isJson: start.at === null },
    });
  }

  async #onKeep(): Promise<void> {
    const start = this.#start;
    if (start === undefined) return;
    const instruction = this.#by === '' ? '' : this.#wish().instruction;
    const correction: Correction = {
      ...{ line: this.#line, id: start.id, at: start.at, after: this.#corrected.value },
      ...{ instruction, by: this.#by === '' ? 'person' : this.#by },
    };
    await this.#keepAll(this.#source, [correction]);
  }

  /** @returns whether they were kept */
  async #keepAll(source: string, corrections: readonly Correction[]): Promise<boolean> {
    const isAtMany = this.#many.root.contains(document.activeElement);
    try {
      const kept = await this.#options.context.host.request({
        type: 'repair-keep',
        source,
        corrections: [...corrections],
      });
      setText(this.#told, kept.text);
      // It is what comes next.
      if (isAtMany && !this.#work.hidden) this.#work.focus();
      return true;
    } catch (error) {
      this.#showProblem(messageOf(error));
      return false;
    }
  }

  #showProblem(text: string | null): void {
    setText(this.#problem, text ?? '');
    setHidden(this.#problem, text === null);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
