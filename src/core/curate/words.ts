/** Scripts whose words stand without blanks between them: Chinese, Japanese, Thai, Lao, Khmer, Burmese. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const WORD_CHARACTER = /[\p{L}\p{N}\p{M}]/u;
/** The locale is fixed, so that a text has the same words on every machine; the dictionaries do not depend on it. */
const SEGMENTER = new Intl.Segmenter('en', { granularity: 'word' });

/**
 * The words of a text in order, with the punctuation that touches them. Where a script puts no blanks between words the
 * dictionary of the runtime (ICU) separates them, and punctuation between them is left out.
 */
export function splitWords(text: string): string[] {
  const chunks = text.match(/\S+/gu) ?? [];
  if (!UNSPACED.test(text)) return chunks;
  return chunks.flatMap((chunk) => (UNSPACED.test(chunk) ? wordsOf(chunk) : [chunk]));
}

function wordsOf(chunk: string): string[] {
  const words: string[] = [];
  for (const { segment, isWordLike } of SEGMENTER.segment(chunk)) if (isWordLike === true) words.push(segment);
  return words;
}

/** Words without the punctuation around them, in lower case, for counting which ones there are. */
export function plainWords(text: string): string[] {
  return splitWords(text)
    .map((word) => withoutPunctuation(word).toLowerCase())
    .filter((word) => word !== '');
}

/** Looks from the end by itself: an expression for what stands at the end begins at every character anew. */
function withoutPunctuation(word: string): string {
  let end = word.length;
  while (end > 0) {
    const start = isLowSurrogate(word.charCodeAt(end - 1)) && end > 1 ? end - 2 : end - 1;
    if (WORD_CHARACTER.test(word.slice(start, end))) break;
    end = start;
  }
  const first = word.search(WORD_CHARACTER);
  return word.slice(Math.max(0, first), end);
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** Lines that are not blank, without the white space at their ends. */
export function splitLines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** Parts with blank lines between them, trimmed. */
export function splitParagraphs(text: string): string[] {
  return text
    .split(/\n[^\S\n]*\n/u)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** Characters as a person counts them: code points, not UTF-16 units. */
export function countCharacters(text: string): number {
  let pairs = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit >= 0xd800 && unit <= 0xdbff) {
      const next = text.charCodeAt(at + 1);
      if (next >= 0xdc00 && next <= 0xdfff) pairs += 1;
    }
  }
  return text.length - pairs;
}
