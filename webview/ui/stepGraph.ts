import { element, setText } from './element.ts';
import { layOutSteps, type LinkedStep, type StepLanes } from './stepLanes.ts';
import './stepGraph.css';

/** How it stands with a step, for the eye; screen readers are told by the figures. */
export type StepState = 'idle' | 'busy' | 'done' | 'failed';

/** A step as the graph draws it. */
export interface GraphStep extends LinkedStep {
  readonly kind: string;
  /** Whether it asks a model: its dot is filled. */
  readonly asks: boolean;
  /** Default: `idle`. */
  readonly state?: StepState;
  /** Stands muted behind the name; default: the kind. */
  readonly note?: string;
  /** Share of its work that is done, 0 to 1; absent or null: not known, or not running. */
  readonly share?: number | null;
  /** What stands in the columns, by the column's id; what is missing stays empty. */
  readonly figures?: Readonly<Record<string, GraphFigure>>;
}

export interface GraphFigure {
  readonly text: string;
  readonly hint?: string;
  /** Steps back: a zero. */
  readonly isQuiet?: boolean;
  /** Stands out: rejected, failed. */
  readonly isBad?: boolean;
}

/** A column of figures beside the steps. */
export interface GraphColumn {
  readonly id: string;
  readonly label: string;
  /** Whether it goes when the panel is narrow. */
  readonly isMinor?: boolean;
}

export interface StepGraphOptions {
  /** For screen readers. */
  readonly label: string;
  /** Head of the column of steps. */
  readonly stepLabel: string;
  /** Default: none, and no head. */
  readonly columns?: readonly GraphColumn[];
  /** What a screen reader is told of a step beside its name: `generate, reads from topics`. */
  readonly describe?: (step: GraphStep) => string;
  /** A step was chosen by click or Enter. Absent: the graph is a picture, and no stop of the Tab key. */
  readonly onChoose?: (id: string) => void;
  /** Alt and an arrow key: the step is to go up or down among the others. Absent: the order is fixed. */
  readonly onMove?: (id: string, by: -1 | 1) => void;
}

const SVG = 'http://www.w3.org/2000/svg';
/** Sizes of the drawing in pixels; the row's height is that of the style sheet. */
const ROW = 26;
const LANE = 14;
const DOT = 4;

interface Row {
  readonly root: HTMLTableRowElement;
  readonly lanes: SVGSVGElement;
  readonly name: HTMLElement;
  readonly note: HTMLElement;
  readonly cells: ReadonlyMap<string, HTMLTableCellElement>;
  /** What is drawn, so that nothing is drawn anew without need. */
  drawn: string;
}

/**
 * The steps of a pipeline as a graph: one below the other, what reads from what as lines beside them, as the editor
 * draws the history of a repository. A native table; where steps can be chosen it is one stop of the Tab key, and arrow
 * keys, Home and End move within it.
 */
export class StepGraph {
  readonly root: HTMLTableElement;
  readonly #options: StepGraphOptions;
  readonly #body = element('tbody');
  readonly #rows = new Map<string, Row>();
  #order: readonly string[] = [];
  #active = '';
  #chosen: string | null = null;

