/** What the charts of records say, of a run as of any dataset: pictures, sentences and tables. */
import type { ChartBranch, ChartLabels, ChartMap, ChartSpread } from '../../../src/protocol/studioCharts.ts';
import type { Wording } from '../wording.ts';
import type { ChartContent } from './chart.ts';
import { barFigure, figuresText, rangeText, rejectedKey, topicsKey, topicsSentence } from './chartTexts.ts';
import { drawBars, drawColumns, drawPoints } from './drawings.ts';

/** Bars of one picture; the table has them all. */
const MOST_BARS = 30;

export function spreadContent({ bins, kept, rejected, kind }: ChartSpread, words: Wording): ChartContent {
  const { t, figure, number } = words;
  const columns = bins.map((bin) => {
    const [range, count] = [rangeText(bin, figure, words), words.records(bin.count)];
    return {
      value: bin.count,
      ...(rejected === null ? {} : { more: bin.rejected }),
      sentence:
        rejected === null
          ? t('{0}: {1}', range, count)
          : t('{0}: {1}, {2} rejected', range, count, number(bin.rejected)),
    };
  });
  const sentences = [
    ...(kept === null ? [] : [figuresText(kept, kind, words)]),
    ...(rejected === null ? [] : [t('Rejected: {0}', figuresText(rejected, kind, words))]),
  ];
  const most = Math.max(1, ...bins.map(({ count, rejected: down }) => Math.max(count, down)));
  const ends = [figure(bins[0]?.from ?? 0), figure(bins.at(-1)?.to ?? 0)] as const;
  return {
    sentence: sentences.join(' '),
    draw: (width) => drawColumns(columns, { most, top: words.records(most), ends }, width),
    key: rejected === null ? [] : [{ look: 'value', text: t('Kept') }, rejectedKey(words)],
    columns: [kind === 'words' ? t('Words') : t('Value'), t('Records'), ...(rejected === null ? [] : [t('Rejected')])],
    rows: bins.map((bin) => [
      rangeText(bin, figure, words),
      number(bin.count),
      ...(rejected === null ? [] : [number(bin.rejected)]),
    ]),
  };
}

export function labelsContent({ values, counts }: ChartLabels, { t, number, records }: Wording): ChartContent {
  const bars = counts.slice(0, MOST_BARS).map(([name, count]) => ({
    name,
    value: count,
    figure: number(count),
    sentence: t('{0}: {1}', name, records(count)),
  }));
  return {
    sentence: values === 1 ? t('1 value.') : t('{0} values.', number(values)),
    draw: (width) => drawBars(bars, width),
    columns: [t('Value'), t('Records')],
    rows: counts.map(([name, count]) => [name, number(count)]),
  };
}

/** Branches of one level of the topics. @param onOpen one with branches below it is to be seen closer */
export function topicsContent(
  { branches, records, rejected }: ChartBranch,
  words: Wording,
  onOpen: (branch: ChartBranch) => void,
): ChartContent {
  const { t, number } = words;
  const share = (part: number): string => t('{0}%', number(Math.round((100 * part) / Math.max(1, records))));
  const bars = branches.map((branch) => ({
    name: branch.name,
    value: branch.records,
    more: branch.rejected,
    figure: barFigure(branch.records, branch.rejected, words),
    isThin: branch.isThin,
    sentence: branchSentence(branch, share(branch.records), words),
    ...(branch.branches.length === 0 ? {} : { onChoose: () => onOpen(branch) }),
  }));
  // Both ends are worth seeing: the fullest, and those with the least.
  const half = MOST_BARS / 2;
  const shown = bars.length <= MOST_BARS ? bars : [...bars.slice(0, half), ...bars.slice(-half)];
  return {
    sentence: topicsSentence({ branches, records, rejected }, words),
    draw: (width) => drawBars(shown, width),
    key: topicsKey(branches, words),
    columns: [t('Topic'), t('Field'), t('Records'), t('Share'), t('Rejected'), t('Branches'), t('Few Records')],
    rows: branches.map((branch) => [
      branch.name,
      branch.field,
      number(branch.records),
      share(branch.records),
      number(branch.rejected),
      number(branch.branches.length),
      branch.isThin ? t('yes') : '',
    ]),
  };
}

function branchSentence(
  { name, field, records, rejected, isThin, branches }: ChartBranch,
  share: string,
  words: Wording,
): string {
  const { t, number } = words;
  const below = branches.length === 1 ? t('1 branch below') : t('{0} branches below', number(branches.length));
  const parts = [
    t('{0} ({1}): {2}, {3}', name, field, words.records(records), share),
    ...(rejected === 0 ? [] : [t('{0} rejected', number(rejected))]),
    ...(branches.length === 0 ? [] : [below]),
    ...(isThin ? [t('few records')] : []),
  ];
  return parts.join('; ');
}

export function mapContent(
  { points, explained }: ChartMap,
  { t, number, rate, records }: Wording,
  onRecord: (line: number) => void,
): ChartContent {
  return {
    sentence: t(
      '{0}; what is alike lies side by side. The picture shows {1}% of the differences.',
      records(points.length),
      number(Math.round(explained * 100)),
    ),
    draw: (width) =>
      drawPoints(
        points.map(({ x, y, line }) => ({
          x,
          y,
          sentence: t('Line {0}', number(line + 1)),
          onChoose: () => onRecord(line),
        })),
        width,
      ),
    columns: [t('Line'), 'x', 'y'],
    rows: points.map(({ x, y, line }) => [number(line + 1), rate(x * 100), rate(y * 100)]),
  };
}
