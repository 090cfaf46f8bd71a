/**
 * A line of each text by which they can be told apart: the first at which they are not all the same, else the first.
 *
 * @example distinctLines(['Read this:\n\nTides …', 'Read this:\n\nReefs …']) // ['Tides …', 'Reefs …']
 */
export function distinctLines(texts: readonly string[]): readonly string[] {
  const all = texts.map((text) => text.trim().split('\n'));
  const longest = Math.max(0, ...all.map((lines) => lines.length));
  for (let at = 0; at < longest; at += 1) {
    const lines = all.map((own) => own[at]?.trim() ?? '');
    if (lines.every((line) => line !== '') && new Set(lines).size > 1) return lines;
  }
  return all.map(([first = '']) => first);
}
