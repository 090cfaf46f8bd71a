import type { ChatMessage } from '../endpoint.ts';
import type { Random } from './randomness.ts';

/** What reward models of this kind judge, in the order in which they do. */
const ATTRIBUTES = ['helpfulness', 'correctness', 'coherence', 'complexity', 'verbosity'] as const;

/**
 * Scores between 0 and 4 for a conversation's last answer. Mostly chance; but an answer that takes up words of the
 * question scores higher, a long one is more verbose, and an empty one is worth nothing.
 */
export function rewardScores(messages: readonly ChatMessage[], random: Random): Record<string, number> {
  const answer = messages.findLast(({ role }) => role === 'assistant')?.content ?? '';
  const question = messages.findLast(({ role }) => role === 'user')?.content ?? '';
  const answerWords = wordsOf(answer);
  const overlap = share(wordsOf(question), answerWords);
  const length = Math.min(1, answerWords.size / 150);
  const quality = answerWords.size === 0 ? 0 : 0.9 + 1.2 * overlap + 1.6 * random.next();
  const values = [quality, quality + 0.2, 2.6 + random.next(), 0.6 + length + random.next() / 2, 0.3 + 2.4 * length];
  return Object.fromEntries(
    ATTRIBUTES.map((name, index) => [name, Math.round(Math.min(4, values[index] ?? 0) * 1000) / 1000]),
  );
}

function wordsOf(text: string): Set<string> {
  return new Set(
    text
      .slice(0, 20_000)
      .toLowerCase()
      .match(/[\p{L}\p{N}]{3,}/gu) ?? [],
  );
}

function share(wanted: ReadonlySet<string>, there: ReadonlySet<string>): number {
  if (wanted.size === 0) return 0;
  let found = 0;
  for (const word of wanted) if (there.has(word)) found += 1;
  return found / wanted.size;
}
