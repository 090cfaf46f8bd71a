import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BudgetReachedError, EndpointError, type EndpointFailure } from '../../errors.ts';
import { createBudget } from '../../transport/budget.ts';
import { connect } from '../../transport/connect.ts';
import { createFakeClock } from '../../transport/fakeClock.ts';
import type { Answer, ChatRequest, Endpoint } from '../endpoint.ts';
import { endpointProfileSchema, type NamedProfile } from '../profile.ts';
import { testConnection } from '../testConnection.ts';
import { findProfile, replicaProblem, withReplicaNames } from './findProfile.ts';
import { createPoolEndpoint } from './poolEndpoint.ts';

function replicaProfile(name: string, more: object = {}): NamedProfile {
  const base_url = `http://${name}.test/v1`;
  return { name, profile: endpointProfileSchema.parse({ base_url, model: 'm', ...more }) };
}

const request: ChatRequest = { model: 'm', messages: [{ role: 'user', content: 'hi' }], generation: {} };

/** A replica that a test answers for. */
class Scripted implements Endpoint {
  readonly name: string;
  readonly identity: string;
  /** What it was asked, in order. */
  readonly asked: ChatRequest[] = [];
  /** Answers that are awaited. */
  readonly open: PromiseWithResolvers<Answer>[] = [];
  failure: EndpointFailure | null = null;
  holds = false;

  constructor(name: string) {
    this.name = name;
    this.identity = `openai ${name}`;
  }

  body = ({ model }: ChatRequest) => ({ model, from: this.name });

  chat(asked: ChatRequest): Promise<Answer> {
    this.asked.push(asked);
    if (this.failure !== null) return Promise.reject(this.error(this.failure));
    if (!this.holds) return Promise.resolve(this.answer());
    const pending = Promise.withResolvers<Answer>();
    this.open.push(pending);
    return pending.promise;
  }

  models(): Promise<readonly string[]> {
    return this.failure === null ? Promise.resolve(['m']) : Promise.reject(this.error(this.failure));
  }

  embed = () => Promise.resolve([[1]]);
  close = () => Promise.resolve();

  answer(): Answer {
    return { choices: [{ text: this.name, finishReason: 'stop' }], model: 'm', usage: null };
  }

  error(failure: EndpointFailure): EndpointError {
    return new EndpointError(this.name, failure, `Endpoint ${this.name}: ${failure} of ${this.name}.`);
  }
}

function pool(names: readonly string[], settings: { pool?: object; replicas?: Readonly<Record<string, object>> } = {}) {
  const clock = createFakeClock();
  const members = new Map(names.map((name) => [name, new Scripted(name)]));
  const profiles = [
    ...names.map((name) => replicaProfile(name, settings.replicas?.[name])),
    { name: 'pool', profile: endpointProfileSchema.parse({ kind: 'pool', replicas: names, ...settings.pool }) },
  ];
  const named = findProfile(profiles, 'pool');
  assert.ok(named !== undefined);
  const open = ({ name }: NamedProfile): Endpoint => members.get(name) ?? assert.fail(name);
  const replica = (name: string): Scripted => members.get(name) ?? assert.fail(name);
  return { endpoint: createPoolEndpoint(named, open, clock), clock, replica, named };
}

const textOf = async (answer: Promise<Answer>) => (await answer).choices[0]?.text;

async function failureOf(outcome: Promise<unknown>): Promise<EndpointError> {
  const error = await outcome.then(
    () => assert.fail('it should have failed'),
    (caught: unknown) => caught,
  );
  assert.ok(error instanceof EndpointError, String(error));
  return error;
}

