/** A disk that fills up while answers come in: nothing that was paid for is lost, and the run goes on when there is room again. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startModelServer } from '../support/modelServer.ts';
import { makeWorkspace } from './workspace.ts';

/** A file system of its own, this small; undefined where the machine does not let us have one. */
function smallDisk(size: string): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'openline-disk-'));
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]).status === 0) return folder;
  rmSync(folder, { recursive: true });
  return undefined;
}

const probe = smallDisk('64k');
if (probe !== undefined) {
  spawnSync('umount', [probe]);
  rmSync(probe, { recursive: true });
}

test(
  'a full disk stops the run with a clear word, keeps every answer, and the run resumes',
  { skip: probe === undefined ? 'this machine does not let us mount a small file system' : false },
  async () => {
    const disk = smallDisk('1400k') ?? '';
    const server = await startModelServer((request) => ({
      delayMs: Number.parseInt(request.hash.slice(0, 2), 16) / 16,
    }));
    const pipeline =
      'openline: 1\nendpoint: service\nrecipe: open-qa\nwith: { n_macro_topics: 8, n_subtopics: 6, n_openlines: 6, n_revisions: 4 }\noutput: data/out.jsonl\n';
    const elsewhere = makeWorkspace(server.url, { pipeline });
    const onDisk = makeWorkspace(server.url, { pipeline, folder: join(disk, 'workspace') });
    try {
      const whole = await elsewhere.run('run', 'p.openline.yaml', '--concurrency', '32');
      assert.equal(whole.status, 0, whole.stderr);
      const before = server.answered;
      const full = await onDisk.run('run', 'p.openline.yaml', '--concurrency', '32');
      assert.equal(full.status, 1, 'the disk was large enough');
      assert.match(full.stderr, /the disk is full/u);
      const [run = ''] = onDisk.runs();
      assert.equal(
        onDisk.journal(run).length,
        server.answered - before,
        'an answer that was paid for is not in the journal',
      );
      assert.ok(!existsSync(onDisk.output));
      spawnSync('mount', ['-o', 'remount,size=64m', disk]);
      const sent = server.answered;
      const resumed = await onDisk.run('resume', 'latest');
      assert.equal(resumed.status, 0, resumed.stderr);
      assert.equal(server.answered - sent, Number(whole.json?.['requests']) - (sent - before));
      assert.equal(onDisk.read('data/out.jsonl'), elsewhere.read('data/out.jsonl'));
    } finally {
      spawnSync('umount', [disk]);
      rmSync(disk, { recursive: true, force: true });
      elsewhere.remove();
      await server.close();
    }
  },
);
