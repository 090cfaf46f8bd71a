import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ChatOptions } from '../endpoints/endpoint.ts';
import { BudgetReachedError, EndpointError } from '../errors.ts';
import { createBudget } from './budget.ts';
import { connect } from './connect.ts';
import type { AttemptFailure, ConnectOptions } from './connect.ts';
import { createFakeClock } from './fakeClock.ts';
import { ask, createScriptedEndpoint } from './scriptedEndpoint.ts';
import type { AskedRequest } from './scriptedEndpoint.ts';

/** A connection to an endpoint for tests, with time standing still and every jitter at its longest. */
function open(options: Partial<ConnectOptions> = {}, script?: (asked: AskedRequest, index: number) => void) {
  const clock = createFakeClock();
  const endpoint = createScriptedEndpoint(script);
  const failures: AttemptFailure[] = [];
  const connection = connect(
    endpoint,
    { maxConcurrency: 4, retries: 8, onAttemptFailed: (failure) => failures.push(failure), ...options },
    { clock, random: () => 1 },
  );
  /** Sends and keeps the outcome, so that no rejection goes unseen while time passes. */
  const send = (text = 'hi', chatOptions: ChatOptions = {}) => {
    const outcome: { text?: string; error?: unknown } = {};
    connection.chat(ask(text), chatOptions).then(
      (answer) => {
        outcome.text = answer.choices[0]?.text ?? '';
      },
      (error: unknown) => {
        outcome.error = error;
      },
    );
    return outcome;
  };
  return { clock, endpoint, failures, connection, send };
}

const textsOf = (asked: readonly AskedRequest[]) => asked.map(({ request }) => request.messages[0]?.content);

