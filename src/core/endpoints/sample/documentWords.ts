/** What a document offers to ask about. */
export interface DocumentWords {
  /** Names, technical terms and frequent long words, the most telling first; at least one. */
  readonly terms: readonly string[];
  /** Sentences of a length that can be quoted, in their order; may be empty. */
  readonly sentences: readonly string[];
}

/** No more of a document is looked at; a question about a book comes from its first chapters. */
const WINDOW = 12_000;
const LONGEST_QUOTE = 160;
const SENTENCE_END = /(?<=[.!?。！？])["”')\]]*\s+|(?<=[。！？])|\n+/u;
/** Leading Markdown: headings, quotes, bullets, numbers. */
const LINE_MARKS = /^(?:[#>\s]+|[-*•]\s+|\d{1,4}[.)]\s+|\|)+/u;
const NAME = /\p{Lu}[\p{L}\p{N}]+(?:[ -]\p{Lu}[\p{L}\p{N}]+){0,3}/gu;
const CODE = /`([^`\s]{2,40})`/gu;
const LONG_WORD = /\p{L}{6,30}/gu;

/** Picks terms and sentences out of a document. */
export function readDocumentWords(document: string): DocumentWords {
  const text = document.slice(0, WINDOW);
  const sentences: string[] = [];
  const seen = new Set<string>();
  for (const piece of text.split(SENTENCE_END)) {
    const sentence = piece.replace(LINE_MARKS, '').replace(/\s+/gu, ' ').trim();
    const quotable = sentence.length >= 20 || /[。！？]$/u.test(sentence);
    if (!quotable || !/\p{L}/u.test(sentence) || seen.has(sentence)) continue;
    seen.add(sentence);
    sentences.push(shortened(sentence));
  }
  return { terms: findTerms(text), sentences };
}

function findTerms(text: string): string[] {
  const counts = new Map<string, { term: string; weight: number }>();
  const add = (term: string, weight: number): void => {
    const key = term.toLowerCase();
    const entry = counts.get(key);
    if (entry === undefined) counts.set(key, { term, weight });
    else entry.weight += weight;
  };
  for (const match of text.matchAll(CODE)) add(match[1] ?? '', 3);
  for (const match of text.matchAll(NAME)) {
    // A single capitalised word may only be the first of a sentence.
    add(match[0], match[0].includes(' ') ? 3 : 1);
  }
  for (const match of text.matchAll(LONG_WORD)) add(match[0], 1);
  const terms = [...counts.values()]
    .filter(({ term }) => term.length > 2)
    .sort((a, b) => b.weight - a.weight)
    .slice(0, 60)
    .map(({ term }) => term);
  if (terms.length > 0) return terms;
  const start = text.replace(/\s+/gu, ' ').trim().slice(0, 24);
  return [start === '' ? 'the text' : start];
}

function shortened(sentence: string): string {
  if (sentence.length <= LONGEST_QUOTE) return sentence;
  const cut = sentence.slice(0, LONGEST_QUOTE);
  const lastBlank = cut.lastIndexOf(' ');
  return `${cut.slice(0, lastBlank > 80 ? lastBlank : LONGEST_QUOTE).trimEnd()}…`;
}
