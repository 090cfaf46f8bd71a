/** Vectors drawn on a plane: their first two principal components (Pearson 1901), by power iteration. */
import type { Random } from '../seededRandom.ts';

/** Rounds of the iteration; a map for the eye needs no more digits. */
const ROUNDS = 40;

export interface Plane {
  /** A place for each vector, in their order. */
  readonly points: readonly (readonly [number, number])[];
  /** Share of the variance along either axis, 0 to 1: how much of the truth the picture shows. */
  readonly explained: readonly [number, number];
}

/** @param vectors all of one length */
export function projectToPlane(vectors: readonly Float32Array[], random: Random): Plane {
  const centred = centre(vectors);
  const total = centred.reduce((sum, vector) => sum + dot(vector, vector), 0);
  const axes: Float64Array[] = [];
  const places: (readonly number[])[] = [];
  for (let axis = 0; axis < 2; axis += 1) {
    const direction = principalAxis(centred, axes, random);
    axes.push(direction);
    places.push(centred.map((vector) => dot(vector, direction)));
  }
  const share = (along: readonly number[] = []): number =>
    total === 0 ? 0 : along.reduce((sum, place) => sum + place * place, 0) / total;
  return {
    points: vectors.map((_, at) => [places[0]?.[at] ?? 0, places[1]?.[at] ?? 0]),
    explained: [share(places[0]), share(places[1])],
  };
}

function centre(vectors: readonly Float32Array[]): readonly Float64Array[] {
  const mean = new Float64Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) vector.forEach((value, at) => (mean[at] = (mean[at] ?? 0) + value / vectors.length));
  return vectors.map((vector) => Float64Array.from(vector, (value, at) => value - (mean[at] ?? 0)));
}

/** The direction of the largest variance at right angles to those that were found before. */
function principalAxis(
  vectors: readonly Float64Array[],
  before: readonly Float64Array[],
  random: Random,
): Float64Array {
  let axis = Float64Array.from(vectors[0] ?? [], () => random() - 0.5);
  for (let round = 0; round < ROUNDS; round += 1) {
    const next = new Float64Array(axis.length);
    for (const vector of vectors) {
      const along = dot(vector, axis);
      vector.forEach((value, at) => (next[at] = (next[at] ?? 0) + along * value));
    }
    for (const other of before) {
      const along = dot(next, other);
      other.forEach((value, at) => (next[at] = (next[at] ?? 0) - along * value));
    }
    const length = Math.sqrt(dot(next, next));
    // Nothing varies in any other direction.
    if (length < 1e-12) return new Float64Array(axis.length);
    axis = next.map((value) => value / length);
  }
  return axis;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}
