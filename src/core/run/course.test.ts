import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Course } from './course.ts';

test('a run that takes hours has as few spans as one that takes a minute, and no answer is lost', () => {
  let now = 0;
  const course = new Course(() => now, 0);
  for (let second = 0; second < 7200; second += 1) {
    now = second * 1000;
    course.add(second < 3600 ? 1000 : 3000);
  }
  const { seconds, spans } = course.figures();
  assert.equal(seconds, 128);
  assert.ok(spans.length <= 60, `${spans.length} spans`);
  assert.equal(
    spans.reduce((sum, { answers }) => sum + answers, 0),
    7200,
  );
  assert.deepEqual([spans[0]?.mean, spans.at(-1)?.mean, spans.at(-1)?.longest], [1, 3, 3]);
});

test('another process goes on where the one before stopped', () => {
  let now = 0;
  const first = new Course(() => now, 0);
  first.add(500);
  now = 1_000_000;
  const second = new Course(() => now, now, { figures: first.figures(), seconds: 4 });
  now += 2500;
  second.add(1500);
  assert.deepEqual(
    second.figures().spans.map(({ answers, mean }) => [answers, mean]),
    [[1, 0.5], ...Array.from({ length: 5 }, () => [0, 0]), [1, 1.5]],
  );
});
