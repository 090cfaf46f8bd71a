import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TopicTree } from './topicTree.ts';

describe('the tree of topics', () => {
  it('nests narrow topics below wide ones and puts the fullest branch first', () => {
    const tree = new TopicTree();
    const records = [
      { subtopic: 'Rivers', macro_topic: 'Nature' },
      { macro_topic: 'Science', subtopic: 'Optics' },
      { macro_topic: 'Science', subtopic: 'Acoustics' },
      { macro_topic: 'Science', topic: ' ', prompt: 'Why?' },
    ];
    for (const record of records) tree.add(Object.entries(record));
    assert.deepEqual(tree.summary(), {
      name: '',
      records: 4,
      branches: [
        {
          name: 'Science',
          records: 3,
          branches: [
            { name: 'Acoustics', records: 1, branches: [] },
            { name: 'Optics', records: 1, branches: [] },
          ],
        },
        { name: 'Nature', records: 1, branches: [{ name: 'Rivers', records: 1, branches: [] }] },
      ],
    });
  });

  it('shows a topic of which nothing is left, once', () => {
    const tree = new TopicTree();
    tree.add([['topic', 'Optics']]);
    tree.addEmpty('Acoustics');
    tree.addEmpty('Optics');
    assert.deepEqual(
      tree.summary()?.branches.map(({ name, records }) => [name, records]),
      [
        ['Optics', 1],
        ['Acoustics', 0],
      ],
    );
  });

  it('is none where records have no topics', () => {
    const tree = new TopicTree();
    tree.add([['prompt', 'Why?']]);
    assert.equal(tree.summary(), null);
  });

  it('keeps counting when there are more topics than it keeps apart', () => {
    const tree = new TopicTree();
    for (let index = 0; index < 6000; index += 1) tree.add([['topic', `topic ${String(index)}`]]);
    const summary = tree.summary();
    assert.equal(summary?.records, 6000);
    assert.equal(summary.branches.length, 5000);
  });
});
