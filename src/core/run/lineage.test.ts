import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { descendantsOf, lineageOfLine, lineageOfReject } from './lineage.ts';
import { runPaths } from './runFolder.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'openline-lineage-'));
  const record = (output: string, id: string, topic: string): string =>
    JSON.stringify({
      output,
      id,
      steps: [
        { step: 'topics', key: topic, at: `topics/${topic}/0` },
        { step: 'questions', key: id, at: `questions/${id}/0` },
      ],
    });
  const paths = runPaths(folder);
  const lines = [record('a', '0.0', '0'), record('b', '0.0', '0'), record('a', '0.1', '0'), record('a', '00.1', '00')];
  await writeFile(paths.lineage, `${lines.join('\n')}\n{"output":"a","id":"torn`);
  const reject = { id: '0', step: 'questions', reason: 'no-list', message: 'm', at: 'questions/0/1', fields: {} };
  const kept = { ...reject, steps: [{ step: 'topics', key: '0' }] };
  await writeFile(paths.rejects, [reject, kept].map((line) => `${JSON.stringify(line)}\n`).join(''));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('a record is found by its line in an output', async () => {
  assert.equal((await lineageOfLine(folder, 'a', 1))?.id, '0.1');
  assert.equal((await lineageOfLine(folder, 'b', 0))?.id, '0.0');
  assert.equal(await lineageOfLine(folder, 'b', 1), undefined);
  assert.equal(await lineageOfLine(folder, 'a', 3), undefined, 'a line that is being written is no record yet');
});

test('what was turned down has the answer it was read from as its last stage', async () => {
  assert.deepEqual((await lineageOfReject(folder, 0))?.stages, [{ step: 'questions', key: '0', at: 'questions/0/1' }]);
  assert.deepEqual(
    (await lineageOfReject(folder, 1))?.stages.map(({ step }) => step),
    ['topics', 'questions'],
  );
});

test('all that was made of a record is found in every output, and no other record’s', async () => {
  const { records, rejects, recordCount, rejectCount } = await descendantsOf(folder, { step: 'topics', key: '0' });
  assert.deepEqual(records, [
    { output: 'a', line: 0, id: '0.0' },
    { output: 'b', line: 0, id: '0.0' },
    { output: 'a', line: 1, id: '0.1' },
  ]);
  assert.deepEqual([recordCount, rejects, rejectCount], [3, [1], 1]);
});

test('a run that has not come so far knows of nothing', async () => {
  await rm(runPaths(folder).lineage);
  await rm(runPaths(folder).rejects);
  assert.equal(await lineageOfLine(folder, 'a', 0), undefined);
  assert.equal((await descendantsOf(folder, { step: 'topics', key: '0' })).recordCount, 0);
});
