/** Takes a key out of texts that came from a service, so that an echo of it goes nowhere. */
export interface Scrubber {
  /** For messages: the key in any spelling becomes a placeholder. */
  message(text: string): string;
  /** For what a model wrote: only a key that cannot be an ordinary word is taken out. */
  answer(text: string): string;
}

const PLACEHOLDER = '[key]';
/** Local servers take any word for a key ("none", "EMPTY"); one shorter than this is nothing to hide in a message. */
const SHORTEST_IN_MESSAGES = 4;
/** Keys of real services are longer than this, and words of a language are shorter. */
const SHORTEST_IN_ANSWERS = 16;

export function createScrubber(key: string | undefined): Scrubber {
  const unchanged = (text: string): string => text;
  if (key === undefined || key.length < SHORTEST_IN_MESSAGES) return { message: unchanged, answer: unchanged };
  const spellings = [...new Set([key, encodeURIComponent(key), JSON.stringify(key).slice(1, -1)])];
  const scrub = (text: string): string => spellings.reduce((left, spelling) => left.replaceAll(spelling, PLACEHOLDER), text);
  return {
    message: scrub,
    answer: key.length < SHORTEST_IN_ANSWERS ? unchanged : (text) => (text.includes(key) ? scrub(text) : text),
  };
}
