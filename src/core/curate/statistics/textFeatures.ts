import { plainWords } from '../words.ts';
import { hashText } from './hashText.ts';

/** Places that features are hashed to (Weinberger et al. 2009). */
export const FEATURES = 2 ** 16;
/** Words of a text that are looked at. */
const MOST_WORDS = 2000;

/** A text as a sparse vector of length 1: the places that are not zero, and their values. */
export interface FeatureVector {
  readonly places: Uint32Array;
  readonly values: Float64Array;
}

/** Words and pairs of neighbouring words of a text, hashed; their numbers count on a logarithmic scale. */
export function textFeatures(text: string): FeatureVector {
  const words = plainWords(text.slice(0, MOST_WORDS * 20)).slice(0, MOST_WORDS);
  const counts = new Map<number, number>();
  words.forEach((word, at) => {
    for (const feature of [word, `${word} ${words[at + 1] ?? ''}`]) {
      const place = hashText(feature) % FEATURES;
      counts.set(place, (counts.get(place) ?? 0) + 1);
    }
  });
  const values = Float64Array.from(counts.values(), (count) => 1 + Math.log(count));
  const length = Math.hypot(...values) || 1;
  return { places: Uint32Array.from(counts.keys()), values: values.map((value) => value / length) };
}
