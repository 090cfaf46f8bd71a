import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { withUsage } from '../endpoints/embeddings.ts';
import { BudgetReachedError, EndpointError } from '../errors.ts';
import { createBudget } from './budget.ts';
import { createFakeClock } from './fakeClock.ts';
import { openScripted } from './openScripted.ts';
import type { AskedRequest } from './scriptedEndpoint.ts';

const textsOf = (asked: readonly AskedRequest[]) => asked.map(({ request }) => request.messages[0]?.content);

describe('slots', () => {
  test('never sends more at once than allowed, and counts who waits', async () => {
    const { clock, endpoint, connection, send } = openScripted({ maxConcurrency: 3 });
    for (let request = 0; request < 10; request += 1) send();
    await clock.pass(0);
    assert.equal(endpoint.asked.length, 3);
    assert.deepEqual([connection.stats().inFlight, connection.stats().waiting], [3, 7]);
    endpoint.asked[0]?.answer();
    await clock.pass(0);
    assert.equal(endpoint.asked.length, 4);
    assert.equal(connection.stats().inFlight, 3);
  });

  test('there may be more at once from now on, and more a minute', async () => {
    const { clock, endpoint, connection, send } = openScripted({ maxConcurrency: 1, requestsPerMinute: 2 });
    for (let request = 0; request < 10; request += 1) send();
    await clock.pass(0);
    assert.equal(endpoint.asked.length, 1);
    connection.raise({ maxConcurrency: 8, requestsPerMinute: 2 });
    await clock.pass(0);
    assert.equal(endpoint.asked.length, 2, 'as many slots as one wants, but two a minute');
    connection.raise({ maxConcurrency: 8, requestsPerMinute: 4 });
    await clock.pass(60_000);
    assert.equal(endpoint.asked.length, 6);
  });

  test('gives a free slot to the smallest place, and last to what has none', async () => {
    const { clock, endpoint, send } = openScripted({ maxConcurrency: 1 }, (asked) => {
      setImmediate(() => {
        asked.answer();
      });
    });
    send('first');
    send('none');
    send('b', { place: [2] });
    send('a', { place: [1, 7] });
    send('deeper', { place: [2, 0] });
    await clock.pass(0);
    for (let turn = 0; turn < 5; turn += 1) await clock.pass(0);
    assert.deepEqual(textsOf(endpoint.asked), ['first', 'a', 'deeper', 'b', 'none']);
  });

  test('a request that waits leaves with the reason of its signal or its admission', async () => {
    const { clock, connection, send } = openScripted({ maxConcurrency: 1 });
    const signal = new AbortController();
    const admission = new AbortController();
    send('in the way');
    const first = send('a', { signal: signal.signal });
    const second = send('b', { admission: admission.signal });
    await clock.pass(0);
    const reason = new Error('cancelled');
    signal.abort(reason);
    admission.abort(reason);
    await clock.pass(0);
    assert.deepEqual([first.error, second.error], [reason, reason]);
    assert.equal(connection.stats().waiting, 0);
  });

  test('ended admission leaves a request alone that is being answered', async () => {
    const { clock, endpoint, send } = openScripted();
    const admission = new AbortController();
    const outcome = send('a', { admission: admission.signal });
    await clock.pass(0);
    admission.abort();
    endpoint.asked[0]?.answer('there');
    await clock.pass(0);
    assert.equal(outcome.text, 'there');
  });
});

describe('retries', () => {
  test('sends again after failures that may pass, waiting twice as long each time, and names every one', async () => {
    const { clock, endpoint, failures, connection, send } = openScripted({}, (asked, index) => {
      if (index < 3) asked.fail('server');
      else asked.answer('at last');
    });
    const outcome = send();
    await clock.pass(499);
    assert.equal(endpoint.asked.length, 1);
    await clock.pass(1);
    assert.equal(endpoint.asked.length, 2);
    await clock.pass(1000);
    assert.equal(endpoint.asked.length, 3);
    await clock.pass(2000);
    assert.equal(outcome.text, 'at last');
    assert.deepEqual(
      failures.map(({ attempt, retryInSeconds, error }) => [attempt, retryInSeconds, error.failure]),
      [
        [1, 0.5, 'server'],
        [2, 1, 'server'],
        [3, 2, 'server'],
      ],
    );
    assert.deepEqual([connection.stats().requests, connection.stats().retries], [4, 3]);
  });

  test('holds no slot while it waits', async () => {
    const { clock, endpoint, send } = openScripted({ maxConcurrency: 1 }, (asked, index) => {
      if (index === 0) asked.fail('server');
      else asked.answer();
    });
    send('fails first');
    const other = send('other');
    await clock.pass(0);
    assert.equal(other.text, 'yes');
    assert.deepEqual(textsOf(endpoint.asked), ['fails first', 'other']);
  });

  test('gives up after so many retries, with the last error', async () => {
    const { clock, endpoint, failures, send } = openScripted({ retries: 2 }, (asked) => {
      asked.fail('timeout');
    });
    const outcome = send();
    await clock.pass(600_000);
    assert.equal(endpoint.asked.length, 3);
    assert.ok(outcome.error instanceof EndpointError && outcome.error.failure === 'timeout');
    assert.equal(failures.at(-1)?.retryInSeconds, null);
  });

  test('does not repeat what will never succeed', async () => {
    const { clock, endpoint, send } = openScripted({}, (asked) => {
      asked.fail('rejected');
    });
    const outcome = send();
    await clock.pass(600_000);
    assert.equal(endpoint.asked.length, 1);
    assert.ok(outcome.error instanceof EndpointError && !outcome.error.stopsEndpoint);
  });

  test('waits at least as long as the service asks', async () => {
    const { clock, endpoint, send } = openScripted({}, (asked, index) => {
      if (index === 0) asked.fail('rate-limited', { retryAfterSeconds: 30 });
      else asked.answer();
    });
    send();
    await clock.pass(29_999);
    assert.equal(endpoint.asked.length, 1);
    await clock.pass(1000);
    assert.equal(endpoint.asked.length, 2);
  });
});