  constructor(options: StepGraphOptions) {
    this.#options = options;
    const { columns = [], label, stepLabel } = options;
    this.root = element('table', { class: 'step-graph' });
    this.root.setAttribute('aria-label', label);
    if (columns.length > 0) {
      const heads = [{ id: '', label: stepLabel }, ...columns].map((column) => headCell(column));
      this.root.append(element('thead', {}, element('tr', {}, ...heads)));
    }
    this.root.append(this.#body);
    if (options.onChoose === undefined) return;
    this.root.classList.add('choosable');
    this.#body.addEventListener('click', ({ target }) => {
      const row = target instanceof Element ? target.closest('tr') : null;
      const id = row?.dataset['step'];
      if (id !== undefined) this.#onClick(id);
    });
    this.#body.addEventListener('keydown', (event) => this.#onKey(event));
  }

  /** Draws the steps; rows of steps that stay are kept, with the focus in them. */
  show(steps: readonly GraphStep[]): void {
    const { rows, width } = layOutSteps(steps);
    const order = rows.map(({ step }) => step.id);
    for (const [id, row] of this.#rows) {
      if (order.includes(id)) continue;
      row.root.remove();
      this.#rows.delete(id);
    }
    if (!order.includes(this.#active)) this.#active = order[0] ?? '';
    if (this.#chosen !== null && !order.includes(this.#chosen)) this.#chosen = null;
    const focused = [...this.#rows.values()].find(({ name }) => name === document.activeElement);
    rows.forEach(({ step, ...lanes }, index) => {
      let row = this.#rows.get(step.id);
      if (row === undefined) {
        row = this.#makeRow(step.id);
        this.#rows.set(step.id, row);
      }
      if (this.#body.rows[index] !== row.root) this.#body.insertBefore(row.root, this.#body.rows[index] ?? null);
      this.#showStep(row, step, lanes, width);
    });
    this.#order = order;
    this.#mark();
    // A row that changes its place loses the focus.
    if (focused !== undefined && focused.name !== document.activeElement) focused.name.focus();
  }

  /** Marks a step as the one that is looked at; null: none. */
  choose(id: string | null): void {
    this.#chosen = id;
    if (id !== null && this.#order.includes(id)) this.#active = id;
    this.#mark();
  }

  #makeRow(id: string): Row {
    const lanes = document.createElementNS(SVG, 'svg');
    lanes.setAttribute('aria-hidden', 'true');
    const name = element(this.#options.onChoose === undefined ? 'span' : 'button', { class: 'step-name' });
    if (name instanceof HTMLButtonElement) name.type = 'button';
    const note = element('span', { class: 'step-note' });
    const head = element('th', {}, element('div', { class: 'step-cell' }, lanes, name, note));
    head.scope = 'row';
    const cells = new Map<string, HTMLTableCellElement>();
    for (const column of this.#options.columns ?? []) {
      cells.set(column.id, element('td', { class: column.isMinor === true ? 'minor' : '' }));
    }
    const root = element('tr', {}, head, ...cells.values());
    root.dataset['step'] = id;
    return { root, lanes, name, note, cells, drawn: '' };
  }

  #showStep(row: Row, step: GraphStep, lanes: StepLanes, width: number): void {
    const { state = 'idle', note = step.kind, share, figures = {} } = step;
    setText(row.name, step.id);
    setText(row.note, note);
    row.root.dataset['state'] = state;
    const description = this.#options.describe?.(step) ?? `${step.id}, ${note}`;
    if (row.name.title !== description) {
      row.name.title = description;
      row.name.setAttribute('aria-label', description);
    }
    const shown = share === undefined || share === null ? '' : `${Math.round(Math.min(1, Math.max(0, share)) * 100)}%`;
    row.root.classList.toggle('has-share', shown !== '');
    if (row.root.style.getPropertyValue('--share') !== shown) row.root.style.setProperty('--share', shown);
    for (const [id, cell] of row.cells) {
      const figure = figures[id];
      setText(cell, figure?.text ?? '');
      if (cell.title !== (figure?.hint ?? '')) cell.title = figure?.hint ?? '';
      cell.classList.toggle('quiet', figure?.isQuiet === true);
      cell.classList.toggle('bad', figure?.isBad === true);
    }
    const drawing = JSON.stringify([lanes, width, step.asks]);
    if (row.drawn === drawing) return;
    row.drawn = drawing;
    drawLanes(row.lanes, lanes, width, step.asks);
  }

  #onClick(id: string): void {
    this.#active = id;
    this.#mark();
    this.#rows.get(id)?.name.focus();
    this.#options.onChoose?.(id);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.altKey) {
      if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
      event.preventDefault();
      this.#options.onMove?.(this.#active, event.key === 'ArrowUp' ? -1 : 1);
      return;
    }
    const at = this.#order.indexOf(this.#active);
    const last = this.#order.length - 1;
    const to = { ArrowDown: Math.min(last, at + 1), ArrowUp: Math.max(0, at - 1), Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.#active = this.#order[to] ?? this.#active;
    this.#mark();
    this.#rows.get(this.#active)?.name.focus();
  }

  #mark(): void {
    if (this.#options.onChoose === undefined) return;
    for (const [id, { root, name }] of this.#rows) {
      name.tabIndex = id === this.#active ? 0 : -1;
      root.classList.toggle('chosen', id === this.#chosen);
      if (id === this.#chosen) name.setAttribute('aria-current', 'true');
      else name.removeAttribute('aria-current');
    }
  }
}

function headCell({ label, isMinor }: GraphColumn): HTMLTableCellElement {
  const cell = element('th', { text: label, class: isMinor === true ? 'minor' : '' });
  cell.scope = 'col';
  return cell;
}

function drawLanes(svg: SVGSVGElement, { lane, into, past, goesOn }: StepLanes, width: number, asks: boolean): void {
  const x = (at: number): number => LANE / 2 + at * LANE;
  const middle = ROW / 2;
  const lines: string[] = past.map((at) => `M${x(at)} 0V${ROW}`);
  for (const at of into) {
    lines.push(
      at === lane
        ? `M${x(at)} 0V${middle}`
        : `M${x(at)} 0C${x(at)} ${middle * 0.8} ${x(lane)} ${middle * 0.2} ${x(lane)} ${middle}`,
    );
  }
  if (goesOn) lines.push(`M${x(lane)} ${middle}V${ROW}`);
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', lines.join(''));
  const dot = document.createElementNS(SVG, 'circle');
  dot.setAttribute('cx', String(x(lane)));
  dot.setAttribute('cy', String(middle));
  dot.setAttribute('r', String(DOT));
  if (asks) dot.classList.add('asks');
  svg.setAttribute('width', String(width * LANE));
  svg.setAttribute('height', String(ROW));
  svg.replaceChildren(path, dot);
}
