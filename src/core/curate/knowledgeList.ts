const BULLET = /^(?:[-*•] | {2})/u;

/**
 * The entries of a bulleted list as plain lines: a first line that is no bullet is left out, every other line loses its
 * bullet, or two blanks of its indent.
 */
export function knowledgeList(text: string): string {
  const [first = '', ...others] = text.trim().split(/\r?\n/u);
  const lines = /^[-*•]/u.test(first) ? [first, ...others] : others;
  return lines
    .map((line) => line.replace(BULLET, ''))
    .join('\n')
    .trim();
}
