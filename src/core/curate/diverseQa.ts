import { shuffled, type Random } from './seededRandom.ts';

/** Pairs of question and answer, or why there are none. */
export type PairsReading =
  | { readonly pairs: readonly string[] }
  | { readonly problem: 'text-before-question' | 'no-questions'; readonly message: string };

const QUESTION = 'Question:';
/** Tokens of a document for which it may keep the full number of pairs. */
const TOKENS_FOR_ALL_PAIRS = 150;

/**
 * Reads pairs of question and answer. Lines lose their bullet; the announced first line is left out; a line that starts
 * with `Question:` opens a pair, and the lines behind it belong to it.
 */
export function readQaPairs(answer: string, announcement: string): PairsReading {
  const lines = answer
    .split(/\r?\n/u)
    .map((line) => line.trim().replace(/^- /u, '').trim())
    .filter((line) => line !== '');
  if (lines[0] === announcement.trim()) lines.shift();
  const pairs: string[] = [];
  for (const line of lines) {
    const last = pairs.at(-1);
    if (line.startsWith(QUESTION)) pairs.push(line);
    else if (last === undefined) {
      const message = `before the first question stands: ${line.length > 80 ? `${line.slice(0, 80)}…` : line}`;
      return { problem: 'text-before-question', message };
    } else pairs[pairs.length - 1] = `${last}\n${line}`;
  }
  return pairs.length === 0
    ? { problem: 'no-questions', message: `no line of the answer starts with "${QUESTION}"` }
    : { pairs };
}

/**
 * Shuffles pairs and keeps a random number of them: one at least, and at most what the document's length allows
 * (`maxPairs` for each 150 tokens).
 */
export function chooseQaPairs(
  pairs: readonly string[],
  { maxPairs, documentTokens, random }: { maxPairs: number; documentTokens: number; random: Random },
): readonly string[] {
  const most = Math.max(1, Math.floor((maxPairs * documentTokens) / TOKENS_FOR_ALL_PAIRS));
  const order = shuffled(pairs, random);
  return order.slice(0, 1 + Math.floor(random() * most));
}
