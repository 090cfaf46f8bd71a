import { EndpointError, type EndpointFailure } from '../../errors.ts';
import { chatBound, textBound, type Call, type Outcome } from '../../transport/around.ts';
import { systemClock, type Clock } from '../../transport/clock.ts';
import { waitSignal } from '../../transport/waiting.ts';
import type { ChatOptions, ChatRequest, EmbedOptions, Endpoint } from '../endpoint.ts';
import type { NamedProfile } from '../profile.ts';
import { replicaProblem } from './findProfile.ts';
import { Replica } from './replica.ts';

/** Of failures of several kinds the one that tells best when to try again. */
const BY_HOPE: readonly EndpointFailure[] = ['rate-limited', 'server', 'timeout', 'unreachable', 'unreadable'];

/**
 * Several replicas of one model behind one name. Each request goes to the replica with the largest share of its slots free.
 * One that fails is rested, longer each time, and then tried with a single request; the request it failed moves on to the
 * others at once. A replica that can never answer (key, quota, unknown model) is left out. The pool fails a request when
 * every replica has, and stops when none is left, with the reason of each.
 *
 * For reuse the replicas are one service: the pool's `identity`, else the first replica's, whichever of them answers. So a
 * pool grows and shrinks behind its first replica without paying for anything again. The body that is shown and hashed is
 * the first replica's, too; each is sent the request in its own form, under its own name of the model.
 *
 * @param open makes the endpoint of a replica
 * @throws EndpointError when the replicas are not there
 */
