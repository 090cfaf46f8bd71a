import assert from 'node:assert/strict';
import { test } from 'node:test';
import { numberAskedFor } from './numberAskedFor.ts';
import { type SampleTask, understandRequest } from './understandRequest.ts';

function understand(content: string): SampleTask {
  return understandRequest([{ role: 'user', content }]);
}

/** What matters of a list request, in one line. */
function list(content: string): string {
  const task = understand(content);
  return task.kind === 'list' ? `${task.count} ${task.subject} ${task.form} <${task.about}>` : task.kind;
}

const COUNTS: readonly (readonly [text: string, count: number | null])[] = [
  ['Name 20 broad topics.', 20],
  ['Would you generate twelve detailed topics?', 12],
  ['Write 5 questions of one to six words each.', 5],
  ['A numbered list of exactly 7 lines, at most fifteen words per line.', 7],
  ['7 names for a cat, please', 7],
  ['Topic: the 50 states. Write 4 questions about it.', 4],
  ['Return a JSON array of 6 strings.', 6],
  ['Write a lesson with a summary and three exercises.', null],
  ['Use at most 200 words.', null],
  ['Version 3.14 of level 2.', null],
  ['No number at all.', null],
];

for (const [text, count] of COUNTS) {
  test(`the number asked for in "${text}" is ${String(count)}`, () => {
    assert.equal(numberAskedFor(text)?.count ?? null, count);
  });
}

test('templates in other words than the built-in ones are understood as well', () => {
  const daily = 'Please think of 12 wide-ranging topics from all aspects of everyday life. Answer with a list.';
  assert.equal(list(daily), '12 topics numbered <>');
  assert.equal(
    list('Please think of 7 detailed topics for different aspects of Tea. Answer with a list.'),
    '7 subtopics numbered <Tea>',
  );
  assert.equal(
    list('I want 4 questions or requests about Rivers and lakes. Vary them, and put them into a list.'),
    '4 questions numbered <Rivers and lakes>',
  );
  assert.equal(
    list('Invent 6 tasks, each of which is to write a "limerick" related to trains. Answer with a list of tasks.'),
    '6 writing-tasks numbered <trains>',
  );
  assert.equal(
    list('Question: What is tea?\n\nPlease revise the question above to ask for more. Write 4 revisions as a list.'),
    '4 revisions numbered <What is tea?>',
  );
  assert.equal(
    list(
      'TEXT: Tea is a drink.\n\nIt is old.\n\nWith the passage above in mind, pose 3 questions or tasks.\n1. Ask for a fact.\n2. Summarise.',
    ),
    '3 document-questions numbered <Tea is a drink.\n\nIt is old.>',
  );
  assert.equal(
    list('Make up 9 mathematics problems about "Circles" or solvable with "Circles".'),
    '9 math-problems numbered <Circles>',
  );
  assert.equal(list('Set 3 Rust coding problems about "Borrowing".'), '3 code-problems numbered <Borrowing>');
});

test('a text that nothing marks as one is found all the same', () => {
  assert.equal(
    list('Read this and write 5 questions about it, as a list.\n\nTea is a drink.\n\nIt is old.'),
    '5 document-questions numbered <Tea is a drink.\n\nIt is old.>',
  );
});

test('the form of a list is the one asked for', () => {
  assert.equal(
    list('Give me ten ideas for a birthday party, as a bulleted list.'),
    '10 items bullets <a birthday party>',
  );
  assert.equal(list('Return a JSON array of 6 riddles about cats.'), '6 items json <cats>');
  assert.equal(list('Write 3 topics as a YAML list.'), '3 topics yaml <>');
  assert.equal(list('List some names for a boat.'), '5 items numbered <a boat>');
});

test('a number alone does not make a question a list', () => {
  for (const text of [
    'Which three mistakes are most common?',
    'Explain tides in 5 sentences.',
    'Why do cats purr? Give two concrete examples.',
    'Name one point that is often overlooked.',
  ]) {
    assert.equal(understand(text).kind, 'answer', text);
  }
});

test('marks of earlier answers do not pile up', () => {
  assert.equal(list('Write 2 questions about this topic: Tea (sample)'), '2 questions numbered <Tea>');
});

test('a conversion is recognised with and without tags', () => {
  const answer = '1. Tea (sample)\n2. Coffee (sample)';
  for (const text of [
    `Convert the list in this text into a YAML list of strings.\n\n<text>\n${answer}\n</text>\n\nAnswer with YAML alone.`,
    `There is a list in what follows. Turn it into a yaml list of strings and write nothing more.\n\n ${answer}`,
  ]) {
    assert.deepEqual(understand(text), { kind: 'convert', answer });
  }
});

test('a next user turn is recognised with its style', () => {
  const history = 'User: Why is the sky blue?Assistant: Because of the air.';
  const ask = (how: string): SampleTask =>
    understand(`Here is a conversation of a user.\n\n${history}\n\nWrite the next ${how} message of the user.`);
  assert.equal(ask('').kind, 'user-turn');
  const styles = ['', 'concise', 'complex'].map((how) => {
    const task = ask(how);
    return task.kind === 'user-turn' ? task.style : task.kind;
  });
  assert.deepEqual(styles, ['normal', 'concise', 'complex']);
});

test('classifications are recognised, questions about yes-or-no questions are not', () => {
  assert.deepEqual(understand('Is "Tea" a drink? Start your answer with "Yes" or "No".'), {
    kind: 'label',
    labels: ['Yes', 'No'],
    entity: 'Tea',
  });
  const labelled = understand('Choose one label for "Tea".\nLabels: drink, food; other.');
  assert.deepEqual(labelled.kind === 'label' && labelled.labels, ['drink', 'food', 'other']);
  assert.equal(understand('<document>\nTea is a drink.\n</document>\n\nRewrite it.').kind, 'rewrite');
});

test('a text that holds its own closing tag is taken whole', () => {
  const task = understand('<document>\na\n</document>\nb\n</document>\n\nParaphrase it.');
  assert.equal(task.kind === 'rewrite' && task.document, 'a\n</document>\nb');
});

test('a conversation that goes on is answered and not analysed', () => {
  const task = understandRequest([
    { role: 'user', content: 'Write 5 questions about tea.' },
    { role: 'assistant', content: '1. Why?' },
    { role: 'user', content: 'List 3 topics.' },
  ]);
  assert.deepEqual(task, { kind: 'answer', question: 'List 3 topics.' });
});
