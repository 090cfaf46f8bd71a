import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TopicTree, type TopicBranch, type TopicPlace } from './topicTree.ts';

type Figures = readonly [name: string, records: number, rejected: number, branches: readonly Figures[]];

function figuresOf({ name, records, rejected, branches }: TopicBranch): Figures {
  return [name, records, rejected, branches.map(figuresOf)];
}

function path(...values: readonly string[]): TopicPlace[] {
  const steps = ['areas', 'topics', 'questions'];
  return values.map((value, at) => ({ step: steps[at] ?? '', field: `field ${String(at)}`, value }));
}

describe('the tree of topics', () => {
  it('nests narrow topics below wide ones and puts the fullest branch first', () => {
    const tree = new TopicTree();
    const records = [
      { subtopic: 'Rivers', macro_topic: 'Nature' },
      { macro_topic: 'Science', subtopic: 'Optics' },
      { macro_topic: 'Science', subtopic: 'Acoustics' },
      { macro_topic: 'Science', topic: ' ', prompt: 'Why?' },
    ];
    for (const record of records) tree.addFields(Object.entries(record));
    const summary = tree.summary();
    assert.ok(summary);
    assert.deepEqual(figuresOf(summary), [
      '',
      4,
      0,
      [
        [
          'Science',
          3,
          0,
          [
            ['Acoustics', 1, 0, []],
            ['Optics', 1, 0, []],
          ],
        ],
        ['Nature', 1, 0, [['Rivers', 1, 0, []]]],
      ],
    ]);
    assert.deepEqual([summary.branches[0]?.field, summary.branches[0]?.step], ['macro_topic', null]);
  });

  it('counts what was turned down beside what came out, at every branch above it', () => {
    const tree = new TopicTree();
    tree.add(path('Science', 'Optics'));
    tree.add(path('Science', 'Optics'), 'rejected');
    tree.add(path('Science', 'Acoustics'), 'rejected');
    tree.add(path('Science'), 'rejected');
    const summary = tree.summary();
    assert.ok(summary);
    assert.deepEqual(figuresOf(summary), [
      '',
      1,
      3,
      [
        [
          'Science',
          1,
          3,
          [
            ['Optics', 1, 1, []],
            ['Acoustics', 0, 1, []],
          ],
        ],
      ],
    ]);
    assert.equal(summary.branches[0]?.branches[0]?.step, 'topics');
  });

  it('calls a branch thin that is empty, or has less than half of the mean of its siblings', () => {
    const tree = new TopicTree();
    const counts = { Optics: 10, Acoustics: 10, Rivers: 5, Seas: 4, Lakes: 0 };
    for (const [topic, count] of Object.entries(counts)) {
      if (count === 0) tree.addFields([['topic', topic]], 'rejected');
      for (let index = 0; index < count; index += 1) tree.addFields([['topic', topic]]);
    }
    assert.deepEqual(
      tree.summary()?.branches.map(({ name, isThin }) => [name, isThin]),
      [
        ['Acoustics', false],
        ['Optics', false],
        ['Rivers', false],
        ['Seas', false],
        ['Lakes', true],
      ],
    );
    const isThin = (topic: string): boolean | undefined =>
      tree.summary()?.branches.find(({ name }) => name === topic)?.isThin;
    for (let index = 0; index < 3; index += 1) tree.addFields([['topic', 'Optics']]);
    assert.equal(isThin('Seas'), false, '4 beside 7 on the average');
    for (let index = 0; index < 6; index += 1) tree.addFields([['topic', 'Acoustics']]);
    assert.equal(isThin('Seas'), true, '4 beside 8.5 on the average');
  });

  it('compares branches with those of their own kind alone', () => {
    const tree = new TopicTree();
    const place = (field: string, value: string): TopicPlace => ({ field, value });
    for (let index = 0; index < 50; index += 1) tree.add([place('topic', 'Optics')]);
    for (const question of ['Why?', 'How?']) tree.add([place('openline', question)]);
    assert.deepEqual(
      tree.summary()?.branches.map(({ isThin }) => isThin),
      [false, false, false],
    );
  });

  it('shows a topic of which nothing is left, in the place that the records have', () => {
    const tree = new TopicTree();
    tree.addFields([['topic', 'Optics']]);
    for (const topic of ['Acoustics', 'Optics']) {
      tree.addFields(Object.entries({ macro_topic: 'Science', topic }), 'rejected');
    }
    const summary = tree.summary();
    assert.ok(summary);
    assert.deepEqual(figuresOf(summary), [
      '',
      1,
      2,
      [
        ['Optics', 1, 1, []],
        ['Acoustics', 0, 1, []],
      ],
    ]);
  });

  it('is none where records have no topics', () => {
    const tree = new TopicTree();
    tree.addFields([['prompt', 'Why?']]);
    assert.equal(tree.summary(), null);
  });

  it('keeps counting when there are more topics than it keeps apart', () => {
    const tree = new TopicTree();
    for (let index = 0; index < 6000; index += 1) tree.addFields([['topic', `topic ${String(index)}`]]);
    const summary = tree.summary();
    assert.equal(summary?.records, 6000);
    assert.equal(summary.branches.length, 5000);
  });

  it('gives the narrowest level up where there are too many branches, and loses no record', () => {
    const tree = new TopicTree();
    for (let index = 0; index < 6000; index += 1) {
      tree.add(path(`area ${String(index % 3)}`, `topic ${String(index % 30)}`, `question ${String(index)}`));
    }
    const summary = tree.summary();
    assert.ok(summary);
    assert.deepEqual([summary.records, summary.branches.length], [6000, 3]);
    const topics = summary.branches.flatMap(({ branches }) => branches);
    assert.deepEqual([topics.length, new Set(topics.map(({ records }) => records))], [30, new Set([200])]);
    assert.ok(topics.every(({ branches }) => branches.length === 0));
  });
});
