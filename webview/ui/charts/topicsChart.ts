import type { BranchPath, ChartBranch } from '../../../src/protocol/studioCharts.ts';
import type { Chart } from './chart.ts';
import { element } from '../element.ts';
import { createButton } from '../toolkit.ts';
import type { Wording } from '../wording.ts';
import { topicsContent } from './recordContents.ts';

/** Thin branches that are offered one by one; the table has them all. */
const MOST_OFFERED = 8;

export interface TopicsOptions {
  readonly words: Wording;
  /** More records of a branch are wanted; absent: there is no way to make them. */
  readonly onMore?: (path: BranchPath) => void;
  /** Names of the branches down to the one that is looked at first, as far as they are there; absent: all topics. */
  readonly at?: readonly string[];
  /** The person looks at another branch: the names down to it. */
  readonly onPath?: (names: readonly string[]) => void;
}

/** The topics, a level at a time: choosing a branch goes into it, the path above leads back out. */
export class TopicsChart {
  readonly root: HTMLElement;
  readonly #chart: Chart;
  readonly #words: Wording;
  readonly #onMore: TopicsOptions['onMore'];
  readonly #onPath: TopicsOptions['onPath'];
  /** From the root to the branch that is looked at. */
  #path: readonly ChartBranch[];

  constructor(chart: Chart, topics: ChartBranch, { words, onMore, at = [], onPath }: TopicsOptions) {
    this.root = chart.root;
    chart.root.classList.add('wide');
    this.#chart = chart;
    this.#words = words;
    this.#onMore = onMore;
    this.#onPath = onPath;
    chart.root.addEventListener('keydown', (event) => {
      if (event.key !== 'Backspace' && event.key !== 'Escape') return;
      if (this.#path.length < 2) return;
      event.preventDefault();
      event.stopPropagation();
      this.#leaveTo(this.#path.length - 1);
    });
    const path = [topics];
    for (const name of at) {
      const below = path.at(-1)?.branches.find((branch) => branch.name === name);
      if (below === undefined) break;
      path.push(below);
    }
    this.#path = path;
    this.#show(path);
  }

  #show(path: readonly ChartBranch[]): void {
    const branch = path.at(-1);
    if (branch === undefined) return;
    this.#path = path;
    this.#onPath?.(path.slice(1).map(({ name }) => name));
    this.#chart.setAbove(...(path.length > 1 ? this.#wayBack(path) : []));
    this.#chart.setBelow(...this.#thin(path));
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

  #wayBack(path: readonly ChartBranch[]): readonly HTMLElement[] {
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
    const more = this.#more(path);
    const way = element('nav', { class: 'chart-way' }, ...steps);
    way.setAttribute('aria-label', t('Topics'));
    return more === undefined ? [way] : [way, more];
  }

  /** The branches that have few records, each with a way to more. */
  #thin(path: readonly ChartBranch[]): readonly HTMLElement[] {
    const { t, number } = this.#words;
    const thin = (path.at(-1)?.branches ?? []).filter(({ isThin }) => isThin).reverse();
    const rows = thin.slice(0, MOST_OFFERED).flatMap((branch) => {
      const more = this.#more([...path, branch]);
      if (more === undefined) return [];
      const { name, records, rejected } = branch;
      const figures =
        rejected === 0
          ? this.#words.records(records)
          : t('{0}, {1} rejected', this.#words.records(records), number(rejected));
      const text = element('span', { class: 'thin-name', text: name });
      text.title = name;
      return [element('li', {}, text, element('span', { class: 'quiet', text: figures }), more)];
    });
    if (rows.length === 0) return [];
    const list = element('ul', { class: 'thin-branches' }, ...rows);
    list.setAttribute('aria-label', t('Topics with few records'));
    const rest = thin.length - rows.length;
    if (rest === 0) return [list];
    return [list, element('p', { class: 'chart-sentence', text: t('The table tells of {0} more.', number(rest)) })];
  }

  /** Undefined where it is not known which step makes the branch. */
  #more([, ...branches]: readonly ChartBranch[]): HTMLElement | undefined {
    const { t } = this.#words;
    const onMore = this.#onMore;
    const path = branches.flatMap(({ step, field, name }) => (step === null ? [] : [{ step, field, value: name }]));
    if (onMore === undefined || path.length === 0 || path.length < branches.length) return undefined;
    const button = createButton({ label: t('Generate More Here'), icon: 'add', onClick: () => onMore(path) });
    button.title = t('Generate more records of {0} alone', path.map(({ value }) => value).join(' › '));
    return button;
  }
}