describe('limits', () => {
  test('Retry-After holds everybody back, and says so', async () => {
    const { clock, endpoint, connection, send } = openScripted({}, (asked, index) => {
      if (index === 0) asked.fail('rate-limited', { retryAfterSeconds: 20 });
      else asked.answer();
    });
    send('a');
    await clock.pass(0);
    const other = send('b');
    await clock.pass(10_000);
    assert.equal(other.text, undefined);
    assert.match(connection.stats().notice ?? '', /10 s/u);
    await clock.pass(11_000);
    assert.equal(other.text, 'yes');
    assert.equal(endpoint.asked.length, 3);
  });

  test('a header that says nothing remains holds back until the reset', async () => {
    const { clock, send } = openScripted({}, (asked) => {
      asked.options.onHeaders?.({ remainingRequests: 0, resetRequestsSeconds: 7 });
      asked.answer();
    });
    const first = send('a');
    await clock.pass(0);
    const second = send('b');
    await clock.pass(6999);
    assert.deepEqual([first.text, second.text], ['yes', undefined]);
    await clock.pass(1);
    assert.equal(second.text, 'yes');
  });

  test('a storm of 429 halves the slots once a round trip, and they recover', async () => {
    let storm = true;
    const { clock, connection, send } = openScripted({ maxConcurrency: 16, retries: 50 }, (asked) => {
      setImmediate(() => {
        if (storm) asked.fail('rate-limited');
        else asked.answer();
      });
    });
    const outcomes = Array.from({ length: 200 }, () => send());
    await clock.pass(0);
    await clock.pass(3000);
    assert.ok(connection.stats().slots <= 4, `${connection.stats().slots} slots`);
    storm = false;
    await clock.pass(120_000);
    await clock.pass(120_000);
    assert.equal(connection.stats().slots, 16);
    assert.ok(outcomes.every(({ text }) => text === 'yes'));
  });

  test('keeps to requests per minute', async () => {
    const { clock, endpoint, send } = openScripted({ requestsPerMinute: 2 }, (asked) => {
      asked.answer();
    });
    for (let request = 0; request < 5; request += 1) send();
    await clock.pass(59_999);
    assert.equal(endpoint.asked.length, 2);
    await clock.pass(60_000);
    assert.equal(endpoint.asked.length, 4);
  });
});

describe('budget and counts', () => {
  test('sends no request beyond the budget, retries included', async () => {
    const clock = createFakeClock();
    const budget = createBudget({ requests: 3 }, clock);
    const {
      endpoint,
      send,
      clock: time,
    } = openScripted({ budget, retries: 5 }, (asked, index) => {
      if (index === 1) asked.fail('server');
      else asked.answer();
    });
    const outcomes = [send(), send(), send()];
    await time.pass(60_000);
    assert.equal(endpoint.asked.length, 3);
    const turnedAway = outcomes.filter(({ error }) => error instanceof BudgetReachedError);
    assert.equal(turnedAway.length, 1);
  });

  test('counts tokens and cost as the service counts them', async () => {
    const { clock, connection, send } = openScripted(
      { prices: { prompt: 1_000_000, completion: 2_000_000 } },
      (asked) => {
        asked.answer('yes', { prompt: 10, completion: 5 });
      },
    );
    send();
    send();
    await clock.pass(0);
    assert.deepEqual(connection.stats().tokens, { prompt: 20, completion: 10 });
    assert.equal(connection.stats().cost, 40);
  });

  test('counts the tokens and the cost of embeddings, too', async () => {
    const { connection, endpoint } = openScripted({ prices: { prompt: 1_000_000, completion: 0 } });
    endpoint.embed = () => Promise.resolve(withUsage([[1]], { prompt: 7, completion: 0 }));
    assert.deepEqual(await connection.embed('e', ['a']), [[1]]);
    const { tokens, cost } = connection.stats();
    assert.deepEqual([tokens, cost], [{ prompt: 7, completion: 0 }, 7]);
  });

  test('has no cost without prices', () => {
    assert.equal(openScripted().connection.stats().cost, null);
  });

  test('a token budget is never exceeded, whatever the answers take', async () => {
    const clock = createFakeClock();
    const budget = createBudget({ tokens: 2000 }, clock);
    const { send, clock: time } = openScripted({ budget }, (asked) => {
      asked.answer('yes', { prompt: 20, completion: 100 });
    });
    const outcomes = Array.from({ length: 50 }, () => send());
    await time.pass(0);
    await time.pass(0);
    const answered = outcomes.filter(({ text }) => text !== undefined).length;
    assert.ok(budget.spent().tokens <= 2000);
    assert.equal(budget.spent().tokens, answered * 120);
    assert.ok(answered >= 14, `${answered} of 16 possible`);
  });
});
