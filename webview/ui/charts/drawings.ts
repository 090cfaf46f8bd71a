import { BEFORE_WORDS, keyPlaces, type KeyEntry } from './chartTexts.ts';
import { fitted } from './fitted.ts';
import { label, mark, shape } from './shapes.ts';

/** Sizes in pixels. */
const ROW = 24;
const BAR = 14;
const HEIGHT = 160;
/** Above the highest column, for the figure that says how much it is. */
const HEAD = 20;
const FOOT = 20;
const EDGE = 1;
const KEY_ROW = 20;
const SWATCH = 10;
/** Of a word, on the average. */
const LETTER = 7;

/** A drawing at a width: what goes into the SVG, and how high that is. */
export interface Drawing {
  readonly height: number;
  readonly parts: readonly SVGElement[];
}

export interface Bar {
  readonly name: string;
  readonly value: number;
  /** Drawn behind the value in another colour. */
  readonly more?: number;
  /** Stands at the bar's end. */
  readonly figure: string;
  /** What the bar says, in a sentence. */
  readonly sentence: string;
  readonly isThin?: boolean;
  readonly onChoose?: () => void;
}

/** Bars one below the other, each with its name before it. */
export function drawBars(bars: readonly Bar[], width: number): Drawing {
  const most = Math.max(1, ...bars.map(({ value, more = 0 }) => value + more));
  const longest = Math.max(0, ...bars.map(({ name }) => name.length));
  const names = Math.max(70, Math.min(260, width * 0.45, 18 + LETTER * longest));
  const figures = Math.min(150, 16 + LETTER * Math.max(0, ...bars.map(({ figure }) => figure.length)));
  const room = Math.max(20, width - names - figures - 8);
  const parts = bars.flatMap(({ name, value, more = 0, figure, sentence, isThin = false, onChoose }, at) => {
    const y = at * ROW;
    const top = y + (ROW - BAR) / 2;
    const own = (value / most) * room;
    const other = (more / most) * room;
    return [
      mark(
        sentence,
        onChoose,
        shape('rect', { class: 'row', x: 0.5, y: y + 0.5, width: Math.max(1, width - 1), height: ROW - 1 }),
        shape('rect', { class: isThin ? 'thin' : 'value', x: names, y: top, width: Math.max(EDGE, own), height: BAR }),
        ...(more > 0
          ? [shape('rect', { class: 'more', x: names + own, y: top, width: Math.max(EDGE, other), height: BAR })]
          : []),
      ),
      // Beside the part that has the whole sentence for its name: a name cut short would be another one.
      label(fitted(name, names - 14), 4, y + ROW / 2 + 4),
      label(figure, names + own + other + 6, y + ROW / 2 + 4, 'quiet'),
    ];
  });
  return { height: bars.length * ROW, parts };
}

export interface Column {
  readonly value: number;
  /** Stands beside it in another colour. */
  readonly more?: number;
  readonly sentence: string;
}

export interface ColumnAxes {
  /** The value of the highest column. */
  readonly most: number;
  /** That value with its unit. */
  readonly top: string;
  /** What stands at the left and at the right. */
  readonly ends: readonly [string, string];
}

/** Columns side by side over an axis of which both ends are named; the figure at the top left is the highest column's. */
export function drawColumns(columns: readonly Column[], { most, top, ends }: ColumnAxes, width: number): Drawing {
  const isDouble = columns.some(({ more }) => more !== undefined);
  const step = width / Math.max(1, columns.length);
  const room = Math.max(1, step - 2);
  const bar = (look: string, value: number, x: number): SVGElement => {
    const height = value === 0 ? 0 : Math.max(EDGE, (value / most) * (HEIGHT - HEAD));
    return shape('rect', { class: look, x, y: HEIGHT - height, width: isDouble ? room / 2 : room, height });
  };
  const parts: SVGElement[] = columns.map(({ value, more, sentence }, at) =>
    mark(
      sentence,
      undefined,
      shape('rect', { class: 'row', x: at * step + 0.5, y: 0.5, width: Math.max(1, step - 1), height: HEIGHT }),
      bar('value', value, at * step + 1),
      ...(more === undefined ? [] : [bar('more', more, at * step + 1 + room / 2)]),
    ),
  );
  parts.push(
    shape('line', { class: 'axis', x1: 0, y1: HEIGHT, x2: width, y2: HEIGHT }),
    label(top, 0, HEAD - 6, 'quiet'),
    label(ends[0], 0, HEIGHT + 15, 'quiet'),
    label(ends[1], width, HEIGHT + 15, 'quiet', 'end'),
  );
  return { height: HEIGHT + FOOT, parts };
}

/** Swatches with words on a line, or on several where it is narrow. @param top where they begin */
export function drawKey(entries: readonly KeyEntry[], top: number, width: number): Drawing {
  const places = keyPlaces(entries, width);
  const parts = places.flatMap(({ look, text, x, row }) => {
    const middle = top + (row + 0.5) * KEY_ROW;
    return [
      shape('rect', { class: look, x: x + 0.5, y: middle - SWATCH / 2 + 0.5, width: SWATCH, height: SWATCH }),
      label(text, x + BEFORE_WORDS, middle + 4, 'quiet'),
    ];
  });
  return { height: ((places.at(-1)?.row ?? -1) + 1) * KEY_ROW, parts };
}

export interface Point {
  readonly x: number;
  readonly y: number;
  readonly sentence: string;
  readonly onChoose: () => void;
}

/** Points on a plane; both directions have the same scale. */
export function drawPoints(points: readonly Point[], width: number): Drawing {
  const height = Math.min(360, Math.max(180, width * 0.6));
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const range = (values: readonly number[]): readonly [number, number] => [Math.min(...values), Math.max(...values)];
  const [left, right] = range(xs);
  const [low, high] = range(ys);
  const scale = Math.min((width - 24) / Math.max(1e-9, right - left), (height - 24) / Math.max(1e-9, high - low));
  const parts = points.map(({ x, y, sentence, onChoose }) =>
    mark(
      sentence,
      onChoose,
      shape('circle', {
        class: 'point',
        cx: width / 2 + (x - (left + right) / 2) * scale,
        cy: height / 2 - (y - (low + high) / 2) * scale,
        r: 4,
      }),
    ),
  );
  return { height, parts };
}
