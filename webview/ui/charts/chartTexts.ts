/** What charts of records say, in words: their sentences, figures and the meaning of their colours. */
import type {
  ChartBranch,
  ChartFigures,
  ChartLabels,
  ChartSpread,
  StudioCharts,
} from '../../../src/protocol/studioCharts.ts';
import type { Wording } from '../wording.ts';

/** What a colour means. */
export interface KeyEntry {
  readonly look: 'value' | 'more' | 'thin';
  readonly text: string;
}

/** Where an entry of a key stands, in pixels from the key's beginning. */
export interface KeyPlace extends KeyEntry {
  readonly x: number;
  readonly row: number;
}

/** Pixels from the left of a swatch to its words. */
export const BEFORE_WORDS = 16;
/** Pixels that a character takes, about, and those between two entries. */
const CHARACTER = 7;
const BETWEEN = 12;

/** Places the entries side by side, and on the next row those for which there is no room. */
export function keyPlaces(entries: readonly KeyEntry[], width: number): readonly KeyPlace[] {
  let [x, row] = [0, 0];
  return entries.map((entry) => {
    const room = BEFORE_WORDS + CHARACTER * entry.text.length;
    if (x > 0 && x + room > width) [x, row] = [0, row + 1];
    const place = { ...entry, x, row };
    x += room + BETWEEN;
    return place;
  });
}

/** From one bound to another, in words; where both read alike, the one. */
export function rangeText(
  { from, to }: { readonly from: number; readonly to: number },
  format: (value: number) => string,
  { t }: Wording,
): string {
  const [first, last] = [format(from), format(to)];
  return first === last ? first : t('{0} to {1}', first, last);
}

/** How long answers took. In seconds; the median is null where nobody has counted it. */
export function latencySentence(
  { median, mean, longest }: { readonly median: number | null; readonly mean: number; readonly longest: number },
  { t, brief }: Wording,
): string {
  return median === null
    ? t('An answer took {0} on the average, {1} at the most.', brief(mean), brief(longest))
    : t(
        'An answer took {0} in the median, {1} on the average, {2} at the most.',
        brief(median),
        brief(mean),
        brief(longest),
      );
}

/** The range of numbers, and their middle in both ways. */
export function figuresText(
  { min, max, median, mean }: ChartFigures,
  kind: ChartSpread['kind'],
  { t, rate, figure }: Wording,
): string {
  return kind === 'words'
    ? t('{0} to {1} words, median {2}, mean {3}.', rate(min), rate(max), rate(median), rate(mean))
    : t('{0} to {1}, median {2}, mean {3}.', figure(min), figure(max), figure(median), figure(mean));
}

/** What the colour of rejects means. */
export function rejectedKey({ t }: Wording): KeyEntry {
  return { look: 'more', text: t('Rejected') };
}

/** What the colours of topics mean; empty where there is one. */
export function topicsKey(branches: readonly ChartBranch[], words: Wording): readonly KeyEntry[] {
  const { t } = words;
  const others: readonly KeyEntry[] = [
    ...(branches.some(({ isThin }) => isThin) ? [{ look: 'thin', text: t('Few records') } as const] : []),
    ...(branches.some(({ rejected }) => rejected > 0) ? [rejectedKey(words)] : []),
  ];
  return others.length === 0 ? [] : [{ look: 'value', text: t('Kept') }, ...others];
}

/** A bar's figure, with what was rejected beside it. */
export function barFigure(count: number, rejected: number, { t, number }: Wording): string {
  return rejected === 0 ? number(count) : t('{0}, {1} rejected', number(count), number(rejected));
}

/** The labels that the topics do not tell of already. */
export function labelsBeside({ labels, topics }: Pick<StudioCharts, 'labels' | 'topics'>): readonly ChartLabels[] {
  const levels = new Set<string>();
  const look = ({ branches }: ChartBranch): void => {
    for (const branch of branches) {
      levels.add(branch.field);
      look(branch);
    }
  };
  if (topics !== null) look(topics);
  return labels.filter(({ field }) => !levels.has(field));
}

/** How many records topics have, what was rejected of them, and how many of them have few. */
export function topicsSentence(
  { branches, records, rejected }: Pick<ChartBranch, 'branches' | 'records' | 'rejected'>,
  words: Wording,
): string {
  const { t, number } = words;
  const there =
    branches.length === 1
      ? t('{0} in 1 topic', words.records(records))
      : t('{0} in {1} topics', words.records(records), number(branches.length));
  const thin = branches.filter(({ isThin }) => isThin).length;
  const known = rejected === 0 ? there : t('{0}, {1} rejected', there, number(rejected));
  if (thin === 0) return t('{0}.', known);
  return thin === 1 ? t('{0}; 1 has few.', known) : t('{0}; {1} have few.', known, number(thin));
}
