import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { isJsonObject, type JsonObject } from '../../core/record/json.ts';
import { at, CommandFixture } from '../commandFixture.ts';

const fixture = new CommandFixture('compare');
const { put, records, command } = fixture;

/** Runs the pipeline over these records. @returns the id of the run */
async function run(fields: readonly JsonObject[], prompt: string): Promise<string> {
  put('in.jsonl', ...fields);
  put(
    'p.openline.yaml',
    'openline: 1',
    'endpoint: sample',
    'steps:',
    '  - { id: read, read: { files: in.jsonl } }',
    `  - { id: answers, generate: { prompt: { text: '${prompt} {text}' }, expect: { text: answer } } }`,
    'output: out.jsonl',
  );
  const { status, json, err } = await command('run', 'p.openline.yaml', '--json');
  assert.equal(status, 0, err);
  const { run: id } = json;
  assert.ok(typeof id === 'string');
  return id;
}

const tides = ['ebb', 'flood', 'slack'].map((text, index) => ({ text, score: index }));

describe('openline compare, of two runs', () => {
  it('tells what was set otherwise, what each step did, and how the records differ', async () => {
    const first = await run(tides, 'Tell about');
    const second = await run([{ text: 'ebb', score: 5 }, ...tides.slice(1), { text: 'neap', score: 9 }], 'Tell about');
    const { status, out } = await command('compare', first, second, '--output', 'differences.jsonl');
    assert.equal(status, 0);
    assert.match(out, /settings: the same/u);
    assert.match(out, /answers +3 → 3 \| 4 → 4 +3 \| 1 \(3\)/u);
    assert.match(out, /records of out: 2 the same, 1 changed, 1 only in B/u);
    assert.match(out, /score +A mean 1, .*B mean 4.25/u);
    const changes = records('differences.jsonl').filter(isJsonObject);
    assert.deepEqual(
      changes.map(({ key, before, after }) => [
        key,
        isJsonObject(before) ? before['score'] : null,
        isJsonObject(after) ? after['score'] : null,
      ]),
      [
        ['0', 0, 5],
        ['3', null, 9],
      ],
    );
  });

  it('shows what a changed prompt leads to, though the later run has taken the place of the first one’s output', async () => {
    const first = await run(tides, 'Tell about');
    const before = readFileSync(join(fixture.folder, 'out.jsonl'), 'utf8');
    const second = await run(tides, 'Ask about');
    const { out, json } = await command('compare', first, second, '--json');
    assert.equal(out.trimEnd().split('\n').length, 1, 'one line of JSON');
    const [output] = at(json, 'comparison', 'outputs') as readonly JsonObject[];
    assert.deepEqual(output?.['counts'], { same: 0, moved: 0, changed: 3, removed: 0, added: 0 });
    const settings = at(json, 'comparison', 'settings') as readonly JsonObject[];
    assert.deepEqual(
      settings.map(({ path }) => path),
      ['steps.answers.template.body'],
    );
    await command('export', first, '--format', 'jsonl', '--output', 'first.jsonl');
    assert.equal(
      readFileSync(join(fixture.folder, 'first.jsonl'), 'utf8'),
      before,
      'the old output can still be exported',
    );
  });

  it('knows records again that only have another key', async () => {
    const first = await run(tides, 'Tell about');
    const second = await run([{ text: 'spring', score: 7 }, ...tides], 'Tell about');
    const { out } = await command('compare', first, second);
    assert.match(out, /records of out: 3 the same under another key, 1 only in B/u);
  });

  it('names what cannot be compared', async () => {
    const first = await run(tides, 'Tell about');
    const second = await run(tides, 'Ask about');
    rmSync(join(fixture.folder, 'out.jsonl'));
    const { status, out } = await command('compare', first, second);
    assert.equal(status, 0);
    assert.match(out, /records of out: not compared, .*its output .*out\.jsonl is not there any more/u);
    const unknown = await command('compare', first, 'nothing');
    assert.deepEqual([unknown.status, unknown.err.includes('There is no run nothing')], [2, true]);
  });
});
