import type { Json } from '../../record/json.ts';
import { toUnit } from '../dedup/vectorIndex.ts';
import { seededRandom, type Random } from '../seededRandom.ts';
import { Distribution, type DistributionSummary } from './distribution.ts';
import { projectToPlane } from './principalAxes.ts';
import { Sample } from './sample.ts';

/** Vectors that are compared with each other. */
const SAMPLED = 1000;
/** Two vectors this near are near duplicates. */
const NEAR_COSINE = 0.95;
const MOST_CLUSTERS = 20;
/** Rounds of k-means; it is at rest sooner as a rule. */
const ROUNDS = 15;

/** What embeddings tell of the records: how alike they are, and into which heaps they fall. */
export interface EmbeddingSummary {
  /** Records with an embedding that can be used. */
  readonly embeddings: number;
  readonly dimensions: number;
  /** Records without the field. */
  readonly missing: number;
  /** Values that are no embedding: no list of numbers, of another length than the first, or all 0. */
  readonly unusable: number;
  readonly sampled: number;
  /** Cosine of each embedding of the sample to the nearest other one; null with fewer than two. */
  readonly nearest: DistributionSummary | null;
  /** Share of the sample with a cosine of 0.95 or more to another one. */
  readonly nearDuplicates: number | null;
  /** Mean cosine of all pairs of the sample. */
  readonly meanCosine: number | null;
  /** Share of the sample in each cluster (k-means by cosine), the largest first. */
  readonly clusters: readonly number[];
}

/** A sample of the embeddings as a map: what is alike lies side by side. */
export interface SimilarityMap {
  readonly field: string;
  /** Each with the line of its record, which counts from 0; lines that hold no record count as well. */
  readonly points: readonly { readonly x: number; readonly y: number; readonly line: number }[];
  /** Share of the differences that the map shows, 0 to 1. */
  readonly explained: number;
}

/** Embeddings as they come; memory holds a sample of them. */
export class EmbeddingStatistics {
  readonly #sample = new Sample<{ readonly unit: Float32Array; readonly line: number }>(SAMPLED, seededRandom(4, []));
  #embeddings = 0;
  #dimensions = 0;
  #missing = 0;
  #unusable = 0;

  /** @param line where the record stands in its file, from 0 */
  add(value: Json | undefined, line: number): void {
    if (value === undefined || value === null) {
      this.#missing += 1;
      return;
    }
    const unit = isNumbers(value) ? toUnit(value) : null;
    if (unit === null || (this.#embeddings > 0 && unit.length !== this.#dimensions)) {
      this.#unusable += 1;
      return;
    }
    this.#dimensions = unit.length;
    this.#embeddings += 1;
    this.#sample.add(() => ({ unit, line }));
  }

  summary(): EmbeddingSummary {
    const units = this.#sample.elements.map(({ unit }) => unit);
    return {
      embeddings: this.#embeddings,
      dimensions: this.#dimensions,
      missing: this.#missing,
      unusable: this.#unusable,
      sampled: units.length,
      ...alikeness(units),
      clusters: clusterShares(units, seededRandom(5, [])),
    };
  }

  map(field: string): SimilarityMap {
    const sampled = this.#sample.elements;
    const { points, explained } = projectToPlane(
      sampled.map(({ unit }) => unit),
      seededRandom(6, []),
    );
    return {
      field,
      points: sampled.map(({ line }, at) => ({ x: points[at]?.[0] ?? 0, y: points[at]?.[1] ?? 0, line })),
      explained: explained[0] + explained[1],
    };
  }
}

function isNumbers(value: Json): value is readonly number[] {
  return Array.isArray(value) && value.length > 0 && value.every((number) => typeof number === 'number');
}

function alikeness(
  units: readonly Float32Array[],
): Pick<EmbeddingSummary, 'nearest' | 'nearDuplicates' | 'meanCosine'> {
  if (units.length < 2) return { nearest: null, nearDuplicates: null, meanCosine: null };
  const nearest = new Float64Array(units.length).fill(-1);
  let sum = 0;
  units.forEach((one, first) => {
    for (let second = first + 1; second < units.length; second += 1) {
      const cosine = cosineOf(one, units[second] ?? one);
      sum += cosine;
      nearest[first] = Math.max(nearest[first] ?? -1, cosine);
      nearest[second] = Math.max(nearest[second] ?? -1, cosine);
    }
  });
  const distribution = new Distribution();
  for (const cosine of nearest) distribution.add(cosine);
  return {
    nearest: distribution.summary(),
    nearDuplicates: nearest.filter((cosine) => cosine >= NEAR_COSINE).length / units.length,
    meanCosine: sum / ((units.length * (units.length - 1)) / 2),
  };
}

/** Spherical k-means with √(n/2) clusters, the first centres far from each other (Arthur and Vassilvitskii 2007). */
function clusterShares(units: readonly Float32Array[], random: Random): readonly number[] {
  const wanted = Math.min(MOST_CLUSTERS, Math.ceil(Math.sqrt(units.length / 2)));
  let centres = firstCentres(units, wanted, random);
  let members: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = members;
    members = units.map((unit) => nearestOf(unit, centres));
    if (members.every((member, at) => member === before[at])) break;
    centres = centres.map((centre, cluster) => {
      const sum = new Float32Array(centre.length);
      units.forEach((unit, at) => {
        if (members[at] === cluster) unit.forEach((value, index) => (sum[index] = (sum[index] ?? 0) + value));
      });
      return toUnit(sum) ?? centre;
    });
  }
  const counts = centres.map((_, cluster) => members.filter((member) => member === cluster).length);
  return counts
    .filter((count) => count > 0)
    .sort((a, b) => b - a)
    .map((count) => count / units.length);
}

function firstCentres(units: readonly Float32Array[], wanted: number, random: Random): Float32Array[] {
  const centres: Float32Array[] = [];
  const distances = units.map(() => 2);
  while (centres.length < wanted) {
    let left = random() * distances.reduce((sum, distance) => sum + distance, 0);
    const found = distances.findIndex((distance) => (left -= distance) < 0);
    const centre = units[found];
    // What is left is the same as a centre.
    if (centre === undefined) break;
    centres.push(centre);
    units.forEach((unit, at) => {
      distances[at] = Math.max(0, Math.min(distances[at] ?? 0, 1 - cosineOf(unit, centre)));
    });
  }
  return centres;
}

function nearestOf(unit: Float32Array, centres: readonly Float32Array[]): number {
  let [best, most] = [0, Number.NEGATIVE_INFINITY];
  centres.forEach((centre, cluster) => {
    const cosine = cosineOf(unit, centre);
    if (cosine > most) [best, most] = [cluster, cosine];
  });
  return best;
}

function cosineOf(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index += 1) sum += (a[index] ?? 0) * (b[index] ?? 0);
  return sum;
}