describe('slots', () => {
  test('never sends more at once than allowed, and counts who waits', async () => {
    const { clock, endpoint, connection, send } = open({ maxConcurrency: 3 });
    for (let request = 0; request < 10; request += 1) send();
    await clock.pass(0);
    assert.equal(endpoint.asked.length, 3);
    assert.deepEqual([connection.stats().inFlight, connection.stats().waiting], [3, 7]);
    endpoint.asked[0]?.answer();
    await clock.pass(0);
    assert.equal(endpoint.asked.length, 4);
    assert.equal(connection.stats().inFlight, 3);
  });

  test('gives a free slot to the smallest place, and last to what has none', async () => {
    const { clock, endpoint, send } = open({ maxConcurrency: 1 }, (asked) => {
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
    const { clock, connection, send } = open({ maxConcurrency: 1 });
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
    const { clock, endpoint, send } = open();
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
    const { clock, endpoint, failures, connection, send } = open({}, (asked, index) => {
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
    const { clock, endpoint, send } = open({ maxConcurrency: 1 }, (asked, index) => {
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
    const { clock, endpoint, failures, send } = open({ retries: 2 }, (asked) => {
      asked.fail('timeout');
    });
    const outcome = send();
    await clock.pass(600_000);
    assert.equal(endpoint.asked.length, 3);
    assert.ok(outcome.error instanceof EndpointError && outcome.error.failure === 'timeout');
    assert.equal(failures.at(-1)?.retryInSeconds, null);
  });

  test('does not repeat what will never succeed', async () => {
    const { clock, endpoint, send } = open({}, (asked) => {
      asked.fail('rejected');
    });
    const outcome = send();
    await clock.pass(600_000);
    assert.equal(endpoint.asked.length, 1);
    assert.ok(outcome.error instanceof EndpointError && !outcome.error.stopsEndpoint);
  });

  test('waits at least as long as the service asks', async () => {
    const { clock, endpoint, send } = open({}, (asked, index) => {
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
    const { clock, endpoint, connection, send } = open({}, (asked, index) => {
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
    const { clock, send } = open({}, (asked) => {
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
    const { clock, connection, send } = open({ maxConcurrency: 16, retries: 50 }, (asked) => {
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
    const { clock, endpoint, send } = open({ requestsPerMinute: 2 }, (asked) => {
      asked.answer();
    });
    for (let request = 0; request < 5; request += 1) send();
    await clock.pass(59_999);
    assert.equal(endpoint.asked.length, 2);
    await clock.pass(60_000);
    assert.equal(endpoint.asked.length, 4);
  });
});

describe('health', () => {
  for (const failure of ['key-missing', 'key-refused', 'payment', 'unknown-model'] as const) {
    test(`${failure} stops the endpoint: who waits and who comes later fail with the same error at once`, async () => {
      const { clock, endpoint, connection, send } = open({ maxConcurrency: 1 });
      const outcomes = [send(), send(), send()];
      await clock.pass(0);
      endpoint.asked[0]?.fail(failure);
      await clock.pass(0);
      const later = send();
      await clock.pass(0);
      const errors = [...outcomes, later].map(({ error }) => error);
      assert.equal(endpoint.asked.length, 1);
      assert.ok(errors[0] instanceof EndpointError && errors[0].stopsEndpoint);
      assert.ok(errors.every((error) => error === errors[0]));
      assert.equal(connection.stats().stopped, errors[0]);
    });
  }

  test('a stop reaches requests that wait for a retry', async () => {
    const { clock, endpoint, send } = open({ maxConcurrency: 2 });
    const waiting = send('a');
    const refused = send('b');
    await clock.pass(0);
    endpoint.asked[0]?.fail('server');
    await clock.pass(0);
    endpoint.asked[1]?.fail('key-refused');
    await clock.pass(0);
    assert.ok(waiting.error instanceof EndpointError && waiting.error.failure === 'key-refused');
    assert.equal(waiting.error, refused.error);
  });

  test('a 403 stops the endpoint when it is the first answer', async () => {
    const { clock, connection, send } = open({}, (asked) => {
      asked.fail('forbidden');
    });
    const outcome = send();
    await clock.pass(0);
    assert.ok(outcome.error instanceof EndpointError && outcome.error.stopsEndpoint);
    assert.equal(connection.stats().stopped?.failure, 'forbidden');
  });

  test('later a 403 is about its request, until there are five in a row', async () => {
    const forbidden = new Set([1, 2, 3, 4, 6, 7, 8, 9, 10]);
    const { clock, connection, send } = open({ maxConcurrency: 1 }, (asked, index) => {
      if (forbidden.has(index)) asked.fail('forbidden');
      else asked.answer();
    });
    for (let request = 0; request < 10; request += 1) {
      const outcome = send();
      await clock.pass(0);
      assert.equal(outcome.error instanceof EndpointError, forbidden.has(request));
      assert.equal(connection.stats().stopped, null);
    }
    send();
    await clock.pass(0);
    assert.equal(connection.stats().stopped?.failure, 'forbidden');
  });

  test('five requests given up in a row stop the endpoint instead of burning through the list', async () => {
    const { clock, connection, send } = open({ retries: 1, maxConcurrency: 1 }, (asked) => {
      asked.fail('server');
    });
    const outcomes = Array.from({ length: 50 }, () => send());
    await clock.pass(60_000);
    const rejected = outcomes.filter(({ error }) => error instanceof EndpointError && !error.stopsEndpoint);
    assert.equal(rejected.length, 4);
    assert.ok(outcomes.every(({ error }) => error instanceof EndpointError));
    assert.match(connection.stats().stopped?.message ?? '', /5 requests in a row/u);
  });

  test('while the service is out of reach nothing is lost, and it goes on when the service is back', async () => {
    let isUp = true;
    const { clock, endpoint, connection, send } = open({ maxConcurrency: 20 }, (asked) => {
      if (isUp) asked.answer();
      else asked.fail('unreachable');
    });
    endpoint.listModels = () =>
      isUp ? Promise.resolve([]) : Promise.reject(new EndpointError('scripted', 'unreachable', 'nobody is there'));
    send();
    await clock.pass(0);
    isUp = false;
    const outcomes = Array.from({ length: 20 }, () => send());
    await clock.pass(20_000);
    assert.match(connection.stats().notice ?? '', /Waiting for it/u);
    const before = connection.stats().requests;
    await clock.pass(60_000);
    assert.equal(connection.stats().requests, before, 'only probes while it is away');
    isUp = true;
    await clock.pass(60_000);
    assert.ok(outcomes.every(({ text }) => text === 'yes'));
    assert.equal(connection.stats().notice, null);
  });

  test('a service that stays away is given up after two minutes, so that the run can be resumed later', async () => {
    let isUp = true;
    const { clock, endpoint, connection, send } = open({}, (asked) => {
      if (isUp) asked.answer();
      else asked.fail('unreachable');
    });
    endpoint.listModels = () => Promise.reject(new EndpointError('scripted', 'unreachable', 'nobody is there'));
    send();
    await clock.pass(0);
    isUp = false;
    const outcomes = Array.from({ length: 10 }, () => send());
    await clock.pass(110_000);
    assert.equal(connection.stats().stopped, null);
    await clock.pass(20_000);
    assert.equal(connection.stats().stopped?.failure, 'unreachable');
    assert.ok(outcomes.every(({ error }) => error === connection.stats().stopped));
  });

  test('a service that has never answered is given up sooner', async () => {
    const { clock, endpoint, send } = open({}, (asked) => {
      asked.fail('unreachable');
    });
    endpoint.listModels = () => Promise.reject(new EndpointError('scripted', 'unreachable', 'nobody is there'));
    const outcome = send();
    await clock.pass(40_000);
    assert.ok(outcome.error instanceof EndpointError && outcome.error.stopsEndpoint);
  });

  test('a request that breaks its connection every time is rejected alone when the service is alive', async () => {
    const { clock, connection, send } = open({ maxConcurrency: 1, retries: 3 }, (asked) => {
      if (asked.request.messages[0]?.content === 'poison') asked.fail('unreachable');
      else asked.answer();
    });
    send('fine');
    await clock.pass(0);
    const poison = send('poison');
    for (let second = 0; second < 100; second += 1) {
      send('fine');
      await clock.pass(1000);
    }
    assert.ok(poison.error instanceof EndpointError && !poison.error.stopsEndpoint);
    assert.equal(connection.stats().stopped, null);
  });

  test('a wait longer than a run waits stops the endpoint', async () => {
    const { clock, connection, send } = open({}, (asked) => {
      asked.fail('rate-limited', { retryAfterSeconds: 3600 });
    });
    send();
    await clock.pass(0);
    assert.match(connection.stats().stopped?.message ?? '', /3600 s/u);
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
    } = open({ budget, retries: 5 }, (asked, index) => {
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
    const { clock, connection, send } = open({ prices: { prompt: 1_000_000, completion: 2_000_000 } }, (asked) => {
      asked.answer('yes', { prompt: 10, completion: 5 });
    });
    send();
    send();
    await clock.pass(0);
    assert.deepEqual(connection.stats().tokens, { prompt: 20, completion: 10 });
    assert.equal(connection.stats().cost, 40);
  });

  test('has no cost without prices', () => {
    assert.equal(open().connection.stats().cost, null);
  });

  test('a token budget is never exceeded, whatever the answers take', async () => {
    const clock = createFakeClock();
    const budget = createBudget({ tokens: 2000 }, clock);
    const { send, clock: time } = open({ budget }, (asked) => {
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
