/** Small drawings of our own: elements of SVG whose look is the style sheet's (charts.css). */

export const SVG = 'http://www.w3.org/2000/svg';

export function shape<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string | number>>,
  ...children: readonly Node[]
): SVGElementTagNameMap[Tag] {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

export function label(text: string, x: number, y: number, look = '', anchor: 'start' | 'middle' | 'end' = 'start') {
  // What it says stands in the sentence of a mark, whole.
  const made = shape('text', { x, y, class: look, 'text-anchor': anchor, 'aria-hidden': 'true' });
  made.textContent = text;
  return made;
}

/**
 * The text cut to about so many pixels: at the editor's size a character takes some seven. It is cut in its middle: names
 * that begin alike stay different.
 */
export function fitted(text: string, width: number): string {
  const most = Math.max(3, Math.floor(width / 7));
  if (text.length <= most) return text;
  const characters = Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
  if (characters.length <= most) return text;
  const end = Math.floor((most - 1) / 2);
  const beginning = characters.slice(0, most - 1 - end).join('');
  return `${beginning.trimEnd()}…${characters.slice(-end).join('').trimStart()}`;
}

/** A part of a chart that is worth a stop: its sentence is read aloud and shown when the pointer rests on it. */
export function mark(
  sentence: string,
  onChoose: (() => void) | undefined,
  ...parts: readonly SVGElement[]
): SVGGElement {
  const title = shape('title', {});
  title.textContent = sentence;
  const group = shape(
    'g',
    { class: onChoose === undefined ? 'mark' : 'mark choosable', tabindex: -1 },
    title,
    ...parts,
  );
  group.setAttribute('role', onChoose === undefined ? 'img' : 'button');
  group.setAttribute('aria-label', sentence);
  if (onChoose === undefined) return group;
  group.addEventListener('click', onChoose);
  group.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    onChoose();
  });
  return group;
}
