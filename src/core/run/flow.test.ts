import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import fc from 'fast-check';
import type { SourceEntry } from '../datasets/readSource.ts';
import type { ModifyStep, PlanStep, ReadStep } from '../pipeline/plan.ts';
import { formatKey } from '../record/key.ts';
import type { Outcome } from '../steps/step.ts';
import { Flow, type FlowOptions, type FlowSink } from './flow.ts';

function readStep(id: string): ReadStep {
  return {
    id,
    kind: 'read',
    from: [],
    prefixesKeys: false,
    source: { kind: 'list', values: [], field: 'value', label: id },
  };
}

function step(id: string, from: readonly string[]): ModifyStep {
  return {
    id,
    kind: 'modify',
    from: from.map((name, source) => ({ step: name, source })),
    prefixesKeys: from.length > 1,
    rename: {},
    set: {},
    remove: [],
  };
}

function sink(from: string, limit = Number.POSITIVE_INFINITY): FlowSink & { readonly taken: string[] } {
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

const silent = { entered: () => undefined, left: () => undefined, passed: () => undefined, rejected: () => undefined };
const memory = { put: (text: string) => text, get: (held: unknown) => String(held) };

function* numbers(count: number): Generator<SourceEntry> {
  for (let index = 0; index < count; index += 1) yield { kind: 'record', key: [index], fields: { value: index } };
}

async function* source(count: number): AsyncGenerator<SourceEntry> {
  for (const entry of numbers(count)) {
    await Promise.resolve();
    yield entry;
  }
}

function flow(steps: readonly PlanStep[], sinks: readonly FlowSink[], options: Partial<FlowOptions>): Flow {
  return new Flow({
    steps,
    sinks,
    observer: silent,
    held: memory,
    read: () => source(3),
    mayEnter: (open) => open < 8,
    work: (_, item) => ({ records: [{ fields: item.fields, index: null }], rejections: [] }),
    ...options,
  });
}

const fan = (count: number): Outcome => ({
  records: Array.from({ length: count }, (_, index) => ({ fields: {}, index })),
  rejections: [],
});

test('the order of the output does not depend on how long each answer takes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.nat(3), { minLength: 40, maxLength: 40 }),
      async (window, delays) => {
        const steps = [
          readStep('macro'),
          step('sub', ['macro']),
          step('topics', ['sub', 'macro']),
          step('lines', ['topics']),
        ];
        const out = sink('lines');
        let calls = 0;
        const run = flow(steps, [out], {
          mayEnter: (open) => open < window,
          async work(current: PlanStep) {
            calls += 1;
            await sleep(delays[calls % delays.length] ?? 0);
            return current.id === 'topics' ? { records: [{ fields: {}, index: null }], rejections: [] } : fan(2);
          },
        });
        await run.run();
        const expected: string[] = [];
        for (let macro = 0; macro < 3; macro += 1)
          for (let sub = 0; sub < 2; sub += 1)
            for (let line = 0; line < 2; line += 1) expected.push(`0.${macro}.${sub}.${line}`);
        for (let macro = 0; macro < 3; macro += 1)
          for (let line = 0; line < 2; line += 1) expected.push(`1.${macro}.${line}`);
        assert.deepEqual(out.taken, expected);
      },
    ),
    { numRuns: 30 },
  );
});

test('a full sink ends the flow although answers are still awaited', async () => {
  const out = sink('slow', 2);
  await flow([readStep('in'), step('slow', ['in'])], [out], {
    work: (_, item) =>
      item.key[0] === 2
        ? new Promise<Outcome>(() => undefined)
        : { records: [{ fields: {}, index: null }], rejections: [] },
  }).run();
  assert.deepEqual(out.taken, ['0', '1']);
});

test('an error in a step fails the flow, and what stood before it is committed', async () => {
  const out = sink('work');
  const run = flow([readStep('in'), step('work', ['in'])], [out], {
    work(_, item) {
      if (item.key[0] === 1) throw new Error('broken');
      return { records: [{ fields: {}, index: null }], rejections: [] };
    },
  }).run();
  await assert.rejects(run, /broken/u);
  assert.deepEqual(out.taken, ['0']);
});

test('a step that several steps read from feeds each of them, and two outputs keep their own order', async () => {
  const left = sink('left');
  const both = sink('both');
  const steps = [readStep('in'), step('left', ['in']), step('right', ['in']), step('both', ['left', 'right'])];
  await flow(steps, [left, both], {
    work: (current, item) =>
      current.id === 'right' && item.key[0] === 1 ? fan(0) : { records: [{ fields: {}, index: null }], rejections: [] },
  }).run();
  assert.deepEqual(left.taken, ['0', '1', '2']);
  assert.deepEqual(both.taken, ['0.0', '0.1', '0.2', '1.0', '1.2']);
});

test('never more records are on their way than may enter', async () => {
  let [open, most] = [0, 0];
  const out = sink('work');
  await flow([readStep('in'), step('work', ['in'])], [out], {
    read: () => source(200),
    mayEnter: (count) => count < 5,
    async work() {
      open += 1;
      most = Math.max(most, open);
      await sleep(0);
      open -= 1;
      return { records: [{ fields: {}, index: null }], rejections: [] };
    },
  }).run();
  assert.equal(out.taken.length, 200);
  assert.ok(most <= 5, `${most} at once`);
});

test('rounds follow each other, with the round before every key', async () => {
  const out = sink('work');
  await flow([readStep('in'), step('work', ['in'])], [out], {
    read: () => source(2),
    another: (round) => round < 3,
  }).run();
  assert.deepEqual(out.taken, ['0.0', '0.1', '1.0', '1.1', '2.0', '2.1']);
});
