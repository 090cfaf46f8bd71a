import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { isJsonObject, type JsonObject } from '../../core/record/json.ts';
import { at, CommandFixture } from '../commandFixture.ts';

const fixture = new CommandFixture('curation');
const { put, records, command } = fixture;

const LONG = 'The tide rises and falls twice a day, and nobody has to ask it to.';

describe('openline curate', () => {
  it('edits and filters files by options, through a run with rejects', async () => {
    put('a.jsonl', { q: 'x', answer: `<p>${LONG}</p>` }, { answer: 'short' }, '{broken', { q: 'no answer' });
    put('b.jsonl', { answer: `I’m sorry, but I can’t help with that. ${LONG}` }, { answer: 5 });
    const told = await command(
      ...['curate', 'a.jsonl', 'b.jsonl', '--edit', 'strip_html', '--check', '{ word_count: { min: 5 } }'],
      ...['--check', 'refusal', '--when', 'len(answer) > 20', '--text', 'answer', '--output', 'out.jsonl', '--json'],
    );
    assert.equal(told.status, 0, told.err);
    assert.deepEqual(records('out.jsonl'), [{ id: '0', q: 'x', answer: LONG }]);
    assert.deepEqual([told.json['records'], told.json['discarded'], told.json['requests']], [1, 5, 0]);
    const [run = ''] = readdirSync(join(fixture.folder, '.openline/runs'));
    const rejects = records(`.openline/runs/${run}/rejects.jsonl`).map((reject) =>
      isJsonObject(reject) ? [reject['step'], reject['reason'], reject['score'] ?? null] : [],
    );
    assert.deepEqual(rejects, [
      ['filter', 'word-count', 1],
      ['input', 'not-json', null],
      ['edit', 'missing-field', null],
      ['filter', 'refusal', 'I’m sorry, but I can’t'],
      ['edit', 'not-text', null],
    ]);
  });

  it('has a usual chain, a usual output and finds the field with the text', async () => {
    put('data.jsonl', { id: 'k', response: 'cafÃ©' }, { id: 'l', response: 'I cannot help with this request.' });
    const told = await command('curate', 'data.jsonl');
    assert.equal(told.status, 0, told.err);
    const [record] = records('data.curated.jsonl');
    assert.equal(isJsonObject(record) ? record['response'] : '', 'café');
    assert.equal(records('data.curated.jsonl').length, 1);
  });

  it('takes the steps of a file', async () => {
    put('data.jsonl', { a: 'one two', n: 1 }, { a: 'one', n: 2 });
    writeFileSync(
      join(fixture.folder, 'steps.openline.yaml'),
      'openline: 1\nsteps:\n  - id: f\n    filter: { text: a, checks: [{ word_count: { min: 2 } }] }\noutput: kept.jsonl\n',
    );
    assert.equal((await command('curate', 'data.jsonl', '--steps', 'steps.openline.yaml')).status, 0);
    assert.deepEqual(records('kept.jsonl'), [{ id: '0', a: 'one two', n: 1 }]);
  });

  it('says what is wrong with the call', async () => {
    put('data.jsonl', { a: 'b' });
    writeFileSync(
      join(fixture.folder, 'reads.openline.yaml'),
      'openline: 1\nsteps:\n  - { id: r, read: { values: [a] } }\n',
    );
    const wrong = async (...argv: readonly string[]): Promise<string> => {
      const { status, err } = await command('curate', ...argv);
      assert.equal(status, 2, err);
      return err;
    };
    assert.match(await wrong(), /Which files\?/u);
    assert.match(await wrong('gone.jsonl'), /gone\.jsonl: there is no such file/u);
    assert.match(await wrong('data.jsonl'), /Which field of data\.jsonl is the text\?.*its first record has a/u);
    assert.match(await wrong('data.jsonl', '--text', 'a', '--check', 'refusa'), /^`checks`: .*did you mean `refusal`/u);
    assert.match(await wrong('data.jsonl', '--text', 'a', '--check', '{ digits: [ }'), /--check .*this is no YAML/u);
    assert.match(
      await wrong('data.jsonl', '--steps', 'reads.openline.yaml'),
      /reads\.openline\.yaml:3:14: the files are/u,
    );
    assert.match(
      await wrong('data.jsonl', '--steps', 'reads.openline.yaml', '--text', 'a'),
      /--text stands in the place/u,
    );
  });
});

