import { shuffled, type Random } from '../seededRandom.ts';
import { FEATURES, type FeatureVector } from './textFeatures.ts';

const EPOCHS = 12;
const RATE = 2;
const DECAY = 1e-5;

/** An example and whether it belongs to the class. */
export interface Example {
  readonly vector: FeatureVector;
  readonly positive: boolean;
}

/**
 * Logistic regression by stochastic gradient descent with a falling rate and weight decay. Both classes count the same,
 * however many examples they have.
 *
 * @returns a function that tells how likely an example belongs to the class, as log odds
 */
export function trainLogistic(examples: readonly Example[], random: Random): (vector: FeatureVector) => number {
  const weights = new Float64Array(FEATURES);
  let bias = 0;
  const positives = examples.filter(({ positive }) => positive).length;
  const weightOf = (positive: boolean): number =>
    examples.length / (2 * Math.max(1, positive ? positives : examples.length - positives));
  const score = ({ places, values }: FeatureVector): number => {
    let sum = bias;
    for (let at = 0; at < places.length; at += 1) sum += (weights[places[at] ?? 0] ?? 0) * (values[at] ?? 0);
    return sum;
  };
  for (let epoch = 0; epoch < EPOCHS; epoch += 1) {
    const rate = RATE / (1 + epoch);
    for (const { vector, positive } of shuffled(examples, random)) {
      const error = (positive ? 1 : 0) - 1 / (1 + Math.exp(-score(vector)));
      const step = rate * error * weightOf(positive);
      bias += step * 0.1;
      const { places, values } = vector;
      for (let at = 0; at < places.length; at += 1) {
        const place = places[at] ?? 0;
        weights[place] = (weights[place] ?? 0) * (1 - rate * DECAY) + step * (values[at] ?? 0);
      }
    }
  }
  return score;
}

/**
 * Area under the ROC curve: how likely an example of the class has a higher score than one that is not of it; equal
 * scores count half (Mann and Whitney 1947). Null where one of the two is missing.
 */
export function areaUnderCurve(
  scored: readonly { readonly score: number; readonly positive: boolean }[],
): number | null {
  const sorted = [...scored].sort((a, b) => a.score - b.score);
  const positives = sorted.filter(({ positive }) => positive).length;
  const negatives = sorted.length - positives;
  if (positives === 0 || negatives === 0) return null;
  let ranks = 0;
  for (let start = 0; start < sorted.length;) {
    let end = start;
    while (end < sorted.length && sorted[end]?.score === sorted[start]?.score) end += 1;
    const rank = (start + 1 + end) / 2;
    for (let at = start; at < end; at += 1) if (sorted[at]?.positive === true) ranks += rank;
    start = end;
  }
  return (ranks - (positives * (positives + 1)) / 2) / (positives * negatives);
}
