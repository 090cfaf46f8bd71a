import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createHttpFetch } from '../endpoints/httpFetch.ts';
import type { Plan } from '../pipeline/plan.ts';
import { startRun } from './runPipeline.ts';

const root = mkdtempSync(join(tmpdir(), 'openline-flow-'));
const http = createHttpFetch();
after(async () => {
  rmSync(root, { recursive: true, force: true });
  await http.close();
});

test('a pipeline that asks nobody, and so has no endpoint, runs to its end', async () => {
  const input = join(root, 'input.jsonl');
  writeFileSync(input, Array.from({ length: 1000 }, (_, number) => `{"text":"line ${number}"}\n`).join(''));
  const plan: Plan = {
    file: join(root, 'modify.openline.yaml'),
    name: 'modify',
    recipe: null,
    parameters: {},
    steps: [
      {
        id: 'lines',
        kind: 'read',
        from: [],
        prefixesKeys: false,
        source: {
          kind: 'files',
          files: [{ path: input, shown: 'input.jsonl', as: 'jsonl' }],
          field: null,
          into: 'text',
          keepFields: true,
          strict: false,
        },
      },
      {
        id: 'renamed',
        kind: 'modify',
        from: [{ step: 'lines', source: 0 }],
        prefixesKeys: false,
        rename: { text: 'document' },
        set: {},
        remove: [],
      },
    ],
    outputs: [
      {
        from: 'renamed',
        path: join(root, 'out.jsonl'),
        shown: 'out.jsonl',
        name: 'out',
        outside: false,
        format: 'jsonl',
        fields: null,
      },
    ],
    budget: {},
    endpoints: [],
    hash: '',
  };
  const summary = await startRun({ plan, text: '', root, mode: 'run', http, version: 'test', profiles: [] });
  assert.deepEqual([summary.state, summary.records, summary.requests], ['done', 1000, 0]);
  const lines = readFileSync(join(root, 'out.jsonl'), 'utf8').trimEnd().split('\n');
  assert.equal(lines.length, 1000);
  assert.equal(lines[999], '{"id":"999","document":"line 999"}');
});
