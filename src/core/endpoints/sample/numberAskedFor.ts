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
/** What lists are made of. */
const NOUN =
  /^(?:[^\s.:;!?]+\s+){0,6}?(?:(?:sub)?topics|(?:sub-)?topics|areas|questions|requests|tasks|problems|exercises|items|lines|elements|entries|openlines|prompts|instructions|versions|revisions|variants|variations|paraphrases|rewrites|titles|ideas|examples|concepts|names|suggestions|themes|subjects|bullets|points|facts|things|reasons|ways|tips|steps)\b/iu;
const VERB =
  /\b(?:generate|write|name|give|create|set|produce|suggest|propose|come up with|provide|make|think of|list|ask|formulate|draft|invent|pose|revise|rewrite|compose|collect|offer|return|need|want|paraphrase|rephrase)\b[^.!?\n]{0,60}$/iu;
const EXACT = /(?:\bexactly|\blists? (?:of|with|containing)|\bin total|\bprecisely)\s+(?:exactly\s+)?$/iu;
/** A number after one of these is a limit or part of a range, not what is asked for. */
const LIMIT =
  /(?:\bat most|\bat least|\bup to|\bno more than|\bless than|\bfewer than|\bunder|\bover|\babout|\bto|\bor|\bbetween|\bno|\bthe first|\bthe same|\bstep|\blevel|\bgrade|\bchapter|\bper)\s+$/iu;
/** A number before one of these is the length of something, or the start of a range. */
const MEASURE =
  /^\s*(?:to|-|–|or)\s+(?:\d|\w+\s+(?:words|sentences|lines))|^\s*(?:words?|sentences?|minutes?|hours?|days?|weeks?|years?|characters?|tokens?|paragraphs?|percent|%|pages?|per|at a time|of (?:them|these|the))/iu;

/**
 * The number of items that an instruction asks for: of the numbers in it, the one that reads most like a request
 * (`Write 5 questions`, `a list of exactly ten topics`). Null when none does.
 */
export function numberAskedFor(instruction: string): number | null {
  let best: { value: number; score: number } | null = null;
  let seen = 0;
  for (const match of instruction.matchAll(NUMBER)) {
    seen += 1;
    if (seen > 200) break;
    const [whole, digits, word = ''] = match;
    const before = instruction.slice(Math.max(0, match.index - 80), match.index);
    const after = instruction.slice(match.index + whole.length, match.index + whole.length + 120);
    if (LIMIT.test(before) || MEASURE.test(after)) continue;
    const score = (NOUN.test(after.trimStart()) ? 3 : 0) + (VERB.test(before) ? 2 : 0) + (EXACT.test(before) ? 3 : 0);
    const value =
      digits === undefined ? NUMBER_WORDS.findIndex((name) => name === word.toLowerCase()) + 1 : Number(digits);
    if (value > 0 && score >= 2 && score > (best?.score ?? 0)) best = { value, score };
  }
  return best?.value ?? null;
}
