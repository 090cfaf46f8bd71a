import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EndpointError } from '../errors.ts';
import { openScripted } from './openScripted.ts';

describe('health', () => {
  for (const failure of ['key-missing', 'key-refused', 'payment', 'unknown-model'] as const) {
    test(`${failure} stops the endpoint: who waits and who comes later fail with the same error at once`, async () => {
      const { clock, endpoint, connection, send } = openScripted({ maxConcurrency: 1 });
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
    const { clock, endpoint, send } = openScripted({ maxConcurrency: 2 });
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
    const { clock, connection, send } = openScripted({}, (asked) => {
      asked.fail('forbidden');
    });
    const outcome = send();
    await clock.pass(0);
    assert.ok(outcome.error instanceof EndpointError && outcome.error.stopsEndpoint);
    assert.equal(connection.stats().stopped?.failure, 'forbidden');
  });

  test('later a 403 is about its request, until there are five in a row', async () => {
    const forbidden = new Set([1, 2, 3, 4, 6, 7, 8, 9, 10]);
    const { clock, connection, send } = openScripted({ maxConcurrency: 1 }, (asked, index) => {
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
    const { clock, connection, send } = openScripted({ retries: 1, maxConcurrency: 1 }, (asked) => {
      asked.fail('server');
    });
    const outcomes = Array.from({ length: 50 }, () => send());
    await clock.pass(60_000);
    const rejected = outcomes.filter(({ error }) => error instanceof EndpointError && !error.stopsEndpoint);
    assert.equal(rejected.length, 4);
    assert.ok(outcomes.every(({ error }) => error instanceof EndpointError));
    assert.match(connection.stats().stopped?.message ?? '', /5 requests in a row/u);
  });

  test('a service that refuses the first twenty requests all alike is sent no more, and says what to do', async () => {
    const { clock, endpoint, connection, send } = openScripted({ maxConcurrency: 1 }, (asked) => {
      asked.fail('rejected');
    });
    const outcomes = Array.from({ length: 100 }, () => send());
    await clock.pass(0);
    for (let turn = 0; turn < 100; turn += 1) await clock.pass(0);
    assert.equal(endpoint.asked.length, 20);
    const own = outcomes.filter(({ error }) => error instanceof EndpointError && !error.stopsEndpoint);
    assert.equal(own.length, 19);
    assert.match(connection.stats().stopped?.message ?? '', /first 20 requests.*--retry-failed/su);
  });

  test('once it has answered, or is known to have, refusals are the business of their records', async () => {
    for (const isProven of [false, true]) {
      const { clock, endpoint, connection, send } = openScripted({ maxConcurrency: 1, isProven }, (asked, index) => {
        if (!isProven && index === 0) asked.answer();
        else asked.fail('rejected');
      });
      for (let request = 0; request < 100; request += 1) send();
      for (let turn = 0; turn < 200; turn += 1) await clock.pass(0);
      assert.equal(endpoint.asked.length, 100);
      assert.equal(connection.stats().stopped, null);
    }
  });

  test('while the service is out of reach nothing is lost, and it goes on when the service is back', async () => {
    let isUp = true;
    const { clock, endpoint, connection, send } = openScripted({ maxConcurrency: 20 }, (asked) => {
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
    const { clock, endpoint, connection, send } = openScripted({}, (asked) => {
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
    const { clock, endpoint, send } = openScripted({}, (asked) => {
      asked.fail('unreachable');
    });
    endpoint.listModels = () => Promise.reject(new EndpointError('scripted', 'unreachable', 'nobody is there'));
    const outcome = send();
    await clock.pass(40_000);
    assert.ok(outcome.error instanceof EndpointError && outcome.error.stopsEndpoint);
  });

  test('a request that breaks its connection every time is rejected alone when the service is alive', async () => {
    const { clock, connection, send } = openScripted({ maxConcurrency: 1, retries: 3 }, (asked) => {
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
    const { clock, connection, send } = openScripted({}, (asked) => {
      asked.fail('rate-limited', { retryAfterSeconds: 3600 });
    });
    send();
    await clock.pass(0);
    assert.match(connection.stats().stopped?.message ?? '', /3600 s/u);
  });
});
