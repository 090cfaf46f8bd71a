import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { comparePlaces } from '../record/key.ts';
import { createPlaceHeap } from './placeHeap.ts';

const place = fc.array(fc.nat(3), { maxLength: 4 });

test('gives out places in their order, whatever the order in which they came', () => {
  fc.assert(
    fc.property(fc.array(place), (places) => {
      const heap = createPlaceHeap<readonly number[]>();
      for (const each of places) heap.push(each, each);
      const given = places.map(() => heap.pop());
      assert.deepEqual(given, places.toSorted(comparePlaces));
      assert.equal(heap.pop(), undefined);
    }),
  );
});

test('what has no place comes last, in order of arrival', () => {
  const heap = createPlaceHeap<string>();
  heap.push(undefined, 'first without');
  heap.push([5], 'placed');
  heap.push(undefined, 'second without');
  heap.push([5], 'placed later');
  assert.deepEqual(
    [heap.pop(), heap.pop(), heap.pop(), heap.pop()],
    ['placed', 'placed later', 'first without', 'second without'],
  );
});
