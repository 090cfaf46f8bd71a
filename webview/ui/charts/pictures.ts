/** A chart as a file: it takes the colours along that it has in the editor. */
import { shape } from './shapes.ts';

const LOOKS = ['fill', 'fill-opacity', 'stroke', 'stroke-width', 'font-family', 'font-size', 'text-anchor'] as const;
/** Pixels of a PNG for one of the screen's. */
const SCALE = 2;
const MARGIN = 12;

/** The SVG by itself, with nothing that only the editor knows. */
export function svgText(drawn: SVGSVGElement, title: string): string {
  const copy = drawn.cloneNode(true);
  if (!(copy instanceof SVGSVGElement)) throw new TypeError('a copy of a drawing is a drawing');
  const [originals, copies] = [drawn.querySelectorAll('*'), copy.querySelectorAll('*')];
  originals.forEach((original, at) => {
    const target = copies[at];
    const style = getComputedStyle(original);
    for (const name of ['class', 'tabindex', 'role', 'aria-label', 'aria-hidden']) target?.removeAttribute(name);
    if (original.tagName === 'g' || original.tagName === 'title') return;
    for (const name of LOOKS) target?.setAttribute(name, style.getPropertyValue(name));
  });
  const [width, height] = sizeOf(drawn);
  for (const name of ['class', 'role', 'aria-label']) copy.removeAttribute(name);
  copy.setAttribute('width', String(width + 2 * MARGIN));
  copy.setAttribute('height', String(height + 2 * MARGIN));
  copy.setAttribute('viewBox', [-MARGIN, -MARGIN, width + 2 * MARGIN, height + 2 * MARGIN].join(' '));
  const name = shape('title', {});
  name.textContent = title;
  const box = { x: -MARGIN, y: -MARGIN, width: width + 2 * MARGIN, height: height + 2 * MARGIN };
  copy.prepend(name, shape('rect', { ...box, fill: background() }));
  return new XMLSerializer().serializeToString(copy);
}

/**
 * The chart as a PNG in base64. It is painted shape by shape: to have the browser draw an SVG as an image, the page would
 * have to allow images, and it allows none.
 */
export function pngBase64(drawn: SVGSVGElement): string {
  const [width, height] = sizeOf(drawn);
  const canvas = document.createElement('canvas');
  canvas.width = (width + 2 * MARGIN) * SCALE;
  canvas.height = (height + 2 * MARGIN) * SCALE;
  const pen = canvas.getContext('2d');
  if (pen === null) throw new Error('this window cannot draw');
  pen.scale(SCALE, SCALE);
  pen.fillStyle = background();
  pen.fillRect(0, 0, width + 2 * MARGIN, height + 2 * MARGIN);
  pen.translate(MARGIN, MARGIN);
  for (const drawing of drawn.querySelectorAll<SVGElement>('rect,circle,line,text')) paint(pen, drawing);
  return canvas.toDataURL('image/png').split(',')[1] ?? '';
}

function paint(pen: CanvasRenderingContext2D, drawing: SVGElement): void {
  const style = getComputedStyle(drawing);
  const of = (name: string): number => Number(drawing.getAttribute(name) ?? 0);
  pen.globalAlpha = Number(style.fillOpacity);
  pen.fillStyle = style.fill === 'none' ? 'transparent' : style.fill;
  if (drawing instanceof SVGRectElement) pen.fillRect(of('x'), of('y'), of('width'), of('height'));
  else if (drawing instanceof SVGCircleElement) {
    pen.beginPath();
    pen.arc(of('cx'), of('cy'), of('r'), 0, 2 * Math.PI);
    pen.fill();
  } else if (drawing instanceof SVGTextElement) {
    pen.font = `${style.fontSize} ${style.fontFamily}`;
    pen.textAlign = style.textAnchor === 'end' ? 'right' : style.textAnchor === 'middle' ? 'center' : 'left';
    pen.fillText(drawing.textContent, of('x'), of('y'));
  }
  pen.globalAlpha = 1;
  if (style.stroke === 'none') return;
  pen.strokeStyle = style.stroke;
  pen.lineWidth = Number.parseFloat(style.strokeWidth);
  if (drawing instanceof SVGLineElement) {
    pen.beginPath();
    pen.moveTo(of('x1'), of('y1'));
    pen.lineTo(of('x2'), of('y2'));
    pen.stroke();
  } else if (drawing instanceof SVGRectElement) pen.strokeRect(of('x'), of('y'), of('width'), of('height'));
}

function sizeOf(drawn: SVGSVGElement): readonly [number, number] {
  return [Number(drawn.getAttribute('width')), Number(drawn.getAttribute('height'))];
}

/** The colour behind the charts. */
function background(): string {
  return getComputedStyle(document.body).backgroundColor;
}