describe('openline stats', () => {
  it('tells of a file as a report and as JSON', async () => {
    put('data.jsonl', { text: LONG, r: { h: 1.5 } }, { text: 'Short one.', r: { h: 'x' } }, '[1]');
    const report = await command('stats', 'data.jsonl');
    assert.equal(report.status, 0, report.err);
    assert.match(report.out, /^2 records\n {2}1 line is no record: not-an-object\n\ntext: 2 texts\n/u);
    assert.match(report.out, /r\.h: mean 1\.5.*\n {2}1 values are no numbers/u);
    const { json } = await command('stats', 'data.jsonl', '--json');
    assert.equal(json['state'], 'done');
    assert.equal(at(json, 'statistics', 'texts', 'text', 'words', 'max'), 15);
    assert.equal(at(json, 'unreadable', 'not-an-object'), 1);
  });

  it('reads tables, and says which file is none', async () => {
    put('data.jsonl', { text: 'One, two.', score: 1.5 }, { text: 'Three.', score: 4 });
    for (const format of ['csv', 'parquet']) {
      await command('export', 'data.jsonl', '--format', format, '--output', `data.${format}`);
      const { json, err } = await command('stats', `data.${format}`, '--json');
      assert.equal(at(json, 'statistics', 'records'), 2, err);
      assert.equal(at(json, 'statistics', 'numbers', 'score', 'max'), 4);
      assert.equal(at(json, 'statistics', 'texts', 'text', 'texts'), 2);
    }
    put('ragged.tsv', 'text\tscore', 'Four.\t2', 'Five.');
    const ragged = await command('stats', 'ragged.tsv', '--json');
    assert.equal(at(ragged.json, 'unreadable', 'ragged-row'), 1);
    assert.equal(at(ragged.json, 'statistics', 'numbers', 'score', 'mean'), 2);
    put('broken.parquet', 'no table');
    const { status, err } = await command('stats', 'broken.parquet');
    assert.equal(status, 2);
    assert.match(err, /broken\.parquet: the file is not Parquet, or damaged/u);
  });

  it('tells of a run what it turned down, and which topics have nothing left', async () => {
    put('data.jsonl', { text: LONG, topic: 'tides' }, { text: 'no', topic: 'boats' });
    await command('curate', 'data.jsonl', '--check', '{ word_count: { min: 5 } }');
    const { json, err } = await command('stats', 'latest', '--json');
    assert.equal(at(json, 'statistics', 'records'), 1, err);
    assert.deepEqual(at(json, 'lostTopics'), { topic: ['boats'] });
    assert.deepEqual(at(json, 'steps'), [
      { step: 'input', in: 2, out: 2, rejected: {} },
      { step: 'filter', in: 2, out: 1, rejected: { 'word-count': { count: 1, share: 0.5 } } },
    ]);
    assert.match((await command('stats', 'latest')).out, /1 topics in topic have no record left: boats/u);
  });

  it('says what is wrong with the call', async () => {
    put('data.jsonl', { text: LONG });
    put('empty.jsonl');
    assert.match((await command('stats')).err, /Of what\?/u);
    assert.match(
      (await command('stats', 'data.jsonl', '--text', 'txt')).err,
      /no record has a text in txt; they have text/u,
    );
    const { status, err } = await command('stats', 'empty.jsonl');
    assert.deepEqual([status, err], [0, 'Warning: there were no records.\n']);
  });
});

describe('openline compare', () => {
  it('tells in what two files differ', async () => {
    const lines = (word: string): JsonObject[] =>
      Array.from({ length: 30 }, (_, index) => ({
        text: `${LONG} ${word} ${index}`,
        label: index % 2 === 0 ? 'a' : 'b',
      }));
    put('one.jsonl', ...lines('calm'));
    put('two.jsonl', ...lines('storm'), { text: `${LONG} calm 3`, label: 'a' });
    const { status, out, err } = await command('compare', 'one.jsonl', 'two.jsonl', '--label', 'label');
    assert.equal(status, 0, err);
    assert.match(out, /^A {2}one\.jsonl: 30 records, texts in text\nB {2}two\.jsonl: 31 records/u);
    assert.match(out, /duplicates: 1 record of B stands in A \(3\.2%\)/u);
    assert.match(out, /a simple model for 2 labels, tested on 9 texts/u);
    const { json } = await command('compare', 'one.jsonl', 'two.jsonl', '--json');
    const auc = at(json, 'comparison', 'tellApart', 'auc');
    assert.ok(typeof auc === 'number' && auc > 0.95, String(auc));
    assert.equal(at(json, 'comparison', 'usefulness'), null);
  });

  it('says what is wrong with the call', async () => {
    put('one.jsonl', { text: 'a' });
    put('empty.jsonl');
    const wrong = async (...argv: readonly string[]): Promise<string> => {
      const { status, err } = await command('compare', ...argv);
      assert.equal(status, 2, err);
      return err;
    };
    assert.match(await wrong('one.jsonl'), /Which two\?/u);
    assert.match(await wrong('one.jsonl', 'empty.jsonl', '--text', 'text'), /empty\.jsonl has no records/u);
    assert.match(
      await wrong('one.jsonl', 'one.jsonl', '--text', 'x'),
      /one\.jsonl: no record has a text in the field x/u,
    );
    assert.match(await wrong('one.jsonl', 'one.jsonl', '--label', 'l'), /no record has a label in the field l/u);
  });
});
