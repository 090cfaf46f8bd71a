/** What is levelled out before texts are compared. */
export const NORMALIZATIONS = ['unicode', 'case', 'whitespace', 'punctuation'] as const;
export type Normalization = (typeof NORMALIZATIONS)[number];

/**
 * A text without the differences that do not count: `unicode` (compatibility forms, NFKC), `case`, `punctuation` (removed,
 * symbols too), `whitespace` (each run one blank, none at the ends).
 */
export function normalizeText(text: string, steps: readonly Normalization[]): string {
  let result = text;
  if (steps.includes('unicode')) result = result.normalize('NFKC');
  if (steps.includes('case')) result = result.toLowerCase();
  if (steps.includes('punctuation')) result = result.replace(/[\p{P}\p{S}]+/gu, ' ');
  // Most texts are in order; looking is several times faster than replacing every blank.
  if (steps.includes('whitespace') && /[^\S ]|^ | $| {2}/u.test(result)) result = result.replace(/\s+/gu, ' ').trim();
  return result;
}
