const NUMBER_WORDS = [
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
  'thirteen',
  'fourteen',
  'fifteen',
  'sixteen',
  'seventeen',
  'eighteen',
  'nineteen',
  'twenty',
] as const;

const NUMBER = new RegExp(String.raw`(?<![\w.,-])(?:(\d{1,5})|(${NUMBER_WORDS.join('|')}))(?![\w-]|[.,]\d)`, 'giu');
/** What lists are made of, within a few words after the number. */
const NOUN =
  /^(?:[^\s.,:;!?]+\s+){0,6}?((?:sub-?)?topics|areas|fields|themes|subjects|questions|requests|tasks|problems|exercises|puzzles|openlines|prompts|instructions|versions|revisions|variants|variations|paraphrases|rewrites|titles|ideas|names|suggestions|items|lines|elements|entries|strings|examples|concepts|bullets|points|facts|things|reasons|ways|tips|steps)\b/iu;
/** Nouns that say how a list is written and not what of. */
const FORMAL_NOUN = /^(?:items|lines|elements|entries|strings|bullets)$/u;
const VERB =
  /\b(?:generate|write|name|give|create|set|produce|suggest|propose|come up with|provide|make|think of|list|ask|formulate|draft|invent|pose|revise|rewrite|compose|collect|offer|return|need|want|like|paraphrase|rephrase)\b[^.!?\n]{0,60}$/iu;
/** `5 topics about tea, please`. */
const START = /(?:^|[\n.!?:])\s*$/u;
const EXACT = /(?:\bexactly|\blists? (?:of|with|containing)|\bin total|\bprecisely)\s+(?:exactly\s+)?$/iu;
/** A number after one of these is a limit or part of a range, not what is asked for. */
const LIMIT =
  /(?:\bat most|\band|\bat least|\bup to|\bno more than|\bless than|\bfewer than|\bunder|\bover|\babout|\bto|\bor|\bbetween|\bno|\bthe first|\bthe same|\bstep|\blevel|\bgrade|\bchapter|\bper)\s+$/iu;
/** A number before one of these is the length of something, or the start of a range. */
const MEASURE =
  /^\s*(?:to|-|–|or)\s+(?:\d|\w+\s+(?:words|sentences|lines))|^\s*(?:words?|sentences?|minutes?|hours?|days?|weeks?|years?|characters?|tokens?|paragraphs?|percent|%|pages?|per|at a time|of (?:them|these|the))/iu;

/** What an instruction wants a number of. */
export interface Quantity {
  readonly count: number;
  /** Lower case, plural: `subtopics`; empty where none is named next to a number. */
  readonly noun: string;
}

/**
 * How many of what an instruction asks for: of the numbers in it, the one that reads most like a request (`Write 5
 * questions`, `a list of exactly ten lines`), with the first telling noun among those that do. Null when none does.
 */
export function numberAskedFor(instruction: string): Quantity | null {
  let best: { count: number; score: number } | null = null;
  let noun = '';
  let seen = 0;
  for (const match of instruction.matchAll(NUMBER)) {
    seen += 1;
    if (seen > 200) break;
    const [whole, digits, word = ''] = match;
    const before = instruction.slice(Math.max(0, match.index - 80), match.index);
    const after = instruction.slice(match.index + whole.length, match.index + whole.length + 120);
    if (LIMIT.test(before) || MEASURE.test(after)) continue;
    const named = NOUN.exec(after.trimStart())?.[1]?.toLowerCase() ?? '';
    // A number that nobody asks for may well be followed by such a noun (`a lesson with three exercises`).
    const request = (VERB.test(before) || START.test(before) ? 2 : 0) + (EXACT.test(before) ? 3 : 0);
    if (request === 0) continue;
    const score = request + (named === '' ? 0 : 3);
    if (noun === '' && !FORMAL_NOUN.test(named)) noun = named;
    const count =
      digits === undefined ? NUMBER_WORDS.findIndex((name) => name === word.toLowerCase()) + 1 : Number(digits);
    if (count > 0 && score > (best?.score ?? 0)) best = { count, score };
  }
  return best === null ? null : { count: best.count, noun };
}
