import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seededRandom } from '../seededRandom.ts';
import { projectToPlane } from './principalAxes.ts';

describe('vectors on a plane', () => {
  it('keeps what is a plane as it is: distances stay, and nothing is left unexplained', () => {
    const vectors = [
      [3, 1, 0, 1],
      [1, 1, 0, 2],
      [9, 1, 0, 0],
      [4, 1, 0, 7],
    ].map((vector) => Float32Array.from(vector));
    const { points, explained } = projectToPlane(vectors, seededRandom(0, []));
    const distance = (a: ArrayLike<number> = [], b: ArrayLike<number> = []): number =>
      Math.hypot(...Array.from(a, (value, at) => value - (b[at] ?? 0)));
    for (const [first, point] of points.entries()) {
      for (const [second, other] of points.entries()) {
        assert.ok(Math.abs(distance(point, other) - distance(vectors[first], vectors[second])) < 1e-3);
      }
    }
    assert.ok(Math.abs(explained[0] + explained[1] - 1) < 1e-6);
    assert.ok(explained[0] >= explained[1]);
  });

  it('puts what is all the same into one place', () => {
    const vectors = [1, 2, 3].map(() => Float32Array.from([0.6, 0.8]));
    const { points, explained } = projectToPlane(vectors, seededRandom(0, []));
    assert.equal(points.length, 3);
    assert.ok(points.every(([x, y]) => Math.abs(x) < 1e-6 && Math.abs(y) < 1e-6));
    assert.ok(explained.every((share) => Number.isFinite(share)));
  });

  it('has nothing to say of nothing', () => {
    assert.deepEqual(projectToPlane([], seededRandom(0, [])), { points: [], explained: [0, 0] });
  });
});
