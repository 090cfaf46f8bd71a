import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BudgetReachedError } from '../errors.ts';
import { createBudget } from './budget.ts';
import { createFakeClock } from './fakeClock.ts';

const most = (tokens: number, cost = 0) => ({ tokens, cost });

test('turns away the request that would exceed the number of requests, and every one after it', async () => {
  const budget = createBudget({ requests: 2 }, createFakeClock());
  await budget.reserve(most(1));
  await budget.reserve(most(1));
  await assert.rejects(
    budget.reserve(most(1)),
    (error) => error instanceof BudgetReachedError && error.limit === 'requests',
  );
  assert.equal(budget.reached?.amount, 2);
  assert.equal(budget.spent().requests, 2);
});

test('waits for requests on their way to give back what they did not use', async () => {
  const budget = createBudget({ tokens: 100 }, createFakeClock());
  const first = await budget.reserve(most(80));
  let entered = false;
  const second = budget.reserve(most(50)).then((reservation) => {
    entered = true;
    return reservation;
  });
  await Promise.resolve();
  assert.equal(entered, false);
  first.settle(most(30));
  (await second).settle(most(50));
  assert.equal(budget.spent().tokens, 80);
});

test('is reached when nothing on its way can make room, and wakes all who wait', async () => {
  const budget = createBudget({ tokens: 100 }, createFakeClock());
  const first = await budget.reserve(most(80));
  const outcomes = Promise.allSettled([budget.reserve(most(50)), budget.reserve(most(60))]);
  first.settle(most(80));
  const states = (await outcomes).map((outcome) => outcome.status);
  assert.deepEqual(states, ['rejected', 'rejected']);
  assert.equal(budget.reached?.limit, 'tokens');
});

test('counts cost', async () => {
  const budget = createBudget({ cost: 1 }, createFakeClock());
  (await budget.reserve(most(5, 0.6))).settle(most(5, 0.5));
  await assert.rejects(budget.reserve(most(5, 0.6)), BudgetReachedError);
  assert.equal(budget.spent().cost, 0.5);
});

test('counts minutes from the start, those of earlier sessions included', async () => {
  const clock = createFakeClock();
  const budget = createBudget({ minutes: 10 }, clock, { minutes: 6 });
  await clock.pass(3 * 60_000);
  (await budget.reserve(most(1))).settle(most(1));
  await clock.pass(2 * 60_000);
  await assert.rejects(
    budget.reserve(most(1)),
    (error) => error instanceof BudgetReachedError && error.limit === 'minutes',
  );
});

test('leaves the queue when its caller gives up', async () => {
  const budget = createBudget({ tokens: 100 }, createFakeClock());
  await budget.reserve(most(80));
  const controller = new AbortController();
  const waiting = budget.reserve(most(50), () => controller.signal);
  controller.abort(new Error('enough'));
  await assert.rejects(waiting, /enough/u);
  assert.equal(budget.reached, null);
});
