import { countCharacters } from '../words.ts';

/** Share of the characters of all words that the most frequent n-gram covers; 0 where none occurs twice. */
export function coveredByTopNgram(words: readonly string[], n: number): number {
  const starts = new Map<string, number[]>();
  for (let at = 0; at + n <= words.length; at += 1) {
    const ngram = ngramAt(words, at, n);
    const found = starts.get(ngram);
    if (found === undefined) starts.set(ngram, [at]);
    else found.push(at);
  }
  let top: { readonly ngram: string; readonly at: readonly number[] } = { ngram: '', at: [] };
  for (const [ngram, at] of starts) {
    const more = at.length - top.at.length;
    if (more > 0 || (more === 0 && ngram.length > top.ngram.length)) top = { ngram, at };
  }
  if (top.at.length < 2) return 0;
  const covered = new Set<number>();
  for (const start of top.at) for (let offset = 0; offset < n; offset += 1) covered.add(start + offset);
  return shareCovered(words, covered);
}

/** Share of the characters of all words in n-grams that occurred before, read from the left without overlaps. */
export function coveredByRepeats(words: readonly string[], n: number): number {
  const seen = new Set<string>();
  const covered = new Set<number>();
  for (let at = 0; at + n <= words.length;) {
    const ngram = ngramAt(words, at, n);
    if (seen.has(ngram)) {
      for (let offset = 0; offset < n; offset += 1) covered.add(at + offset);
      at += n;
    } else {
      seen.add(ngram);
      at += 1;
    }
  }
  return shareCovered(words, covered);
}

function ngramAt(words: readonly string[], at: number, n: number): string {
  return words.slice(at, at + n).join(' ');
}

function shareCovered(words: readonly string[], covered: ReadonlySet<number>): number {
  let part = 0;
  let whole = 0;
  words.forEach((word, index) => {
    const length = countCharacters(word);
    whole += length;
    if (covered.has(index)) part += length;
  });
  return whole === 0 ? 0 : part / whole;
}
