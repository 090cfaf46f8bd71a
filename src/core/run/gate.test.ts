import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import fc from 'fast-check';
import type { SourceEntry } from '../datasets/readSource.ts';
import type { ModifyStep, PlanStep, ReadStep, ShuffleStep } from '../pipeline/plan.ts';
import { formatKey } from '../record/key.ts';
import type { Item } from '../record/record.ts';
import { UNDECIDED, type OrderedRunner } from '../steps/ordered.ts';
import { Flow, type FlowOptions, type FlowSink } from './flow.ts';

const read: ReadStep = {
  id: 'in',
  kind: 'read',
  from: [],
  prefixesKeys: false,
  source: { kind: 'list', values: [], field: 'value', label: 'in' },
};
const plain = (id: string, ...from: string[]): ModifyStep => ({
  id,
  kind: 'modify',
  from: from.map((name, source) => ({ step: name, source })),
  prefixesKeys: from.length > 1,
  rename: {},
  set: {},
  remove: [],
});
const ordered = (id: string, ...from: string[]): ShuffleStep => ({
  id,
  kind: 'shuffle',
  from: from.map((name, source) => ({ step: name, source })),
  prefixesKeys: from.length > 1,
  seed: 0,
});

function output(from: string, limit = Number.POSITIVE_INFINITY): FlowSink & { readonly taken: string[] } {
  const taken: string[] = [];
  return {
    from,
    taken,
    backlog: 0,
    prepare: (item) => formatKey(item.key),
    commit(prepared) {
      taken.push(prepared);
    },
    get full() {
      return taken.length >= limit;
    },
  };
}

async function* source(count: number): AsyncGenerator<SourceEntry> {
  for (let index = 0; index < count; index += 1) {
    await Promise.resolve();
    yield { kind: 'record', key: [index], fields: { value: index } };
  }
}

function flow(steps: readonly PlanStep[], sinks: readonly FlowSink[], options: Partial<FlowOptions>): Flow {
  return new Flow({
    steps,
    sinks,
    observer: {
      entered: () => undefined,
      left: () => undefined,
      passed: () => undefined,
      rejected: () => undefined,
    },
    held: { put: (text) => text, get: String },
    read: () => source(6),
    mayEnter: (open) => open < 4,
    work: (_, item) => ({ records: [{ fields: item.fields, index: null }], rejections: [] }),
    ...options,
  });
}

/** Lets every record through at once, and notes in which order they came. */
function passing(seen: string[], take: (item: Item) => void | Promise<void> = () => undefined): OrderedRunner {
  return {
    needsAll: false,
    async take(item) {
      seen.push(formatKey(item.key));
      await take(item);
      return { records: [{ item }], rejections: [] };
    },
    end: () => [],
  };
}

/** Yields the records at the end, the last first. */
function reversing(): OrderedRunner {
  let kept: (() => Item)[] = [];
  return {
    needsAll: true,
    take(item, context) {
      kept.push(context.putAway(item));
      return UNDECIDED;
    },
    *end() {
      const all = kept.toReversed();
      kept = [];
      for (const takeOut of all) yield { records: [{ item: takeOut() }], rejections: [] };
    },
  };
}

test('a step in order gets its records in place order, whatever the steps before it take', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 8 }), fc.array(fc.nat(3), { minLength: 9 }), async (window, delays) => {
      const seen: string[] = [];
      const out = output('after');
      let calls = 0;
      await flow([read, plain('slow', 'in'), ordered('gate', 'slow', 'in'), plain('after', 'gate')], [out], {
        mayEnter: (open) => open < window,
        ordered: (step) => (step.id === 'gate' ? passing(seen, () => sleep(delays[0] ?? 0)) : undefined),
        async work(step, item) {
          calls += 1;
          await sleep(delays[calls % delays.length] ?? 0);
          return step.id === 'slow' && item.key[0] === 2
            ? { records: [], rejections: [] }
            : { records: [{ fields: item.fields, index: null }], rejections: [] };
        },
      }).run();
      const expected = ['0.0', '0.1', '0.3', '0.4', '0.5', '1.0', '1.1', '1.2', '1.3', '1.4', '1.5'];
      assert.deepEqual(seen, expected);
      assert.deepEqual(out.taken, expected);
    }),
    { numRuns: 30 },
  );
});

