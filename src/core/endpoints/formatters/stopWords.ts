import type { GenerationParameters } from '../endpoint.ts';

/** The stop words of a request and of its layout, each once. */
export function stopWordsOf({ stop }: GenerationParameters, ofLayout: readonly string[]): readonly string[] {
  const own = typeof stop === 'string' ? [stop] : (stop ?? []);
  return [...new Set([...own, ...ofLayout])];
}

/** A text without the stop word that it ends with, if any, and without space around it. */
export function withoutTrailingStop(text: string, stopWords: readonly string[]): string {
  const trimmed = text.trimEnd();
  for (const word of stopWords) {
    if (word !== '' && trimmed.endsWith(word)) return trimmed.slice(0, -word.length).trim();
    if (word !== '' && text.endsWith(word)) return text.slice(0, -word.length).trim();
  }
  return text.trim();
}
