import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isJsonObject, type Json } from '../../core/record/json.ts';
import { CommandFixture } from '../commandFixture.ts';

const fixture = new CommandFixture('hand-over');
const { put, records, command } = fixture;

const DATASET = [
  {
    id: '0',
    messages: [
      { role: 'user', content: 'One?' },
      { role: 'assistant', content: '1' },
    ],
  },
  { id: '1', text: 'A text', score: 3 },
  { id: '2', openline: 'Only a question?' },
  { id: '3', prompt: 'Two?', response: '2', system: 'Be short.' },
  { id: '4', other: 'nothing to compare' },
];

/** What a program on a cluster would leave. */
function keep(...kept: readonly (Record<string, string | number | null> | string)[]): void {
  mkdirSync(join(fixture.folder, 'cluster/kept'), { recursive: true });
  put('cluster/kept/some.jsonl', ...kept);
}

function idOf(record: Json | undefined): string {
  return isJsonObject(record) && typeof record['id'] === 'string' ? record['id'] : '';
}

async function handOver(): Promise<void> {
  put('chat.jsonl', ...DATASET);
  const { status, err } = await command('export', 'chat.jsonl', '--format', 'nemo-curator', '--output', 'cluster');
  assert.equal(status, 0, err);
}

test('a hand-over is ids and texts, the program for the cluster, and where they come from', async () => {
  await handOver();
  assert.deepEqual(records('cluster/records/part-00000.jsonl'), [
    { openline_id: '0', text: 'One?\n\n1' },
    { openline_id: '1', text: 'A text' },
    { openline_id: '2', text: 'Only a question?' },
    { openline_id: '3', text: 'Be short.\n\nTwo?\n\n2' },
  ]);
  assert.match(readFileSync(join(fixture.folder, 'cluster/curate.py'), 'utf8'), /from nemo_curator\.pipeline import/u);
  const again = await command('export', 'chat.jsonl', '--format', 'nemo-curator', '--output', 'cluster', '--json');
  assert.equal(again.status, 0, 'a folder of its own is replaced');
  assert.deepEqual(again.json['rejected'], { 'missing-field': 1 });
});

test('what was not kept is rejected in the review, new fields are edits, and an export applies both', async () => {
  await handOver();
  keep(
    { openline_id: '0', text: 'One?\n\n1', quality: 'High', _curator_dedup_id: 0 },
    { openline_id: '3', quality: null },
  );
  const { status, json } = await command('import', 'cluster', '--json');
  assert.equal(status, 0);
  assert.deepEqual(
    [json['records'], json['discarded'], json['handedOver'], json['labelled'], json['fields']],
    [2, 2, 4, 1, ['quality']],
  );
  await command('export', 'chat.jsonl', '--review', 'chat.review.jsonl', '--format', 'jsonl', '--output', 'left.jsonl');
  // What could not be handed over was not judged, and stays.
  assert.deepEqual(records('left.jsonl'), [{ ...DATASET[0], quality: 'High' }, DATASET[3], DATASET[4]]);
});

test('what a person has decided stands; a second import takes the first one back where it kept more', async () => {
  await handOver();
  put('chat.review.jsonl', { id: '1', verdict: 'accept' }, { id: '3', verdict: 'reject', note: 'dull' });
  keep({ openline_id: '0' }, { openline_id: '3' });
  const first = await command('import', 'cluster', '--json');
  assert.deepEqual([first.json['discarded'], first.json['overruled']], [1, 1]);
  const lines = records('chat.review.jsonl').length;
  const twice = await command('import', 'cluster', '--json');
  assert.deepEqual([twice.json['discarded'], records('chat.review.jsonl').length], [0, lines]);
  keep({ openline_id: '0' }, { openline_id: '2' });
  assert.equal((await command('import', 'cluster')).status, 0);
  await command('export', 'chat.jsonl', '--review', 'chat.review.jsonl', '--format', 'jsonl', '--output', 'left.jsonl');
  assert.deepEqual(records('left.jsonl'), [DATASET[0], DATASET[1], DATASET[2], DATASET[4]]);
});

test('records without an id go by their number', async () => {
  put('chat.jsonl', { text: 'first' }, { text: 'second' });
  await command('export', 'chat.jsonl', '--format', 'nemo-curator', '--output', 'cluster');
  keep({ openline_id: '1' });
  await command('import', 'cluster');
  await command('export', 'chat.jsonl', '--review', 'chat.review.jsonl', '--format', 'jsonl', '--output', 'left.jsonl');
  assert.deepEqual(records('left.jsonl'), [{ text: 'second' }]);
});

test('what does not belong together is told with its place, and nothing is decided', async () => {
  await handOver();
  const refused = async (expected: RegExp, ...more: readonly string[]): Promise<void> => {
    const { status, err } = await command('import', 'cluster', ...more);
    assert.equal(status, 2);
    assert.match(err, expected);
    assert.equal(existsSync(join(fixture.folder, 'chat.review.jsonl')), false);
  };
  await refused(/nothing \(JSONL or Parquet\) in .*cluster.kept: has curate\.py been run/u);
  keep({ openline_id: '0' }, { openline_id: '77' });
  await refused(/some\.jsonl:2: the record 77 was not handed over in cluster/u);
  keep({ openline_id: '0' }, { openline_id: '0' });
  await refused(/some\.jsonl:2: the record 0 is there twice/u);
  keep({ text: 'One?' });
  await refused(/some\.jsonl:1: the record has no openline_id/u);
  keep('{"openline_id":"0"');
  await refused(/some\.jsonl: a line is no record \(not-json\)/u);
  keep('');
  await refused(/None of the 4 records is left\. If that is right, --force/u);
  keep({ openline_id: '0' });
  await refused(/not a folder|There is nothing/u, 'elsewhere');
  appendFileSync(join(fixture.folder, 'chat.jsonl'), '{"id":"9","text":"new"}\n');
  await refused(/chat\.jsonl is not what it was when its records were handed over/u);
  rmSync(join(fixture.folder, 'chat.jsonl'));
  await refused(/which is not there\. If the folder was moved/u);
});

test('of a run its own output is decided on, and explaining a record tells the decision', async () => {
  put('in.jsonl', { text: 'one' }, { text: 'two' });
  put('p.openline.yaml', 'openline: 1', 'steps:', '  - { id: docs, read: { files: in.jsonl } }', 'output: out.jsonl');
  assert.equal((await command('run', 'p.openline.yaml')).status, 0);
  assert.equal((await command('export', 'latest', '--format', 'nemo-curator', '--output', 'cluster')).status, 0);
  const [first, second] = records('out.jsonl').map(idOf);
  keep({ openline_id: first ?? '' });
  assert.equal((await command('import', 'cluster')).status, 0);
  const { out } = await command('explain', 'latest', second ?? '');
  assert.match(out, /review {2}rejected\n {2}note {6}Not among the records that were kept/u);
});