test('what a step yields at the end keeps that order through slow steps and further ordered ones', async () => {
  const out = output('last');
  const seen: string[] = [];
  await flow(
    [read, ordered('gate', 'in'), plain('slow', 'gate'), ordered('second', 'slow'), plain('last', 'second')],
    [out],
    {
      ordered: (step) => (step.id === 'gate' ? reversing() : step.id === 'second' ? passing(seen) : undefined),
      async work(_, item) {
        await sleep((item.key[0] ?? 0) % 3);
        return { records: [{ fields: item.fields, index: null }], rejections: [] };
      },
    },
  ).run();
  assert.deepEqual(out.taken, ['5', '4', '3', '2', '1', '0']);
  assert.deepEqual(seen, out.taken);
});

test('each round has an end of its own', async () => {
  const out = output('gate');
  await flow([read, ordered('gate', 'in')], [out], {
    ordered: (step) => (step.id === 'gate' ? reversing() : undefined),
    read: () => source(2),
    another: (round) => round < 2,
  }).run();
  assert.deepEqual(out.taken, ['0.1', '0.0', '1.1', '1.0']);
});

test('a preview hands a step that needs all its records only a few, and asks for no more', async () => {
  const out = output('gate', 3);
  let asked = 0;
  await flow([read, plain('ask', 'in'), ordered('gate', 'ask')], [out], {
    orderedLimit: 3,
    mayEnter: (open) => open < 1,
    ordered: (step) => (step.id === 'gate' ? reversing() : undefined),
    async work(_, item) {
      asked += 1;
      await sleep(0);
      return { records: [{ fields: item.fields, index: null }], rejections: [] };
    },
  }).run();
  assert.deepEqual(out.taken, ['2', '1', '0']);
  assert.equal(asked, 3);
});

test('an error in an ordered step fails the flow and closes it', async () => {
  let closed = false;
  const broken: OrderedRunner = {
    ...passing([], (item) => {
      if (item.key[0] === 2) throw new Error('broken');
    }),
    close() {
      closed = true;
      return Promise.resolve();
    },
  };
  const out = output('gate');
  const run = flow([read, ordered('gate', 'in')], [out], {
    ordered: (step) => (step.id === 'gate' ? broken : undefined),
  }).run();
  await assert.rejects(run, /broken/u);
  assert.deepEqual(out.taken, ['0', '1']);
  assert.ok(closed);
});

test('a record made of several has their common key and leads to all their answers', async () => {
  const histories: unknown[] = [];
  const out = { ...output('gate'), prepare: (item: Item) => (histories.push(item.origin), formatKey(item.key)) };
  const gathered: Item[] = [];
  await flow([read, plain('ask', 'in'), ordered('gate', 'ask')], [out], {
    read: () => source(1),
    work: (_, item) => ({
      records: [0, 1].map((index) => ({ fields: item.fields, index, address: `answer ${index}` })),
      rejections: [],
    }),
    ordered: (step) =>
      step.id !== 'gate'
        ? undefined
        : {
            needsAll: false,
            take(item) {
              gathered.push(item);
              const [first] = gathered;
              if (gathered.length < 2 || first === undefined) return UNDECIDED;
              return { records: [{ item: first, key: first.key.slice(0, -1), madeFrom: gathered }], rejections: [] };
            },
            end: () => [],
          },
  }).run();
  assert.deepEqual(out.taken, ['0']);
  assert.deepEqual((histories[0] as { addresses?: unknown }).addresses, ['answer 0', 'answer 1']);
});