describe('a pool', () => {
  test('asks the replica with the largest share of its slots free', async () => {
    const { endpoint, replica } = pool(['a', 'b'], {
      replicas: { a: { max_concurrency: 1 }, b: { max_concurrency: 3 } },
    });
    replica('a').holds = true;
    replica('b').holds = true;
    const answers = [1, 2, 3, 4].map(() => endpoint.chat(request));
    await new Promise(setImmediate);
    assert.deepEqual([replica('a').asked.length, replica('b').asked.length], [1, 3]);
    const waiting = endpoint.chat(request);
    await new Promise(setImmediate);
    assert.equal(replica('a').asked.length + replica('b').asked.length, 4, 'there is no slot for a fifth');
    replica('b').open[0]?.resolve(replica('b').answer());
    await new Promise(setImmediate);
    assert.equal(replica('b').asked.length, 4, 'the slot that was given back is taken');
    for (const name of ['a', 'b']) for (const { resolve } of replica(name).open) resolve(replica(name).answer());
    await Promise.all([...answers, waiting]);
  });

  test('moves a request on when a replica fails, rests that one, and tries it again', async () => {
    const { endpoint, replica, clock } = pool(['a', 'b']);
    replica('a').failure = 'server';
    assert.equal(await textOf(endpoint.chat(request)), 'b');
    assert.equal(await textOf(endpoint.chat(request)), 'b');
    assert.equal(replica('a').asked.length, 1, 'it rests');
    replica('a').failure = null;
    await clock.pass(1000);
    assert.equal(await textOf(endpoint.chat(request)), 'a');
  });

  test('rests a failing replica longer each time, and tries it with one request alone', async () => {
    const { endpoint, replica, clock } = pool(['a', 'b']);
    replica('a').failure = 'unreachable';
    await endpoint.chat(request);
    await clock.pass(1000);
    await endpoint.chat(request);
    await clock.pass(1000);
    await endpoint.chat(request);
    assert.equal(replica('a').asked.length, 2, 'the second rest takes two seconds');
    await clock.pass(1000);
    replica('a').failure = null;
    replica('a').holds = true;
    const [first, second] = [endpoint.chat(request), endpoint.chat(request)];
    assert.equal(await textOf(second), 'b');
    replica('a').open[0]?.resolve(replica('a').answer());
    assert.equal(await textOf(first), 'a');
  });

  test('leaves a replica out that can never answer, and fails with the reason of each when none is left', async () => {
    const { endpoint, replica, clock } = pool(['a', 'b']);
    replica('a').failure = 'key-refused';
    assert.equal(await textOf(endpoint.chat(request)), 'b');
    await clock.pass(3_600_000);
    assert.equal(await textOf(endpoint.chat(request)), 'b');
    assert.equal(replica('a').asked.length, 1);
    replica('b').failure = 'payment';
    const error = await failureOf(endpoint.chat(request));
    assert.equal(error.stopsEndpoint, true);
    assert.match(
      error.message,
      /^Endpoint pool: none of its 2 replicas answers\. .*key-refused of a\. .*payment of b\./u,
    );
  });

  test('fails with the reason of each when all fail for now, and may be asked again', async () => {
    const { endpoint, replica } = pool(['a', 'b']);
    replica('a').failure = 'unreachable';
    replica('b').failure = 'rate-limited';
    const error = await failureOf(endpoint.chat(request));
    assert.deepEqual([error.failure, error.retryable], ['rate-limited', true]);
    assert.match(error.message, /unreachable of a\. .*rate-limited of b\./u);
  });

  test('counts every replica that is asked against the budget, and asks no more than that allows', async () => {
    const { endpoint, replica } = pool(['a', 'b']);
    replica('a').failure = 'timeout';
    const budget = createBudget({ requests: 2 });
    const connection = connect(endpoint, { maxConcurrency: 1, retries: 0, budget });
    const charged: number[] = [];
    const onFailed = ({ completion }: { completion: number }): void => void charged.push(completion);
    const counted = { ...request, generation: { max_tokens: 7 } };
    assert.equal(await textOf(connection.chat(counted, { onFailed })), 'b');
    // The one that was given up may have been answered, unheard.
    assert.deepEqual([charged, budget.spent().requests, connection.stats().requests], [[7], 2, 2]);
    await assert.rejects(connection.chat(counted), BudgetReachedError);
    const failing = pool(['a', 'b']);
    failing.replica('a').failure = 'timeout';
    const one = createBudget({ requests: 1 });
    const stopped = connect(failing.endpoint, { maxConcurrency: 1, retries: 0, budget: one });
    await assert.rejects(stopped.chat(counted), BudgetReachedError);
    assert.deepEqual([failing.replica('b').asked.length, one.spent().requests], [0, 1]);
  });

  test('hands a request that is wrong itself back at once', async () => {
    const { endpoint, replica } = pool(['a', 'b']);
    replica('a').failure = 'rejected';
    assert.equal((await failureOf(endpoint.chat(request))).failure, 'rejected');
    assert.equal(replica('b').asked.length, 0);
  });

  test('waits no longer than its caller', async () => {
    const { endpoint, replica } = pool(['a'], { replicas: { a: { max_concurrency: 1 } } });
    replica('a').holds = true;
    const first = endpoint.chat(request);
    const controller = new AbortController();
    const second = endpoint.chat(request, { admission: controller.signal });
    controller.abort(new Error('enough'));
    await assert.rejects(second, /enough/u);
    replica('a').open[0]?.resolve(replica('a').answer());
    assert.equal(await textOf(first), 'a');
  });

  test('asks each replica for the model under its own name', async () => {
    const { endpoint, replica } = pool(['a', 'b'], {
      pool: { model: 'llama' },
      replicas: { a: { model: 'llama-a' }, b: { model: 'llama-b' } },
    });
    replica('a').failure = 'server';
    await endpoint.chat({ ...request, model: 'llama' });
    await endpoint.chat({ ...request, model: 'other' });
    assert.deepEqual(
      [replica('a').asked[0]?.model, replica('b').asked.map(({ model }) => model)],
      ['llama-a', ['llama-b', 'other']],
    );
  });
});

