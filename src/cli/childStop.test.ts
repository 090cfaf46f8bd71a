import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { writeChildScript } from '../../test/support/childScript.ts';
import { endpointProfileSchema } from '../core/endpoints/profile.ts';
import type { FromChild, ToChild } from '../core/run/childProtocol.ts';

const root = mkdtempSync(join(tmpdir(), 'openline-child-stop-'));
after(() => {
  rmSync(root, { recursive: true, force: true });
});
mkdirSync(join(root, '.openline'));

const script = writeChildScript(root);

/** Pauses a run whose only answer would take hours as soon as it is asked, and then ends it otherwise. */
async function pausedThen(name: string, end: (child: ReturnType<typeof fork>) => void) {
  const file = join(root, `${name}.openline.yaml`);
  writeFileSync(file, `openline: 1\nendpoint: slow\nrecipe: open-qa\noutput: ${name}.jsonl\n`);
  const profile = endpointProfileSchema.parse({ kind: 'sample', sample: { latency_ms: 3_600_000 } });
  const order: ToChild = { type: 'start', mode: 'run', file, profiles: [{ name: 'slow', profile }], choices: {} };
  const child = fork(script, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const heard: FromChild[] = [];
  child.on('message', (message) => {
    const told = message as FromChild;
    if (told.type === 'ready') child.send(order);
    if (told.type === 'progress' && told.snapshot.inFlight === 1 && told.snapshot.stop === null)
      child.send({ type: 'end-run', how: 'pause' } satisfies ToChild);
    const isPausing = told.type === 'progress' && told.snapshot.stop === 'pause';
    if (isPausing && !heard.some(({ type }) => type === 'progress')) {
      heard.push(told);
      end(child);
    }
    if (told.type === 'finished') heard.push(told);
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  const finished = heard.find((told) => told.type === 'finished');
  return { code, state: finished?.summary.state, stop: finished?.stop };
}

test('a run that is being paused is cancelled at once, ends when its terminal is closed, and with its window', async () => {
  const ends = await Promise.all([
    pausedThen('cancelled', (child) => child.send({ type: 'end-run', how: 'cancel' } satisfies ToChild)),
    pausedThen('closed', (child) => child.send({ type: 'end-run' } satisfies ToChild)),
    pausedThen('gone', (child) => child.disconnect()),
  ]);
  assert.deepEqual(ends, [
    { code: 0, state: 'interrupted', stop: 'cancel' },
    { code: 0, state: 'interrupted', stop: 'pause' },
    // Nobody is there to be told.
    { code: 0, state: undefined, stop: undefined },
  ]);
});
