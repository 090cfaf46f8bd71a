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
