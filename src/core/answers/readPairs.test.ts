import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPairs } from './readPairs.ts';

const cases: readonly (readonly [string, string, readonly (readonly [string, string])[]])[] = [
  [
    'two pairs',
    'Question: Why?\nAnswer: Because.\nQuestion: How?\nAnswer: So.',
    [
      ['Why?', 'Because.'],
      ['How?', 'So.'],
    ],
  ],
  [
    'bullets, numbers, bold and blank lines around them',
    'Here they are:\n\n- **Question 1:** Why?\n\n**Answer:** Because.\n\n2. Question: How?\n   Answer: So.\n\n---\n',
    [
      ['Why?', 'Because.'],
      ['How?', 'So.'],
    ],
  ],
  [
    'instructions with responses of several lines',
    'Instruction: List them.\nKeep it short.\nResponse:\n\n- a\n\n  - b\n- c',
    [['List them.\nKeep it short.', '- a\n\n  - b\n- c']],
  ],
  [
    'code that looks like a label',
    'Question: Print it.\nAnswer: So:\n```\nAnswer: 3\nQuestion: none\n```',
    [['Print it.', 'So:\n```\nAnswer: 3\nQuestion: none\n```']],
  ],
  [
    'a question without an answer and an answer that mentions another',
    'Question: A?\nQuestion: B?\nAnswer: b\nAnswer: still b',
    [
      ['A?', ''],
      ['B?', 'b\nAnswer: still b'],
    ],
  ],
  ['no pair', 'I cannot help with this.\nAnswer: no', []],
];
for (const [name, text, expected] of cases) {
  test(`reads ${name}`, () => {
    assert.deepEqual(
      readPairs(text).map(({ question, answer }) => [question, answer]),
      expected,
    );
  });
}