describe('for reuse a pool', () => {
  test('is its first replica, whoever answers, so that another replica costs nothing', () => {
    const alone = pool(['a']).endpoint;
    const grown = pool(['a', 'b']).endpoint;
    assert.equal(grown.identity, 'openai a');
    assert.deepEqual([alone.identity, alone.body(request)], [grown.identity, grown.body(request)]);
  });

  test('has the identity that its profile gives it', () => {
    assert.equal(pool(['a', 'b'], { pool: { identity: 'llama-70b' } }).endpoint.identity, 'llama-70b');
  });
});

describe('the profile of a pool', () => {
  test('has the model, the prices and the slots of its replicas where it says nothing', () => {
    const { named } = pool(['a', 'b'], {
      replicas: { a: { max_concurrency: 4, prices: { prompt: 1, completion: 2 } }, b: {} },
    });
    const { model, max_concurrency, prices } = named.profile;
    assert.deepEqual([model, max_concurrency, prices], ['m', 20, { prompt: 1, completion: 2 }]);
  });

  test('that names a profile which is not there, or another pool, is told', () => {
    const parse = (replicas: readonly string[]) => endpointProfileSchema.parse({ kind: 'pool', replicas });
    const profiles = [
      replicaProfile('a'),
      { name: 'p', profile: parse(['a', 'gone']) },
      { name: 'q', profile: parse(['a', 'p']) },
    ];
    const problem = (name: string) => replicaProblem(findProfile(profiles, name) ?? assert.fail());
    assert.match(problem('p') ?? '', /`replicas` of the pool p names gone, which no profile is called/u);
    assert.match(problem('q') ?? '', /p, of the kind pool, cannot be a replica of the pool q/u);
    assert.equal(problem('a'), null);
  });

  test('lets its replicas have their keys', () => {
    const { named } = pool(['a', 'b']);
    assert.deepEqual(withReplicaNames(['pool'], [named]), ['pool', 'a', 'b']);
  });
});

test('Test Connection tells which replicas of a pool cannot be used', async () => {
  const { endpoint, replica, named } = pool(['a', 'b', 'c']);
  replica('b').failure = 'unreachable';
  const { ok, message } = await testConnection(endpoint, named.profile);
  assert.equal(ok, false);
  assert.match(message, /1 of its 3 replicas cannot be used\. .*unreachable of b\./u);
  replica('b').failure = null;
  assert.equal((await testConnection(endpoint, named.profile)).ok, true);
});
