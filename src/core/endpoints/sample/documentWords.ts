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
const WORD = /\p{L}{4,30}/gu;
/** Words that nobody would ask about. */
const COMMON = new Set(
  `about above after again against almost along already also although always among an and another any anything are around
  as at away back be because been before began being below between both but by came can cannot come could did differ does
  done down during each either else enough even ever every everything explain few find first five follow for four from
  further gave general get give given goes going had has have having hence her here his hour hours how however if in
  indeed inside instead into is it its itself just keep kind knew know known last later least less let like likely little
  made main make makes making many may mean means might minute minutes more most much must name near need never next no
  none nor not nothing now of off often on once one only onto or other others our out outside over own part people perhaps
  place please point put quite rather really same say says second see seem seems seen several shall she should show shows
  since six so some someone something sometimes still such take taken takes ten than that the their them then there
  therefore these they thing things this those though three through thus time times to together too toward towards twelve
  twenty two under until up upon us use used uses using usual usually various very want was way ways we well went were
  what when where whether which while who whole whom whose why will with within without word words work would write year
  years yes yet you your`.split(/\s+/u),
);

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
    if (term.length < 3 || COMMON.has(key)) return;
    const entry = counts.get(key);
    if (entry === undefined) counts.set(key, { term, weight });
    else entry.weight += weight;
  };
  for (const match of text.matchAll(CODE)) add(match[1] ?? '', 3);
  for (const [name] of text.matchAll(NAME)) {
    // The first word of a sentence has a capital as well: `When Moon` is about the moon.
    const words = name.split(' ');
    while (words.length > 0 && COMMON.has((words[0] ?? '').toLowerCase())) words.shift();
    add(words.join(' '), words.length > 1 ? 3 : 1);
  }
  // A short text has few long words.
  for (const [word] of text.matchAll(text.length < 300 ? WORD : LONG_WORD)) add(word, 1);
  const terms = [...counts.values()]
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
