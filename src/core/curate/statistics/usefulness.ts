import { seededRandom, shuffled } from '../seededRandom.ts';
import { trainLogistic } from './logisticRegression.ts';
import { textFeatures, type FeatureVector } from './textFeatures.ts';

/** A text and what a model shall say of it. */
export interface Labelled {
  readonly text: string;
  readonly label: string;
}

export interface ModelScore {
  readonly trainedOn: number;
  readonly accuracy: number;
  /** Mean F1 of the labels of the held-out texts. */
  readonly macroF1: number;
}

export interface Usefulness {
  readonly labels: number;
  readonly heldOut: number;
  readonly authentic: ModelScore;
  readonly synthetic: ModelScore;
  readonly both: ModelScore;
}

const HELD_OUT = 0.3;
const LEAST = 20;
const MOST_LABELS = 50;

/**
 * What synthetic texts add to a simple model (one logistic regression for each label, on hashed words): trained on
 * authentic texts, on synthetic ones, on both, and tested on authentic ones that none of them has seen.
 *
 * @returns a sentence where it cannot be told
 */
export function usefulness(
  authentic: readonly Labelled[],
  synthetic: readonly Labelled[],
  seed = 0,
): Usefulness | string {
  const labels = [...new Set(authentic.map(({ label }) => label))].sort();
  if (labels.length < 2) return `the authentic records have ${labels.length} labels; two are needed`;
  if (labels.length > MOST_LABELS)
    return `the authentic records have ${labels.length} labels, more than ${MOST_LABELS}`;
  if (authentic.length < LEAST) return `there are ${authentic.length} authentic records with a label, under ${LEAST}`;
  if (synthetic.length === 0) return 'there are no synthetic records with a label';
  // The same text on both sides would be known beforehand: texts are held out, not records.
  const texts = shuffled([...new Set(authentic.map(({ text }) => text))].sort(), seededRandom(seed, [0]));
  const heldOut = new Set(texts.slice(0, Math.ceil(texts.length * HELD_OUT)));
  const prepare = ({ text, label }: Labelled): Prepared => ({ vector: textFeatures(text), label });
  const test = authentic.filter(({ text }) => heldOut.has(text)).map(prepare);
  const known = authentic.filter(({ text }) => !heldOut.has(text)).map(prepare);
  const added = synthetic.filter(({ text }) => !heldOut.has(text)).map(prepare);
  const score = (training: readonly Prepared[]): ModelScore => scoreModel(training, test, labels, seed);
  return {
    labels: labels.length,
    heldOut: test.length,
    authentic: score(known),
    synthetic: score(added),
    both: score([...known, ...added]),
  };
}

interface Prepared {
  readonly vector: FeatureVector;
  readonly label: string;
}

function scoreModel(
  training: readonly Prepared[],
  test: readonly Prepared[],
  labels: readonly string[],
  seed: number,
): ModelScore {
  const models = labels.map((label, index) =>
    trainLogistic(
      training.map((example) => ({ vector: example.vector, positive: example.label === label })),
      seededRandom(seed, [1, index]),
    ),
  );
  const predicted = test.map(({ vector }) => {
    const scores = models.map((model) => model(vector));
    return labels[scores.indexOf(Math.max(...scores))];
  });
  const right = test.filter(({ label }, at) => predicted[at] === label).length;
  const f1 = labels
    .filter((label) => test.some((example) => example.label === label))
    .map((label) => {
      const hits = test.filter((example, at) => example.label === label && predicted[at] === label).length;
      const said = predicted.filter((prediction) => prediction === label).length;
      const there = test.filter((example) => example.label === label).length;
      return (2 * hits) / Math.max(1, said + there);
    });
  return {
    trainedOn: training.length,
    accuracy: right / Math.max(1, test.length),
    macroF1: f1.reduce((sum, value) => sum + value, 0) / Math.max(1, f1.length),
  };
}
