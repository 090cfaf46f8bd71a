import type { ColumnStatistics, ViewStatistics } from '../../src/protocol/dataset.ts';
import { createHistogram } from '../ui/charts/histogram.ts';
import { element, setHidden, setText } from '../ui/element.ts';
import { createButton, createProgressRing } from '../ui/toolkit.ts';
import type { Wording } from '../ui/wording.ts';

export interface StatisticsOptions {
  readonly words: Wording;
  /** Null: it was stopped. */
  readonly fetch: () => Promise<ViewStatistics | null>;
  readonly onStop: () => void;
  /** Shows the records that have a value. */
  readonly onValue: (column: string, value: string) => void;
}

/** What the values of each column are like. */
export class StatisticsView {
  readonly root: HTMLElement;
  readonly #options: StatisticsOptions;
  readonly #progress: HTMLElement;
  readonly #told = element('p', { class: 'muted', role: 'status' });
  readonly #columns = element('div', { class: 'column-statistics' });
  #isAsking = false;

  constructor(options: StatisticsOptions) {
    this.#options = options;
    const { t } = options.words;
    this.#progress = element(
      'div',
      { class: 'progress' },
      createProgressRing(t('Reading the dataset')),
      createButton({ label: t('Stop'), onClick: options.onStop }),
    );
    this.#progress.hidden = true;
    this.root = element('section', { class: 'statistics' }, this.#told, this.#progress, this.#columns);
    this.root.setAttribute('aria-label', t('Statistics'));
    this.root.tabIndex = 0;
  }

  /** How much of the file has been read, 0 to 1. */
  set share(share: number) {
    if (this.#isAsking)
      setText(this.#told, this.#options.words.t('Reading the dataset: {0}%', Math.round(share * 100)));
  }

  async load(): Promise<void> {
    if (this.#isAsking) return;
    const { words, fetch } = this.#options;
    const { t, number, rate } = words;
    this.#isAsking = true;
    setHidden(this.#progress, false);
    this.share = 0;
    try {
      const found = await fetch();
      if (found === null) {
        setText(this.#told, t('Stopped.'));
        return;
      }
      const { records, share, broken } = found;
      const whole = records === 1 ? t('1 record') : t('All {0} records', number(records));
      const sample = t(
        'A sample of {0} records, {1}% of the file, the same every time',
        number(records),
        rate(share * 100),
      );
      const spoiled = broken === 0 ? '' : ` · ${t('broken lines: {0}', number(broken))}`;
      setText(this.#told, `${share < 1 ? sample : whole}${spoiled}`);
      this.#columns.replaceChildren(...found.columns.map((column) => this.#column(column, records)));
    } catch (error) {
      setText(this.#told, error instanceof Error ? error.message : String(error));
    } finally {
      this.#isAsking = false;
      setHidden(this.#progress, true);
    }
  }

  #column(column: ColumnStatistics, records: number): HTMLElement {
    const { words } = this.#options;
    const { t, number, rate } = words;
    const { name, present, kinds, numbers, lengths, top, distinct, isExact } = column;
    const facts = [
      Object.entries(kinds)
        .sort(([, one], [, other]) => other - one)
        .map(([kind]) => kindText(kind, words))
        .join(', '),
      present === records
        ? t('in every record')
        : t('in {0}% of records', rate((present / Math.max(1, records)) * 100)),
      ...(distinct > 0
        ? [isExact ? t('{0} different', number(distinct)) : t('about {0} different', number(distinct))]
        : []),
    ];
    const section = element(
      'section',
      {},
      element('h3', { text: name, hint: name }),
      element('p', { class: 'muted', text: facts.join(' · ') }),
    );
    const format = (value: number): string => (Math.abs(value) >= 100_000 ? words.short(value) : words.figure(value));
    if (numbers !== null) section.append(this.#distribution(t('Values'), numbers, format));
    if (lengths !== null)
      section.append(this.#distribution(lengthText(kinds, words), lengths, (value) => format(Math.round(value))));
    if (top.length > 0) section.append(this.#top(name, top, present));
    return section;
  }

  #distribution(
    label: string,
    found: NonNullable<ColumnStatistics['numbers']>,
    format: (value: number) => string,
  ): HTMLElement {
    const { words } = this.#options;
    const { t } = words;
    const { min, median, max, mean, histogram } = found;
    const text = t(
      '{0}: {1} to {2}, median {3}, mean {4}',
      label,
      format(min),
      format(max),
      format(median),
      format(mean),
    );
    const drawn = histogram.length > 1 ? [createHistogram(words, { label, bins: histogram, format })] : [];
    return element('div', { class: 'distribution' }, element('p', { text }), ...drawn);
  }

  #top(column: string, top: ColumnStatistics['top'], present: number): HTMLElement {
    const { words, onValue } = this.#options;
    const { t, number } = words;
    const rows = top.map(([value, count]) => {
      const button = element('button', { class: 'value', text: value, hint: t('Show the records with {0}', value) });
      button.type = 'button';
      button.addEventListener('click', () => onValue(column, value));
      const bar = element('span', { class: 'value-bar' });
      bar.style.width = `${(count / Math.max(1, present)) * 100}%`;
      bar.setAttribute('aria-hidden', 'true');
      const name = element('th', {}, button, bar);
      name.scope = 'row';
      return element('tr', {}, name, element('td', { text: number(count) }));
    });
    const table = element('table', { class: 'top-values' }, element('tbody', {}, ...rows));
    table.setAttribute('aria-label', t('Most frequent values of {0}', column));
    return table;
  }
}

function kindText(kind: string, { t }: Wording): string {
  const texts: Readonly<Record<string, string>> = {
    text: t('text'),
    number: t('number'),
    boolean: t('yes or no'),
    list: t('list'),
    map: t('object'),
    null: t('null'),
  };
  return texts[kind] ?? kind;
}

function lengthText(kinds: ColumnStatistics['kinds'], { t }: Wording): string {
  if (kinds.list === undefined) return t('Characters');
  return kinds.text === undefined ? t('Elements') : t('Characters or elements');
}
