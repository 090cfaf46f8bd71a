/** The label that an answer begins with, spelt as it was given; or why there is none. */
export type LabelReading = { readonly label: string } | { readonly problem: 'no-label'; readonly message: string };

/** What may stand before the first word without meaning anything: white space, bold, quotation marks, brackets. */
const LEADING = /^[\s*_`"'“”‘’«»([{#>-]+/u;

/**
 * Reads a classification: the answer's first word decides, or its first words where a label has several. Case does not
 * count, nor do quotation marks or bold around it; anything else before the label does. Where one label begins another
 * (`Physics`, `Physics education`), the longest one that fits is taken.
 */
export function readLabel(answer: string, labels: readonly string[]): LabelReading {
  const start = answer.slice(0, 2000).replace(LEADING, '').toLowerCase();
  let found: string | undefined;
  for (const label of labels) {
    const wanted = label.trim().toLowerCase();
    const fits = wanted !== '' && start.startsWith(wanted) && !/^[\p{L}\p{N}_]/u.test(start.slice(wanted.length));
    if (fits && label.length > (found?.length ?? 0)) found = label;
  }
  if (found !== undefined) return { label: found };
  const shown = start.trim() === '' ? 'is empty' : `begins with "${firstWord(answer)}"`;
  return { problem: 'no-label', message: `the answer ${shown} and not with ${listOf(labels)}` };
}

/** Reads an answer that begins with Yes or No. */
export function readYesNo(answer: string): LabelReading {
  return readLabel(answer, ['Yes', 'No']);
}

function firstWord(answer: string): string {
  const [word = ''] = answer.trim().slice(0, 40).split(/\s/u);
  return word;
}

function listOf(labels: readonly string[]): string {
  return labels.length < 2 ? labels.join('') : `${labels.slice(0, -1).join(', ')} or ${labels.at(-1) ?? ''}`;
}
