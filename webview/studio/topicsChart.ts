import type { ChartBranch } from '../../src/protocol/studioCharts.ts';
import type { Chart } from '../ui/charts/chart.ts';
import { element } from '../ui/element.ts';
import type { Wording } from '../ui/wording.ts';
import { topicsContent } from './chartContents.ts';

/** The topics, a level at a time: choosing a branch goes into it, the path above leads back out. */
export class TopicsChart {
  readonly root: HTMLElement;
  readonly #chart: Chart;
  readonly #words: Wording;
  /** From the root to the branch that is looked at. */
  #path: readonly ChartBranch[];

  constructor(chart: Chart, topics: ChartBranch, words: Wording) {
    this.root = chart.root;
    this.#chart = chart;
    this.#words = words;
    chart.root.addEventListener('keydown', (event) => {
      if (event.key !== 'Backspace' && event.key !== 'Escape') return;
      if (this.#path.length < 2) return;
      event.preventDefault();
      event.stopPropagation();
      this.#leaveTo(this.#path.length - 1);
    });
    this.#path = [topics];
    this.#show(this.#path);
  }

  #show(path: readonly ChartBranch[]): void {
    const branch = path.at(-1);
    if (branch === undefined) return;
    this.#path = path;
    this.#chart.setAbove(...(path.length > 1 ? [this.#wayBack(path)] : []));
    this.#chart.show(
      topicsContent(branch, this.#words, (below) => {
        this.#show([...path, below]);
        this.#chart.focus(0);
      }),
    );
  }

  /** Goes out to where the path has so many parts; the focus is on the branch that one comes from. */
  #leaveTo(length: number): void {
    const from = this.#path[length];
    const path = this.#path.slice(0, length);
    this.#show(path);
    this.#chart.focus(from === undefined ? 0 : (path.at(-1)?.branches.indexOf(from) ?? 0));
  }

  #wayBack(path: readonly ChartBranch[]): HTMLElement {
    const { t } = this.#words;
    const steps = path.flatMap(({ name }, at) => {
      const text = at === 0 ? t('All topics') : name;
      if (at === path.length - 1) {
        const here = element('span', { text });
        here.setAttribute('aria-current', 'location');
        return [here];
      }
      const button = element('button', { class: 'link', text });
      button.type = 'button';
      button.addEventListener('click', () => this.#leaveTo(at + 1));
      const between = element('span', { class: 'codicon codicon-chevron-right' });
      between.setAttribute('aria-hidden', 'true');
      return [button, between];
    });
    const way = element('nav', { class: 'chart-above' }, ...steps);
    way.setAttribute('aria-label', t('Topics'));
    return way;
  }
}
