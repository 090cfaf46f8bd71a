import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { FromChild, ToChild } from '../../core/run/childProtocol.ts';
import { ChildLink, type ChildEnd } from './childLink.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'openline-child-'));
});
after(async () => {
  await rm(folder, { recursive: true });
});

const order: ToChild = { type: 'resume', folder: '/runs/r1', profiles: [], choices: {} };

/** Forks a child that runs the given script; resolves when it has ended. */
async function fork(
  script: string,
  act: (link: ChildLink, message: FromChild) => void,
): Promise<{
  readonly messages: readonly FromChild[];
  readonly end: ChildEnd;
  readonly errorLines: readonly string[];
}> {
  const path = join(folder, `${String(Math.random()).slice(2)}.cjs`);
  await writeFile(path, script);
  const messages: FromChild[] = [];
  const errorLines: string[] = [];
  const link = new ChildLink(order, {
    script: path,
    environment: process.env,
    onErrorLine: (line) => errorLines.push(line),
    onMessage: (message) => {
      messages.push(message);
      act(link, message);
    },
  });
  return { end: await link.ended, messages, errorLines };
}

const log = (message: string): string => `process.send({ type: 'log', level: 'info', message: ${message} });`;

test('the order is sent when the child says that it is ready, and not before', async () => {
  const { messages } = await fork(
    `let ready = false;
     process.on('message', (message) => { ${log("message.type + ' ' + ready")} process.disconnect(); });
     setTimeout(() => { ready = true; process.send({ type: 'ready' }); }, 30);`,
    () => undefined,
  );
  assert.deepEqual(
    messages.map(({ type }) => type),
    ['ready', 'log'],
  );
  assert.deepEqual(messages[1], { type: 'log', level: 'info', message: 'resume true' });
});

test('a child that dies tells how, with the end of what it wrote', async () => {
  const { end, errorLines } = await fork(
    `console.error('first'); console.error('out of paper'); process.exit(7);`,
    () => undefined,
  );
  assert.equal(end.code, 7);
  assert.match(end.errorText, /out of paper$/u);
  assert.deepEqual(errorLines, ['first', 'out of paper']);
});

test('when the editor lets go, the child notices and ends by itself', async () => {
  const { end } = await fork(
    `process.on('message', () => undefined);
     process.on('disconnect', () => process.exit(3));
     process.send({ type: 'ready' });`,
    (link) => link.release(),
  );
  assert.equal(end.code, 3);
});

test('what is none of the child’s messages is passed over', async () => {
  const { messages } = await fork(
    `process.send({ type: 'npm' }); process.send('x'); process.disconnect();`,
    () => undefined,
  );
  assert.deepEqual(messages, []);
});

test('a script that is not there ends as a crash, not as an exception', async () => {
  const link = new ChildLink(order, {
    script: join(folder, 'missing.cjs'),
    environment: process.env,
    onErrorLine: () => undefined,
    onMessage: () => undefined,
  });
  const end = await link.ended;
  assert.notEqual(end.code, 0);
  assert.match(end.errorText, /missing\.cjs/u);
});
