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
