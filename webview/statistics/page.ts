import { DisposedError, type Messenger } from '../../src/protocol/messenger.ts';
import type {
  DatasetFacts,
  FieldFacts,
  StatisticsAnswers,
  StatisticsHostAnswers,
  ToStatistics,
  ToStatisticsHost,
} from '../../src/protocol/statistics.ts';
import { drawRecordCharts } from '../ui/charts/recordCharts.ts';
import { element, setHidden, setText } from '../ui/element.ts';
import { createButton, createProgressRing } from '../ui/toolkit.ts';
import type { Wording } from '../ui/wording.ts';

export type StatisticsHost = Pick<
  Messenger<ToStatistics, StatisticsAnswers, ToStatisticsHost, StatisticsHostAnswers>,
  'request'
>;

/** What a dataset is like: its fields in a table, its values in charts. */
export class StatisticsPage {
  readonly #host: StatisticsHost;
  readonly #words: Wording;
  readonly #told = element('p', { class: 'muted', role: 'status' });
  readonly #busy: HTMLElement;
  readonly #again;
  readonly #open;
  readonly #facts = element('div', { class: 'facts' });
  readonly #charts = element('div', { class: 'charts-parts' });

  #isReading = false;

  constructor(host: StatisticsHost, words: Wording, shown: string, root: HTMLElement) {
    this.#host = host;
    this.#words = words;
    const { t } = words;
    const stop = createButton({ label: t('Stop'), onClick: () => this.#send({ type: 'stop' }) });
    this.#busy = element('div', { class: 'buttons' }, createProgressRing(t('Reading the dataset')), stop);
    this.#again = createButton({ label: t('Measure Again'), icon: 'refresh', onClick: () => void this.measure() });
    this.#open = createButton({
      label: t('Show Records'),
      icon: 'table',
      onClick: () => this.#send({ type: 'open-dataset' }),
    });
    setHidden(this.#open, true);
    root.replaceChildren(
      element(
        'header',
        {},
        element('h1', { text: shown, hint: shown }),
        element('div', { class: 'buttons' }, this.#open, this.#again),
      ),
      this.#told,
      this.#busy,
      this.#facts,
      this.#charts,
    );
  }

  /** How much of the dataset has been read, 0 to 1. */
  tell(share: number): void {
    if (this.#isReading) setText(this.#told, this.#words.t('Reading the dataset: {0}%', Math.round(share * 100)));
  }

  /** Reads the dataset from end to end and shows what it is like. */
  async measure(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    setHidden(this.#again, true);
    setHidden(this.#busy, false);
    this.tell(0);
    try {
      const facts = await this.#host.request({ type: 'measure' });
      this.#show(facts);
    } catch (error) {
      setText(this.#told, error instanceof Error ? error.message : String(error));
    } finally {
      this.#isReading = false;
      setHidden(this.#again, false);
      setHidden(this.#busy, true);
    }
  }

  #show({ charts, fields, fieldsLeftOut, unreadable }: DatasetFacts): void {
    const { t, number, records } = this.#words;
    const spoiled = Object.values(unreadable).reduce((sum, count) => sum + count, 0);
    const all = fields.length + fieldsLeftOut;
    const facts = [
      records(charts.records),
      all === 1 ? t('1 field') : t('{0} fields', number(all)),
      ...(spoiled === 0
        ? []
        : [spoiled === 1 ? t('1 line is no record') : t('{0} lines are no records', number(spoiled))]),
      ...(fieldsLeftOut === 0 ? [] : [t('{0} fields were left out: there are too many', number(fieldsLeftOut))]),
    ];
    setText(this.#told, facts.join(' · '));
    setHidden(this.#open, false);
    this.#facts.replaceChildren(...(fields.length === 0 ? [] : [this.#table(fields, charts.records)]));
    const drawn = drawRecordCharts(charts, {
      words: this.#words,
      onSave: (name, format, content) => this.#send({ type: 'save-chart', name, format, content }),
      onRecord: (line) => this.#send({ type: 'open-record', line }),
    });
    this.#charts.replaceChildren(...drawn);
  }

  /** The fields, a line each. */
  #table(fields: readonly FieldFacts[], records: number): HTMLElement {
    const { t, number, rate } = this.#words;
    const percent = (share: number | null | undefined): string => (share == null ? '' : t('{0}%', rate(share * 100)));
    const figure = (value: number | null | undefined): string => (value == null ? '' : rate(value));
    const heads = [
      t('Field'),
      t('Records'),
      t('Share'),
      t('Mean Words'),
      t('Mean Tokens'),
      t('Different Word Pairs'),
      t('Near Duplicates'),
    ];
    const head = element('tr', {}, ...heads.map((text) => element('th', { text })));
    for (const cell of head.cells) cell.setAttribute('scope', 'col');
    const rows = fields.map(({ name, records: count, texts }) => {
      const field = element('th', { text: name });
      field.setAttribute('scope', 'row');
      const cells = [
        number(count),
        percent(count / Math.max(1, records)),
        figure(texts?.words),
        figure(texts?.tokens),
        percent(texts?.distinct),
        percent(texts?.nearDuplicates),
      ];
      return element('tr', {}, field, ...cells.map((text) => element('td', { text })));
    });
    const table = element('table', { class: 'chart-table' }, element('thead', {}, head), element('tbody', {}, ...rows));
    table.setAttribute('aria-label', t('Fields'));
    const scroll = element('div', { class: 'field-table', role: 'region' }, table);
    scroll.tabIndex = 0;
    scroll.setAttribute('aria-label', t('Fields'));
    return scroll;
  }

  #send(message: ToStatisticsHost): void {
    this.#host.request(message).catch((error: unknown) => {
      // The panel is closed, or what went wrong is told here.
      if (!(error instanceof DisposedError))
        setText(this.#told, error instanceof Error ? error.message : String(error));
    });
  }
}
