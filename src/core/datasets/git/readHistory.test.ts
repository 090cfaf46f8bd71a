import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createHttpFetch } from '../../endpoints/httpFetch.ts';
import { pipeline, PlanFixture } from '../../pipeline/planFixture.ts';
import type { ReadStep } from '../../pipeline/plan.ts';
import { settleSources } from '../../run/settleSources.ts';
import { readSource } from '../readSource.ts';

let fixture: PlanFixture;
const http = createHttpFetch();
let folder = '';
let clock = Date.UTC(2025, 0, 1) / 1000;

function git(...options: string[]): string {
  clock += 86_400;
  const date = `${clock} +0000`;
  const who = {
    GIT_AUTHOR_NAME: 'A',
    GIT_AUTHOR_EMAIL: 'a@example.org',
    GIT_COMMITTER_NAME: 'A',
    GIT_COMMITTER_EMAIL: 'a@example.org',
  };
  const env = { ...process.env, ...who, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
  return execFileSync('git', ['-C', folder, ...options], { env, encoding: 'utf8' });
}

before(async () => {
  fixture = await PlanFixture.create();
  await fixture.put('repo/tide.ts', 'let tide = 1;\n');
  folder = join(fixture.root, 'work', 'repo');
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-qm', 'Tides\n\nWith a body, {braces} and "quotes".');
  await writeFile(join(folder, 'tide.ts'), 'let tide = 2;\n');
  await writeFile(join(folder, 'zähler.bin'), Buffer.from([0, 1, 2]));
  git('add', '-A');
  git('commit', '-qm', 'Höher');
  git('mv', 'tide.ts', 'tides.ts');
  git('commit', '-qm', 'Renamed');
  git('commit', '-q', '--allow-empty', '-m', 'Nothing');
  await writeFile(join(folder, 'latin.txt'), Buffer.from('caf\u00e9\n', 'latin1'));
  git('add', '-A');
  git('commit', '-qm', 'Latin');
});
after(async () => {
  await fixture.dispose();
  await http.close();
});

async function settled(options: string): Promise<ReadStep> {
  const plan = await fixture.plan(pipeline('steps:', `  - { id: r, read: { ${options} } }`));
  const { steps } = await settleSources(plan, fixture.root, { http });
  const [step] = steps;
  assert.ok(step?.kind === 'read');
  return step;
}

async function historyOf(step: ReadStep): Promise<readonly Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  for await (const entry of readSource(step)) {
    found.push(entry.kind === 'record' ? { ...entry.fields } : { reason: entry.reason });
  }
  return found;
}

describe('the history of a repository', () => {
  it('gives a record a commit, the newest first, with message, diff and files', async () => {
    const commits = await historyOf(await settled('git: repo, source: s'));
    assert.deepEqual(
      commits.map(({ message, files, reason }) => reason ?? [message, files]),
      [
        'not-utf8',
        ['Nothing', []],
        ['Renamed', ['tides.ts']],
        ['Höher', ['tide.ts', 'zähler.bin']],
        ['Tides\n\nWith a body, {braces} and "quotes".', ['tide.ts']],
      ],
    );
    const first = commits.at(-1) ?? {};
    assert.equal(first['date'], '2025-01-04T00:00:00+00:00');
    assert.match(String(first['commit']), /^[0-9a-f]{40}$/u);
    assert.equal(first['s'], `repo@${String(first['commit']).slice(0, 12)}`);
    assert.match(String(first['diff']), /^diff --git a\/tide\.ts b\/tide\.ts\n[^]*\n\+let tide = 1;$/u);
    assert.match(String(commits[3]?.['diff']), /-let tide = 1;\n\+let tide = 2;\n[^]*Binary files/u);
  });

  it('can be limited to paths, a time and a number', async () => {
    const messages = async (options: string): Promise<unknown[]> =>
      (await historyOf(await settled(`git: { repository: repo, ${options} }`))).map(
        ({ message, reason }) => reason ?? message,
      );
    assert.deepEqual(await messages('paths: tide.ts, max: 1'), ['Renamed']);
    assert.deepEqual(await messages('max: 2'), ['not-utf8', 'Nothing']);
    assert.deepEqual(await messages('since: 2025-01-08'), ['not-utf8', 'Nothing', 'Renamed']);
  });

  it('stays what it was when the run started', async () => {
    const step = await settled('git: repo');
    const before = await historyOf(step);
    git('commit', '-q', '--allow-empty', '-m', 'Later');
    assert.deepEqual(await historyOf(step), before);
    assert.equal((await historyOf(await settled('git: repo'))).length, before.length + 1);
  });

  it('that is none is told before anything starts', async () => {
    await fixture.put('plain/a.txt', 'a');
    await assert.rejects(settled('git: plain'), /The history of plain cannot be read: /u);
    assert.deepEqual(await fixture.errors(pipeline('steps:', '  - { id: r, read: { git: gone } }')), [
      '4:27-31 missing-folder: there is no folder gone',
    ]);
  });
});