export function createPoolEndpoint(
  named: NamedProfile,
  open: (replica: NamedProfile) => Endpoint,
  clock: Clock = systemClock,
): Endpoint {
  const { name, profile, replicas: members = [] } = named;
  const problem = replicaProblem(named);
  if (problem !== null) {
    throw new EndpointError(name, 'not-found', `Endpoint ${name}: ${problem}.`, { stopsEndpoint: true });
  }
  const halt = new AbortController();
  const replicas = members.map((member) => new Replica(open(member), member, clock, halt.signal));
  const [leader] = replicas;
  if (leader === undefined) throw new Error('a pool without replicas is a problem');
  let waiters: (() => void)[] = [];

  function wake(): void {
    const woken = waiters;
    waiters = [];
    for (const wakeOne of woken) wakeOne();
  }

  /** None of them could answer: why, of each. */
  function failure(ended: readonly Replica[], isStopped: boolean): EndpointError {
    const errors = ended.flatMap(({ latest }) => latest ?? []);
    const passing = errors.filter(({ retryable }) => retryable);
    const hopeful = BY_HOPE.map((kind) => passing.find((error) => error.failure === kind)).find((error) => error);
    const leading = hopeful ?? errors[0];
    const count =
      replicas.length === 1 ? 'its only replica does not answer' : `none of its ${replicas.length} replicas answers`;
    const reasons = errors.map(({ message }) => message).join(' ');
    return new EndpointError(name, leading?.failure ?? 'server', `Endpoint ${name}: ${count}. ${reasons}`.trimEnd(), {
      status: leading?.status,
      retryAfterSeconds: leading?.retryAfterSeconds,
      stopsEndpoint: isStopped,
    });
  }

  /** The least busy replica that has not failed this request, as soon as one can take it. */
  async function acquire(tried: ReadonlySet<Replica>, options: ChatOptions): Promise<Replica> {
    for (;;) {
      options.signal?.throwIfAborted();
      const alive = replicas.filter((replica) => !replica.isDead);
      if (alive.length === 0) throw failure(replicas, true);
      const left = alive.filter((replica) => !tried.has(replica));
      const free = left.filter(({ load }) => load !== null).sort((a, b) => (a.load ?? 0) - (b.load ?? 0));
      const [first] = free;
      if (first !== undefined) {
        first.take();
        return first;
      }
      const rests = left.map(({ rest }) => rest);
      // Whoever has failed already may be well again before one that rests is.
      if (tried.size > 0 && rests.every((rest) => rest > 0)) throw failure(replicas, false);
      await change(Math.min(...rests.filter((rest) => rest > 0)), options);
    }
  }

  /** Waits until a slot is given back, or a rest is over. */
  async function change(milliseconds: number, options: ChatOptions): Promise<void> {
    const given = Promise.withResolvers<undefined>();
    waiters.push(() => {
      given.resolve(undefined);
    });
    const over = new AbortController();
    const signal = AbortSignal.any([waitSignal(options, halt.signal), over.signal]);
    const rest = clock.sleep(Math.min(milliseconds, LONGEST_LOOK), signal);
    try {
      await Promise.race([given.promise, rest]);
    } finally {
      over.abort(new Error('no longer needed'));
      rest.catch(() => undefined);
    }
  }

  async function carryOut<Result>(
    options: ChatOptions,
    bound: Call['bound'],
    ask: (replica: Replica, options: ChatOptions) => Promise<Outcome<Result>>,
  ): Promise<Result> {
    const tried = new Set<Replica>();
    let failed: EndpointError | undefined;
    for (;;) {
      const replica = await acquire(tried, options);
      try {
        const outcome = await replica.send({ options, bound }, async (sent) => {
          if (failed !== undefined) await options.beforeAgain?.(failed);
          return ask(replica, sent);
        });
        return outcome.result;
      } catch (error) {
        if (!(error instanceof EndpointError) || isRequestsFault(error)) throw error;
        tried.add(replica);
        failed = error;
      } finally {
        wake();
      }
    }
  }

  /** The model under the name that the replica has for it. */
  function modelFor({ profile: own }: Replica, model: string): string {
    return profile.model === undefined || model === profile.model ? (own.model ?? model) : model;
  }

  function requestFor(replica: Replica, request: ChatRequest): ChatRequest {
    return { ...request, model: modelFor(replica, request.model) };
  }

  return {
    name,
    identity: profile.identity ?? leader.endpoint.identity,
    body: (request) => leader.endpoint.body(requestFor(leader, request)),
    chat(request, options = {}) {
      return carryOut(
        options,
        () => chatBound(request),
        async (replica, sent) => {
          const answer = await replica.endpoint.chat(requestFor(replica, request), sent);
          return { result: answer, usage: answer.usage };
        },
      );
    },
    embed(model, texts, options: EmbedOptions = {}) {
      return carryOut(
        options,
        () => ({ prompt: textBound(texts), completion: 0 }),
        async (replica, sent) => {
          const vectors = await replica.endpoint.embed(modelFor(replica, model), texts, { ...options, ...sent });
          return { result: vectors, usage: vectors.usage ?? null };
        },
      );
    },
    async models(signal) {
      const lists = await Promise.allSettled(replicas.map(({ endpoint }) => endpoint.models(signal)));
      const names = new Set<string>();
      let answered = false;
      for (const [index, list] of lists.entries()) {
        if (list.status === 'rejected') continue;
        answered = true;
        replicas[index]?.recovered();
        for (const model of list.value) names.add(model);
      }
      if (answered) {
        wake();
        return [...names];
      }
      signal?.throwIfAborted();
      throw merged(lists, 'no replica answers');
    },
    async ready(signal) {
      const checks = replicas.map(({ endpoint }) => endpoint.ready?.(signal) ?? endpoint.models(signal));
      const results = await Promise.allSettled(checks);
      signal?.throwIfAborted();
      if (results.every(({ status }) => status === 'fulfilled')) return;
      const ill = results.filter(({ status }) => status === 'rejected');
      throw merged(results, `${ill.length} of its ${replicas.length} replicas cannot be used`);
    },
    async close() {
      halt.abort(new Error(`The pool ${name} was closed`));
      await Promise.all(replicas.map(({ endpoint }) => endpoint.close()));
    },
  };

  function merged(results: readonly PromiseSettledResult<unknown>[], what: string): unknown {
    const reasons = results.flatMap((result): unknown[] => (result.status === 'rejected' ? [result.reason] : []));
    const [first] = reasons;
    if (!(first instanceof EndpointError)) return first;
    const messages = reasons.map((reason) => (reason instanceof Error ? reason.message : String(reason)));
    return new EndpointError(name, first.failure, `Endpoint ${name}: ${what}. ${messages.join(' ')}`);
  }
}

/** Limits of the service may change while it is waited for; it is looked at again after this many milliseconds. */
const LONGEST_LOOK = 30_000;

/** Every replica would say the same. */
function isRequestsFault(error: EndpointError): boolean {
  return error.failure === 'rejected' && !error.stopsEndpoint;
}
