/**
 * What can be measured of a text, with the bounds that apply unless others are given. Ratios are of characters unless the
 * description says otherwise. The measures and their bounds go back to the rules of C4 (Raffel et al. 2020) and Gopher
 * (Rae et al. 2021).
 */
import { countCharacters, splitLines, splitParagraphs, splitWords } from '../words.ts';
import { URL_PATTERN } from '../edits/plainText.ts';
import { coveredByRepeats, coveredByTopNgram } from './ngramCover.ts';
import { hasBoilerplate } from './phrases.ts';

export interface Measure {
  /** What the number is, as it stands in "… is 0.4, the maximum is 0.25". */
  readonly what: string;
  readonly min?: number;
  readonly max?: number;
  /** Words in an n-gram, where it counts those. */
  readonly n?: number;
  /** @param text not blank */
  readonly score: (text: string, n: number) => number;
}

const ALPHANUMERIC = /[\p{L}\p{M}\p{N}\n?!,.。，、！？]/gu;
const BULLET = /^(?:[-*+•‣⁃●○◦▪▫■□·–—►▶]|\d{1,3}[.)]|[a-z][.)])(?:\s|$)/iu;
const BULLET_SIGN = /^[•‣⁃●○◦▪▫■□►▶]/u;
const END = /[.!?…:;"'”’»)\]}。！？：；」』】）]$/u;
const ELLIPSIS = /(?:\.{3}|…)$/u;
const COMMON_ENGLISH = /^(?:the|be|to|of|and|that|have|with)[^a-z]*$/u;

export const MEASURES = {
  non_alphanumeric: {
    what: 'the share of characters that are no letters or digits',
    max: 0.25,
    score: (text) => 1 - ratio(count(text, ALPHANUMERIC), countCharacters(text)),
  },
  symbol_words: {
    what: 'the share of words with a hash or an ellipsis',
    max: 0.1,
    score: (text) => shareOf(splitWords(text), (word) => /#|\.{3}|…/u.test(word)),
  },
  digits: {
    what: 'the share of digits',
    max: 0.15,
    score: (text) => ratio(count(text, /\p{Nd}/gu), countCharacters(text)),
  },
  urls: {
    what: 'the share of characters in URLs',
    max: 0.2,
    score: (text) => ratio(charactersOf(text.match(URL_PATTERN) ?? []), countCharacters(text)),
  },
  bullet_lines: {
    what: 'the share of lines that begin with a bullet',
    max: 0.9,
    score: (text) => shareOf(splitLines(text), (line) => BULLET.test(line) || BULLET_SIGN.test(line)),
  },
  white_space: {
    what: 'the share of white space',
    max: 0.25,
    score: (text) => ratio(count(text, /\s/gu), countCharacters(text)),
  },
  parentheses: {
    what: 'the share of parentheses',
    max: 0.1,
    score: (text) => ratio(count(text, /[()（）]/gu), countCharacters(text)),
  },
  longest_word: {
    what: 'the length of the longest word',
    max: 1000,
    score: (text) => splitWords(text).reduce((most, word) => Math.max(most, countCharacters(word)), 0),
  },
  word_count: {
    what: 'the number of words',
    min: 50,
    max: 100_000,
    score: (text) => splitWords(text).length,
  },
  boilerplate_paragraphs: {
    what: 'the share of paragraphs with boilerplate',
    max: 0.4,
    score: (text) => shareOf(splitParagraphs(text), hasBoilerplate),
  },
  mean_word_length: {
    what: 'the mean length of words',
    min: 3,
    max: 10,
    score(text) {
      const words = splitWords(text);
      return ratio(charactersOf(words), words.length);
    },
  },
  unique_lines: {
    what: 'the share of lines that are unique',
    min: 0.7,
    score: (text) => uniqueShare(splitLines(text), () => 1),
  },
  unique_paragraphs: {
    what: 'the share of paragraphs that are unique',
    min: 0.7,
    score: (text) => uniqueShare(splitParagraphs(text), () => 1),
  },
  unique_line_characters: {
    what: 'the share of characters in unique lines',
    min: 0.8,
    score: (text) => uniqueShare(splitLines(text), countCharacters),
  },
  unique_paragraph_characters: {
    what: 'the share of characters in unique paragraphs',
    min: 0.8,
    score: (text) => uniqueShare(splitParagraphs(text), countCharacters),
  },
  top_ngram: {
    what: 'the share of characters in the most frequent n-gram',
    max: 0.2,
    n: 2,
    score: (text, n) => coveredByTopNgram(splitWords(text), n),
  },
  duplicate_ngrams: {
    what: 'the share of characters in repeated n-grams',
    max: 0.2,
    n: 2,
    score: (text, n) => coveredByRepeats(splitWords(text), n),
  },
  unpunctuated_lines: {
    what: 'the share of lines without punctuation at the end',
    max: 0.85,
    score: (text) => shareOf(splitLines(text), (line) => !END.test(line)),
  },
  ellipsis_lines: {
    what: 'the share of lines that end in an ellipsis',
    max: 0.3,
    score: (text) => shareOf(splitLines(text), (line) => ELLIPSIS.test(line)),
  },
  common_english_words: {
    what: 'the number of common English words',
    min: 2,
    score: (text) => splitWords(text).filter((word) => COMMON_ENGLISH.test(word.toLowerCase())).length,
  },
  words_with_letters: {
    what: 'the share of words with a letter',
    min: 0.8,
    score: (text) => shareOf(splitWords(text), (word) => /\p{L}/u.test(word)),
  },
} as const satisfies Readonly<Record<string, Measure>>;

export type MeasureName = keyof typeof MEASURES;

/** A measure by its name, in the form they all have. */
export function measureOf(name: MeasureName): Measure {
  return MEASURES[name];
}

export function isMeasure(name: string): name is MeasureName {
  return Object.hasOwn(MEASURES, name);
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function charactersOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + countCharacters(text), 0);
}

function shareOf(parts: readonly string[], test: (part: string) => boolean): number {
  return ratio(parts.filter(test).length, parts.length);
}

function uniqueShare(parts: readonly string[], weight: (part: string) => number): number {
  const sum = (texts: Iterable<string>): number => [...texts].reduce((total, text) => total + weight(text), 0);
  return ratio(sum(new Set(parts)), sum(parts));
}
