/** A dataset handed over to the real NeMo Curator, on as much of it as needs no GPU, and what it has kept brought back. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { makeWorkspace } from '../faults/workspace.ts';
import { environmentFolder, environmentProgram } from '../interop/support/pythonEnvironment.ts';
import { runProgram } from '../support/command.ts';

/** For Ray to start and end on a machine that has much else to do, in milliseconds. */
const PATIENCE = 300_000;

describe('NeMo Curator', { skip: process.env['OPENLINE_WITHOUT_RAY'] ?? false, timeout: PATIENCE }, () => {
  const workspace = makeWorkspace('http://127.0.0.1:9');
  const { folder } = workspace;
  // The paths of sockets may not be long.
  const temporary = mkdtempSync('/tmp/ray');
  after(() => {
    workspace.remove();
    rmSync(temporary, { recursive: true, force: true, maxRetries: 3 });
  });
  async function openline(...parameters: readonly string[]): Promise<void> {
    const { status, stderr } = await workspace.run(...parameters);
    assert.equal(status, 0, stderr);
  }

  test('reads what was handed over, and what it leaves is the dataset that is exported', async () => {
    const words = (count: number): string => Array.from({ length: count }, (_, n) => `wörd${n}`).join(' ');
    // Ids that a reader might take for numbers: 0.1 and 0.10 are two records.
    const records = Array.from({ length: 30 }, (_, n) => ({
      id: `0.${n}`,
      messages: [
        { role: 'user', content: `Tell me ${n} things 😀` },
        { role: 'assistant', content: words(n + 1) },
      ],
      late: n % 2 === 0 ? null : { nested: n },
    }));
    const lines = records.map((record) => JSON.stringify(record));
    writeFileSync(join(folder, 'chat.jsonl'), `${lines.join('\n')}\n`);
    await openline('export', 'chat.jsonl', '--format', 'nemo-curator', '--output', 'cluster');
    const program = [join(folder, 'cluster/curate.py'), '--dedup', 'none', '--min-words', '20'];
    const status = await runProgram(environmentProgram('python', 'scale'), program, {
      cwd: folder,
      environment: {
        ...process.env,
        HOME: temporary,
        PATH: `${join(environmentFolder('scale'), 'bin')}${delimiter}${process.env['PATH'] ?? ''}`,
        // A Ray of its own.
        RAY_ADDRESS: 'local',
        RAY_AUTH_MODE: 'disabled',
        RAY_TMPDIR: temporary,
      },
    });
    assert.equal(status, 0);
    await openline('import', 'cluster');
    const exported = [
      'export',
      'chat.jsonl',
      '--review',
      'chat.review.jsonl',
      '--format',
      'jsonl',
      '--output',
      'left.jsonl',
    ];
    await openline(...exported);
    // "Tell me N things 😀" has five words; those that are left are the same bytes as ever.
    assert.equal(workspace.read('left.jsonl'), `${lines.slice(14).join('\n')}\n`);
  });
});
