import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { writeChildScript } from '../../test/support/childScript.ts';
import type { FromChild, RunChoices, ToChild } from '../core/run/childProtocol.ts';

const root = mkdtempSync(join(tmpdir(), 'openline-code-'));
after(() => {
  rmSync(root, { recursive: true, force: true });
});
mkdirSync(join(root, '.openline'));
writeFileSync(join(root, 'rows.jsonl'), `${JSON.stringify({ text: '```js\nthrow new Error("wrong")\n```' })}\n`);
const file = join(root, 'code.openline.yaml');
writeFileSync(
  file,
  [
    'openline: 1',
    'steps:',
    '  - id: rows',
    '    read: { files: ./rows.jsonl }',
    '  - id: running',
    '    filter: { text: text, checks: [{ code: { run: true } }] }',
    'output: out.jsonl',
  ].join('\n'),
);

const script = writeChildScript(root);

/** Everything that the editor's child answers to an order. */
async function answers(choices: RunChoices): Promise<readonly FromChild[]> {
  const child = fork(script, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const heard: FromChild[] = [];
  child.on('message', (message) => {
    const told = message as FromChild;
    heard.push(told);
    const order: ToChild = { type: 'start', mode: 'run', file, profiles: [], choices };
    if (told.type === 'ready') child.send(order);
  });
  await once(child, 'exit');
  return heard;
}

test('the editor is asked before code of records is run, and nothing is until it answers', async () => {
  const asked = await answers({ code: 'ask' });
  assert.deepEqual(asked.at(-1), { type: 'confirm', reason: 'run-code', steps: ['running'] });
  assert.ok(!existsSync(join(root, 'out.jsonl')));
});

test('without consent code is only parsed, which is said', async () => {
  const heard = await answers({ code: 'parse' });
  const warnings = heard.flatMap((told) => (told.type === 'log' && told.level === 'warning' ? [told.message] : []));
  assert.match(warnings.join('\n'), /parsed and not run/u);
  assert.match(readFileSync(join(root, 'out.jsonl'), 'utf8'), /wrong/u);
});
