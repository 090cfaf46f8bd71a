import type { Choice } from '../endpoints/endpoint.ts';
import { readChoice } from './readChoice.ts';

/** Name → score. */
export type Scores = Readonly<Record<string, number>>;

const NUMBER = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?`;
const PAIR = new RegExp(String.raw`^\s*([A-Za-z][\w .-]{0,60}?)\s*[:=]\s*(${NUMBER})\s*$`, 'iu');

/**
 * The scores in a reward model's answer: `helpfulness:1.61,correctness:1.64` as its text, or the names as tokens with the
 * scores for log probabilities. The text goes first: services that write it may send real log probabilities along.
 *
 * @returns null when it has none: it is probably no reward model
 */
export function readScores(choice: Choice): Scores | null {
  const { text } = readChoice(choice);
  const written = readWritten(text);
  if (written !== null) return written;
  const { scores } = choice;
  return scores === undefined || Object.keys(scores).length === 0 ? null : scores;
}

function readWritten(text: string): Scores | null {
  const scores = new Map<string, number>();
  for (const part of text.trim().split(/[,;\n]/u)) {
    if (part.trim() === '') continue;
    const [, name = '', value = ''] = PAIR.exec(part) ?? [];
    if (name === '') return null;
    scores.set(name, Number(value));
  }
  return scores.size === 0 ? null : Object.fromEntries(scores);
}
