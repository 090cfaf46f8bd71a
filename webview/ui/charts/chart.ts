import type { ChartFormat } from '../../../src/protocol/studioCharts.ts';
import { element, setHidden, setText } from '../element.ts';
import { createButton, type Button } from '../toolkit.ts';
import type { Wording } from '../wording.ts';
import type { KeyEntry } from './chartTexts.ts';
import { drawKey, type Drawing } from './drawings.ts';
import { pngBase64, svgText } from './pictures.ts';
import { shape } from './shapes.ts';

/** What a chart shows, as a picture and as a table. */
export interface ChartContent {
  /** What it says, in a sentence. */
  readonly sentence: string;
  readonly draw: (width: number) => Drawing;
  /** What its colours mean, below the picture; absent: there is one colour. */
  readonly key?: readonly KeyEntry[];
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface ChartOptions {
  readonly words: Wording;
  readonly title: string;
  readonly onSave: (name: string, format: ChartFormat, content: string) => void;
}

/**
 * A chart with its title, a table that says the same, and buttons to save it. The picture is one stop of the Tab key; the
 * arrow keys, Home and End move within it, Enter chooses where something can be chosen.
 */
export class Chart {
  readonly root: HTMLElement;
  readonly #options: ChartOptions;
  readonly #svg = shape('svg', { class: 'chart-picture', role: 'group' });
  readonly #sentence = element('p', { class: 'chart-sentence' });
  readonly #above = element('div', { class: 'chart-above' });
  readonly #below = element('div', { class: 'chart-below' });
  readonly #table = element('table', { class: 'chart-table' });
  readonly #picture: HTMLElement;
  readonly #scroll: HTMLElement;
  readonly #toggle: Button;
  #content: ChartContent | undefined;
  #width = 0;
  #active = 0;

  constructor(options: ChartOptions) {
    this.#options = options;
    const { words, title, onSave } = options;
    const { t } = words;
    this.#toggle = createButton({
      label: t('Show as Table'),
      icon: 'table',
      look: 'icon',
      onClick: () => this.#turn(),
    });
    const save = (format: ChartFormat, name: string, content: () => string) =>
      createButton({
        label: name,
        icon: format === 'svg' ? 'save' : 'device-camera',
        look: 'icon',
        onClick: () => onSave(title, format, content()),
      });
    const tools = element(
      'div',
      { class: 'chart-tools' },
      this.#toggle,
      save('svg', t('Save as SVG'), () => svgText(this.#svg, `${title}: ${this.#content?.sentence ?? ''}`)),
      save('png', t('Save as PNG'), () => pngBase64(this.#svg)),
    );
    tools.setAttribute('role', 'group');
    tools.setAttribute('aria-label', title);
    this.#picture = element('div', { class: 'chart-room' }, this.#svg);
    this.#table.setAttribute('aria-label', title);
    this.#scroll = element('div', { class: 'chart-scroll', role: 'region' }, this.#table);
    this.#scroll.tabIndex = 0;
    this.#scroll.setAttribute('aria-label', title);
    setHidden(this.#scroll, true);
    this.root = element(
      'section',
      { class: 'chart' },
      element('div', { class: 'chart-head' }, element('h2', { class: 'section', text: title }), tools),
      this.#sentence,
      this.#above,
      this.#picture,
      this.#scroll,
      this.#below,
    );
    new ResizeObserver(([entry]) => {
      const width = Math.floor(entry?.contentRect.width ?? 0);
      if (width === 0 || width === this.#width) return;
      this.#width = width;
      this.#draw();
    }).observe(this.#picture);
    this.#svg.addEventListener('keydown', (event) => this.#onKey(event));
  }

  /** Controls between the title and the picture. */
  setAbove(...controls: readonly Node[]): void {
    this.#above.replaceChildren(...controls);
  }

  /** Controls below the picture. */
  setBelow(...controls: readonly Node[]): void {
    this.#below.replaceChildren(...controls);
  }

  /** Puts the focus on a part of the picture, or on the table in its place. */
  focus(at: number): void {
    if (this.#scroll.hidden !== true) this.#scroll.focus();
    else this.#move(at);
  }

  show(content: ChartContent): void {
    this.#content = content;
    setText(this.#sentence, content.sentence);
    this.#svg.setAttribute('aria-label', `${this.#options.title}. ${content.sentence}`);
    const head = element('tr', {}, ...content.columns.map((text) => element('th', { text })));
    for (const cell of head.cells) cell.setAttribute('scope', 'col');
    const rows = content.rows.map((row) => element('tr', {}, ...row.map((text) => element('td', { text }))));
    this.#table.replaceChildren(element('thead', {}, head), element('tbody', {}, ...rows));
    this.#draw();
  }

  #draw(): void {
    if (this.#content === undefined || this.#width === 0) return;
    const isWithin = this.#svg.contains(document.activeElement);
    const { height, parts } = this.#content.draw(this.#width);
    const key = drawKey(this.#content.key ?? [], height, this.#width);
    this.#svg.setAttribute('width', String(this.#width));
    this.#svg.setAttribute('height', String(height + key.height));
    this.#svg.replaceChildren(...parts, ...key.parts);
    const marks = this.#marks();
    this.#active = Math.min(this.#active, Math.max(0, marks.length - 1));
    const active = marks[this.#active];
    active?.setAttribute('tabindex', '0');
    if (isWithin) active?.focus();
  }

  #marks(): readonly SVGGElement[] {
    return [...this.#svg.querySelectorAll<SVGGElement>('g.mark')];
  }

  #onKey(event: KeyboardEvent): void {
    const marks = this.#marks();
    const focused = marks.findIndex((one) => one === document.activeElement);
    const from = focused === -1 ? this.#active : focused;
    const targets: Readonly<Record<string, number>> = {
      ArrowDown: from + 1,
      ArrowRight: from + 1,
      ArrowUp: from - 1,
      ArrowLeft: from - 1,
      Home: 0,
      End: marks.length - 1,
    };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    this.#move(target);
  }

  #move(to: number): void {
    const marks = this.#marks();
    const next = Math.min(marks.length - 1, Math.max(0, to));
    marks[this.#active]?.setAttribute('tabindex', '-1');
    this.#active = next;
    marks[next]?.setAttribute('tabindex', '0');
    marks[next]?.focus();
  }

  #turn(): void {
    const { t } = this.#options.words;
    const toTable = this.#scroll.hidden === true;
    setHidden(this.#scroll, !toTable);
    setHidden(this.#picture, toTable);
    const name = toTable ? t('Show as Picture') : t('Show as Table');
    this.#toggle.setAttribute('aria-label', name);
    this.#toggle.title = name;
  }
}
