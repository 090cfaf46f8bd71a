import { parseJson } from '../record/json.ts';

/** Pairs that may surround a whole item. Bold is Markdown's, in both spellings. */
const SURROUNDINGS: readonly (readonly [open: string, close: string])[] = [
  ['**', '**'],
  ['__', '__'],
  ['"', '"'],
  ["'", "'"],
  ['“', '”'],
  ['‘', '’'],
  ['«', '»'],
];

/**
 * The text of a list item without the bold and the quotation marks that surround all of it, each at most once, in
 * either order. A mark that also occurs inside (`"one" and "two"`, `**Term**: what it **means**`) does not surround
 * the item and stays; an apostrophe between letters is no quotation mark.
 */
export function bareItemText(text: string): string {
  let bare = text.trim();
  let removedBold = false;
  let removedQuotes = false;
  for (let round = 0; round < 2; round += 1) {
    const found = SURROUNDINGS.find(
      ([open, close]) =>
        (open.length === 2 ? !removedBold : !removedQuotes) &&
        bare.length > open.length + close.length &&
        bare.startsWith(open) &&
        bare.endsWith(close),
    );
    if (found === undefined) break;
    const inner = innerText(bare, found);
    if (inner === undefined) break;
    if (found[0].length === 2) removedBold = true;
    else removedQuotes = true;
    bare = inner.trim();
  }
  return bare;
}

/** What stands between the marks, or undefined where they do not surround the whole text. */
function innerText(text: string, [open, close]: readonly [string, string]): string | undefined {
  const inner = text.slice(open.length, -close.length);
  if (inner.trim() === '') return undefined;
  if (open === '"' && inner.includes('\\"')) {
    const unescaped = parseJson(text);
    if (typeof unescaped === 'string') return unescaped;
  }
  const rest = close === "'" || close === '’' ? inner.replace(/(?<=\p{L})['’](?=\p{L})/gu, '') : inner;
  return rest.includes(open) || rest.includes(close) ? undefined : inner;
}
