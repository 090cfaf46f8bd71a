import { element } from '../element.ts';
import './histogram.css';
import type { Wording } from '../wording.ts';
import { rangeText } from './chartTexts.ts';

const SVG = 'http://www.w3.org/2000/svg';
/** Units of the drawing; it is stretched to the room there is. */
const WIDTH = 200;
const HEIGHT = 44;
/** A bin with anything in it is seen. */
const LEAST = 1.5;

/** How many values lie from one bound up to another. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

export interface HistogramOptions {
  /** What is counted, for screen readers. */
  readonly label: string;
  readonly bins: readonly Bin[];
  readonly format?: (value: number) => string;
}

/** A small histogram: bars, the bounds below them, each bar with its numbers when the pointer rests on it. */
export function createHistogram(words: Wording, { label, bins, format = words.figure }: HistogramOptions): HTMLElement {
  const { t, number } = words;
  const most = Math.max(1, ...bins.map(({ count }) => count));
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('role', 'img');
  const told = (bin: Bin): string => t('{0}: {1}', rangeText(bin, format, words), number(bin.count));
  const peak = bins.find(({ count }) => count === most);
  svg.setAttribute('aria-label', peak === undefined ? label : t('{0}; most are {1}', label, told(peak)));
  const step = WIDTH / Math.max(1, bins.length);
  for (const [index, bin] of bins.entries()) {
    const height = bin.count === 0 ? 0 : Math.max(LEAST, (bin.count / most) * HEIGHT);
    const bar = rectangle({ x: index * step, y: HEIGHT - height, width: Math.max(0.5, step - 1), height });
    bar.setAttribute('class', 'histogram-bar');
    // The whole height answers to the pointer, also over a low bar.
    const room = rectangle({ x: index * step, y: 0, width: step, height: HEIGHT });
    room.setAttribute('class', 'histogram-room');
    const title = document.createElementNS(SVG, 'title');
    title.textContent = told(bin);
    room.append(title);
    svg.append(bar, room);
  }
  const [first, last] = [bins[0], bins.at(-1)];
  const bounds = element(
    'div',
    { class: 'histogram-bounds' },
    element('span', { text: first === undefined ? '' : format(first.from) }),
    element('span', { text: last === undefined ? '' : format(last.to) }),
  );
  bounds.setAttribute('aria-hidden', 'true');
  return element('div', { class: 'histogram' }, svg, bounds);
}

function rectangle(box: Readonly<Record<'x' | 'y' | 'width' | 'height', number>>): SVGRectElement {
  const made = document.createElementNS(SVG, 'rect');
  for (const [name, value] of Object.entries(box)) made.setAttribute(name, value.toFixed(2));
  return made;
}
