import type { Answer } from '../endpoint.ts';

/** Takes a key out of texts that came from a service, so that an echo of it goes nowhere. */
export interface Scrubber {
  /** For messages: the key in any spelling becomes a placeholder. */
  message(text: string): string;
  /** For what a model wrote: only a key that cannot be an ordinary word is taken out. */
  answer(text: string): string;
  /** Whether anything in an answer has to be taken out. */
  minds(answer: Answer): boolean;
}

const PLACEHOLDER = '[key]';
/** Local servers take any word for a key ("none", "EMPTY"); one shorter than this is nothing to hide in a message. */
const SHORTEST_IN_MESSAGES = 4;
/** Keys of real services are longer than this, and words of a language are shorter. */
const SHORTEST_IN_ANSWERS = 16;

export function createScrubber(key: string | undefined): Scrubber {
  const unchanged = (text: string): string => text;
  if (key === undefined || key.length < SHORTEST_IN_MESSAGES)
    return { message: unchanged, answer: unchanged, minds: () => false };
  const spellings = [...new Set([key, encodeURIComponent(key), JSON.stringify(key).slice(1, -1)])];
  const scrub = (text: string): string =>
    spellings.reduce((left, spelling) => left.replaceAll(spelling, PLACEHOLDER), text);
  if (key.length < SHORTEST_IN_ANSWERS) return { message: scrub, answer: unchanged, minds: () => false };
  const holds = (text: string | undefined): boolean =>
    text !== undefined && spellings.some((spelling) => text.includes(spelling));
  return {
    message: scrub,
    answer: scrub,
    minds: ({ model, choices }) =>
      holds(model) || choices.some(({ text, reasoning, refusal }) => holds(text) || holds(reasoning) || holds(refusal)),
  };
}
