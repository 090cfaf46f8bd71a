import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { Pace } from './pace.ts';

test('the smallest place goes first, and the event loop gets its turns in between', async () => {
  const pace = new Pace(() => false);
  const passed: number[] = [];
  let turns = 0;
  let done = false;
  const countTurns = async (): Promise<void> => {
    while (!done) {
      await nextTurn();
      turns += 1;
    }
  };
  const counting = countTurns();
  const places = Array.from({ length: 500 }, (_, number) => (number * 7) % 500);
  await Promise.all(
    places.map(async (place) => {
      await pace.pass([place]);
      passed.push(place);
    }),
  );
  done = true;
  await counting;
  assert.deepEqual(
    passed,
    places.toSorted((a, b) => a - b),
  );
  assert.ok(turns >= 5, `${turns} turns`);
  assert.equal(pace.isBusy, false);
});

test('nobody passes while the writers have enough to do', async () => {
  let isHeldUp = true;
  let passed = false;
  const pace = new Pace(() => isHeldUp);
  const passing = pace.pass([0]).then(() => {
    passed = true;
  });
  await sleep(10);
  assert.equal(passed, false);
  isHeldUp = false;
  await passing;
  assert.ok(passed);
});
