import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { TASK_ORDER, taskOf } from './templateTasks.ts';

test('every built-in template has a place in the view', async () => {
  const names = await readdir(new URL('../../core/library/prompts/', import.meta.url));
  for (const name of names) {
    const task = taskOf(name.replace(/\.prompt\.md$/u, ''));
    assert.notEqual(task, 'Others', name);
    assert.ok(TASK_ORDER.includes(task), name);
  }
});

test('a copy stands beside what it was copied from, and a template beside the one it replaces', () => {
  assert.equal(taskOf('my-math-subtopics'), 'Mathematics');
  assert.equal(taskOf('curator-distill'), 'Rewriting documents');
  assert.equal(taskOf('sea-words', 'writing-task'), 'Writing');
  assert.equal(taskOf('sea-words'), 'Others');
});
