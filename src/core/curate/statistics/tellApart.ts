import { seededRandom, shuffled } from '../seededRandom.ts';
import { areaUnderCurve, trainLogistic, type Example } from './logisticRegression.ts';
import { textFeatures } from './textFeatures.ts';

const FOLDS = 5;

/**
 * How well a small classifier tells two sets of texts apart: the area under the ROC curve, from predictions for texts it
 * was not trained on (5-fold cross-validation). 0.5: not at all; 1: always. A text that stands in the sets several times
 * is always in one fold. Null with fewer than ten texts of either.
 */
export function tellApart(first: readonly string[], second: readonly string[], seed = 0): number | null {
  if (Math.min(first.length, second.length) < 2 * FOLDS) return null;
  const texts = [
    ...first.map((text) => ({ text, positive: false })),
    ...second.map((text) => ({ text, positive: true })),
  ];
  const order = shuffled([...new Set(texts.map(({ text }) => text))], seededRandom(seed, [0]));
  const foldOf = new Map(order.map((text, index) => [text, index % FOLDS]));
  const examples = texts.map(({ text, positive }): Example & { readonly fold: number } => ({
    vector: textFeatures(text),
    positive,
    fold: foldOf.get(text) ?? 0,
  }));
  const scored: { score: number; positive: boolean }[] = [];
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const model = trainLogistic(
      examples.filter((example) => example.fold !== fold),
      seededRandom(seed, [1, fold]),
    );
    for (const { vector, positive, fold: own } of examples) {
      if (own === fold) scored.push({ score: model(vector), positive });
    }
  }
  return areaUnderCurve(scored);
}
