import type { StepProgress, StudioRun } from '../../src/protocol/studio.ts';
import { element, setHidden, setText } from '../ui/element.ts';
import type { Wording } from '../ui/wording.ts';
import { reasonText } from './reasons.ts';
import { isGoingOn } from './runState.ts';

/** The steps of the pipeline with what goes in and out of each. */
export class Steps {
  readonly root: HTMLDetailsElement;
  readonly #words: Wording;
  readonly #table: HTMLTableElement;
  readonly #body = element('tbody');
  readonly #summary = element('summary');

  constructor(words: Wording) {
    this.#words = words;
    const { t } = words;
    const heads = [t('Step'), t('Waiting'), t('In flight'), t('Done'), t('Records'), t('Failures')];
    const head = element('tr');
    for (const text of heads) {
      const cell = element('th', { text });
      cell.scope = 'col';
      head.append(cell);
    }
    this.#table = element('table', { class: 'steps' }, element('thead', {}, head), this.#body);
    this.#table.setAttribute('aria-label', t('Steps'));
    setText(this.#summary, t('Steps'));
    this.root = element('details', {}, this.#summary, this.#table);
    this.root.open = true;
  }

  show(run: StudioRun): void {
    const { steps } = run.snapshot;
    setHidden(this.root, steps.length === 0);
    // After the run nothing waits and nothing is in flight: those columns would be all zeros.
    this.#table.classList.toggle('over', !isGoingOn(run));
    if (this.#body.rows.length !== steps.length) this.#body.replaceChildren(...steps.map(emptyRow));
    for (const [index, step] of steps.entries()) {
      const row = this.#body.rows[index];
      if (row !== undefined) this.#showStep(row, step);
    }
  }

  #showStep(row: HTMLTableRowElement, step: StepProgress): void {
    const { number, t } = this.#words;
    const [name, waiting, inFlight, done, out, rejected] = row.cells;
    if (name === undefined || waiting === undefined || inFlight === undefined) return;
    if (done === undefined || out === undefined || rejected === undefined) return;
    setText(name, step.id);
    name.title = step.kind;
    setCount(waiting, step.waiting, number);
    setCount(inFlight, step.inFlight, number);
    const expected = step.expected === null || step.expected === step.done ? '' : ` / ${number(step.expected)}`;
    setText(done, `${number(step.done)}${expected}`);
    setText(out, number(step.out));
    const reasons = Object.entries(step.rejected);
    const total = reasons.reduce((sum, [, count]) => sum + count, 0);
    setCount(rejected, total, number);
    rejected.title = reasons.map(([reason, count]) => `${number(count)} ${reasonText(reason, this.#words)}`).join('\n');
    row.classList.toggle('busy', step.inFlight > 0);
    row.setAttribute('aria-label', t('{0}: {1} done', step.id, number(step.done)));
  }
}

function emptyRow(): HTMLTableRowElement {
  const name = element('th');
  name.scope = 'row';
  return element('tr', {}, name, ...Array.from({ length: 5 }, () => element('td')));
}

/** Zeros are there, but step back. */
function setCount(cell: HTMLElement, count: number, number: (value: number) => string): void {
  setText(cell, number(count));
  cell.classList.toggle('zero', count === 0);
}
