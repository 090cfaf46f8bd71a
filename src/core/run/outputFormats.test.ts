import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, describe, it } from 'node:test';
import { createHttpFetch } from '../endpoints/httpFetch.ts';
import { InvalidInputError } from '../errors.ts';
import { planPipeline, SAMPLE_PROFILE } from '../pipeline/planPipeline.ts';
import type { RunSummary } from './events.ts';
import { exportRecords } from './exportRecords.ts';
import { runSource } from './exportSource.ts';
import { resumeRun, startRun } from './runPipeline.ts';
import { runPaths, runsFolder } from './runFolder.ts';

const http = createHttpFetch();
const folders: string[] = [];
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'openline-formats-'));
  folders.push(root);
  mkdirSync(join(root, '.openline'));
});
after(async () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  await http.close();
});

const settings = { http, version: 'test', profiles: [SAMPLE_PROFILE] };
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const folderOf = (summary: RunSummary): string => join(runsFolder(root), summary.run ?? '');

/** Runs a pipeline that reads `in.jsonl`. */
async function run(
  outputs: readonly string[],
  lines: readonly string[],
  steps: readonly string[] = [],
  limit?: number,
): Promise<RunSummary> {
  writeFileSync(join(root, 'in.jsonl'), `${lines.join('\n')}\n`);
  const text = [
    'openline: 1',
    'endpoint: sample',
    'steps:',
    '  - { id: docs, read: { files: in.jsonl } }',
    ...steps,
    'outputs:',
    ...outputs.map((output) => `  - ${output}`),
    '',
  ].join('\n');
  const file = join(root, 'p.openline.yaml');
  const context = { templates: new Map(), recipes: new Map(), profiles: [SAMPLE_PROFILE], root };
  const { plan } = await planPipeline({ file, text }, context);
  return startRun({ ...settings, plan, text, root, mode: 'run', ...(limit === undefined ? {} : { limit }) });
}

describe('a run whose outputs have formats', () => {
  const lines = [
    '{"prompt":"a","response":"line\\nbreak"}',
    '{"prompt":"","response":"b"}',
    '{"prompt":"=c","response":"d"}',
  ];

  it('writes each of them, and counts what does not fit one as a reject', async () => {
    const summary = await run(
      [
        '{ path: all.jsonl }',
        '{ path: chat.jsonl, format: openai-chat }',
        '{ path: table.csv, format: csv, fields: [id, prompt, response] }',
        '{ path: own.jsonl, map: { q: prompt, key: id } }',
      ],
      lines,
    );
    assert.deepEqual([summary.state, summary.records, summary.discarded], ['done', 3 + 2 + 3 + 3, 1]);
    assert.equal(read('all.jsonl').split('\n').length, 4);
    assert.equal(
      read('chat.jsonl'),
      '{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"line\\nbreak"}]}\n' +
        '{"messages":[{"role":"user","content":"=c"},{"role":"assistant","content":"d"}]}\n',
    );
    assert.equal(read('table.csv'), `id,prompt,response\n0,a,"line\nbreak"\n1,"",b\n2,'=c,d\n`);
    assert.equal(read('own.jsonl'), '{"q":"a","key":"0"}\n{"q":"","key":"1"}\n{"q":"=c","key":"2"}\n');
    const paths = runPaths(folderOf(summary));
    const rejects = readFileSync(paths.rejects, 'utf8');
    assert.match(rejects, /"id":"1","step":"docs","reason":"openai-chat:empty-content"/u);
    const lineage = readFileSync(paths.lineage, 'utf8').trimEnd().split('\n');
    assert.equal(lineage.length, 11, 'every record has its line of history');
    for (const line of lineage) assert.ok(Array.isArray((JSON.parse(line) as { steps: unknown }).steps), line);
  });

  it('fills a limit with records that fit', async () => {
    const summary = await run(['{ path: chat.jsonl, format: chatml }'], lines, [], 2);
    assert.deepEqual([summary.state, summary.records], ['done', 2]);
    assert.equal(read('chat.jsonl').split('\n').length, 3);
  });

  it('is exported: when it is complete its output, else what is committed', async () => {
    const steps = ['  - { id: ask, generate: { prompt: { text: "Say {prompt}" }, bind: { prompt: prompt } } }'];
    const many = Array.from({ length: 6 }, (_, index) => `{"prompt":"p${index}"}`);
    const summary = await run(['{ path: all.jsonl }'], many, steps);
    assert.equal(summary.state, 'done');
    const done = await runSource(folderOf(summary), undefined);
    const options = { format: 'alpaca', root, version: 'test' } as const;
    const report = await exportRecords({ ...options, source: done, output: join(root, 'a.jsonl') });
    assert.deepEqual([report.records, report.fields['output']], [6, { answer: 6 }]);
    assert.match(read('a.jsonl.card.json'), /"sample": true/u);
    writeFileSync(join(root, 'all.jsonl'), 'mine\n');
    await assert.rejects(runSource(folderOf(summary), undefined), InvalidInputError);
    await assert.rejects(runSource(folderOf(summary), 'nothing'), InvalidInputError);
  });

  it('is exported while it is paused, up to what is committed', async () => {
    writeFileSync(join(root, 'in.jsonl'), Array.from({ length: 6 }, (_, index) => `{"prompt":"p${index}"}\n`).join(''));
    const text = [
      'openline: 1',
      'endpoint: sample',
      'steps:',
      '  - { id: docs, read: { files: in.jsonl } }',
      '  - { id: ask, generate: { prompt: { text: "Say {prompt}" } } }',
      'outputs: [{ path: all.jsonl }]',
      '',
    ].join('\n');
    const context = { templates: new Map(), recipes: new Map(), profiles: [SAMPLE_PROFILE], root };
    const { plan } = await planPipeline({ file: join(root, 'p.openline.yaml'), text }, context);
    const started = { ...settings, plan, text, root, mode: 'run', concurrency: 1 } as const;
    const paused = await startRun({ ...started, budget: { requests: 4 } });
    assert.equal(paused.state, 'paused');
    const source = await runSource(folderOf(paused), undefined);
    assert.ok(source.growing);
    const options = { source, format: 'openai-chat', root, version: 'test' } as const;
    const report = await exportRecords({ ...options, output: join(root, 'chat.jsonl') });
    assert.deepEqual([report.records, report.rejected], [4, {}]);
    const resumed = await resumeRun({ ...settings, folder: folderOf(paused), budget: { requests: 100 } });
    assert.equal(resumed.records, 6);
  });
});
