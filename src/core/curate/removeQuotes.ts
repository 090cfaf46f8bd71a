/** Pairs of quotation marks that can stand around a whole text: opening and closing. */
const PAIRS: readonly (readonly [string, string])[] = [
  ['"', '"'],
  ["'", "'"],
  ['“', '”'],
  ['„', '“'],
  ['‘', '’'],
  ['«', '»'],
  ['»', '«'],
];

/**
 * Takes quotation marks away that stand around a whole text, one pair of them. Marks that only happen to stand at both
 * ends (`"A" and "B"`) stay. White space at the ends goes as well.
 */
export function removeQuotes(text: string): string {
  const trimmed = text.trim();
  const pair = PAIRS.find(
    ([opening, closing]) => trimmed.length >= 2 && trimmed.startsWith(opening) && trimmed.endsWith(closing),
  );
  if (pair === undefined) return trimmed;
  const inner = trimmed.slice(1, -1);
  return belongTogether(inner, pair) ? inner.trim() : trimmed;
}

/** Whether the first mark is still open where the last one stands. */
function belongTogether(inner: string, [opening, closing]: readonly [string, string]): boolean {
  let depth = 1;
  for (let at = 0; at < inner.length; at += 1) {
    const sign = inner.charAt(at);
    if (sign !== opening && sign !== closing) continue;
    if (opening === closing) {
      // The same sign opens and closes: white space or a bracket before it tells an opening one; between letters it is an apostrophe.
      const before = at === 0 ? '' : inner.charAt(at - 1);
      const after = inner.charAt(at + 1);
      if (/[\p{L}\p{N}]/u.test(before) && /[\p{L}\p{N}]/u.test(after)) continue;
      depth += before === '' || /[\s([{—–-]/u.test(before) ? 1 : -1;
    } else depth += sign === opening ? 1 : -1;
    if (depth === 0) return false;
  }
  return true;
}
