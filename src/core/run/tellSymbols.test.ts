/** Code whose symbols only an editor's extensions know, in runs. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readFile, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { EditorAnswer, EditorSymbol, EditorSymbols } from '../datasets/symbols/editorSymbols.ts';
import { createHttpFetch } from '../endpoints/httpFetch.ts';
import { pipeline, PlanFixture } from '../pipeline/planFixture.ts';
import { isJsonObject, parseJson, type JsonObject } from '../record/json.ts';
import { runPaths } from './runFolder.ts';
import { resumeRun, startRun } from './runPipeline.ts';
import type { RunSettings } from './runJob.ts';

const http = createHttpFetch();
let fixture: PlanFixture;
before(async () => {
  fixture = await PlanFixture.create();
});
after(async () => {
  await fixture.dispose();
  await http.close();
});

const CODE = `using System;

namespace Harbour
{
    // Keeps the berths.
    // One for each ship.
    public class Quay
    {
        /// Adds a ship.
        [Obsolete]
        public void Add(int ship) { ships.Add(ship); }

        public int Count => ships.Count;
    }

    public class QuayTests
    {
        [Fact]
        public void AddsShips() { new Quay().Add(1); }
    }
}
`;

function symbol(
  kind: EditorSymbol['kind'],
  name: string,
  from: readonly [number, number],
  to: readonly [number, number],
  children: readonly EditorSymbol[] = [],
): EditorSymbol {
  const place = ([line, character]: readonly [number, number]): EditorSymbol['start'] => ({ line, character });
  return { kind, name, start: place(from), end: place(to), children: [...children] };
}

const told: EditorAnswer = {
  language: 'csharp',
  symbols: [
    symbol(
      'scope',
      'Harbour',
      [2, 0],
      [20, 1],
      [
        symbol('class', 'QuayTests', [15, 4], [19, 5], [symbol('method', 'AddsShips()', [17, 8], [18, 54])]),
        symbol(
          'class',
          'Quay',
          [6, 4],
          [13, 5],
          [symbol('method', 'Add(int) : void', [10, 8], [10, 54]), symbol('other', 'Count', [12, 8], [12, 40])],
        ),
      ],
    ),
  ],
};

/** An editor that answers for `.cs` files and counts what it is asked. */
class TestEditor implements EditorSymbols {
  asked: string[] = [];
  symbolsOf(path: string): Promise<EditorAnswer> {
    this.asked.push(path.slice(path.lastIndexOf('/') + 1));
    return Promise.resolve(path.endsWith('.cs') ? told : { silence: 'no-provider', message: 'its language is zig' });
  }
}

const text = pipeline('steps:', '  - { id: r, read: { files: code/*, as: symbols, source: at } }', 'output: out.jsonl');
const output = (): string => readFileSync(join(fixture.root, 'work', 'out.jsonl'), 'utf8');

function settings(editorSymbols?: EditorSymbols): RunSettings {
  return {
    profiles: [],
    http,
    version: 'test',
    force: true,
    ...(editorSymbols === undefined ? {} : { editorSymbols }),
  };
}

async function start(editor?: EditorSymbols, stop?: AbortSignal): Promise<string> {
  let folder = '';
  const plan = await fixture.plan(text);
  await startRun({
    ...settings(editor),
    ...(stop === undefined ? {} : { stop }),
    onStarted: (_run, path) => (folder = path),
    ...{ text, plan, root: fixture.root, mode: 'run' },
  });
  return folder;
}

function recordsOf(text: string): readonly JsonObject[] {
  return text
    .split('\n')
    .map(parseJson)
    .filter((line) => isJsonObject(line));
}

async function rejectsOf(folder: string): Promise<readonly unknown[]> {
  const lines = recordsOf(await readFile(runPaths(folder).rejects, 'utf8'));
  return lines.map((line) => [line['reason'], line['message']]);
}

describe('symbols that an editor tells', () => {
  beforeEach(async () => {
    await fixture.put('code/a.cs', CODE);
    await fixture.put('code/b.py', 'def plain():\n    return 1\n');
  });

  it('are read with comments, names and tests, beside those of our own parsers', async () => {
    const editor = new TestEditor();
    await start(editor);
    assert.deepEqual(recordsOf(output()), [
      {
        id: '0',
        name: 'Harbour.Quay',
        kind: 'class',
        language: 'csharp',
        text: CODE.split('\n').slice(4, 14).join('\n').trim(),
        doc: 'Keeps the berths.\nOne for each ship.',
        tests: ['[Fact]\n        public void AddsShips() { new Quay().Add(1); }'],
        at: 'code/a.cs:5-14',
      },
      {
        ...{ id: '1', name: 'plain', kind: 'function', language: 'python' },
        ...{ text: 'def plain():\n    return 1', doc: '', tests: [], at: 'code/b.py:1-2' },
      },
    ]);
    assert.deepEqual(editor.asked, ['a.cs']);
  });

  it('are kept: a resume without an editor gives the same bytes, a file that has changed is told', async () => {
    const stop = new AbortController();
    const folder = await start(
      {
        symbolsOf: () => {
          stop.abort();
          return Promise.resolve(told);
        },
      },
      stop.signal,
    );
    await resumeRun({ ...settings(), folder });
    const resumed = output();
    await start(new TestEditor());
    assert.equal(resumed, output());

    await fixture.put('code/a.cs', `// new\n${CODE}`);
    const again = new AbortController();
    const changed = await start(
      {
        symbolsOf: async () => {
          again.abort();
          await fixture.put('code/a.cs', `// newer\n${CODE}`);
          return told;
        },
      },
      again.signal,
    );
    await resumeRun({ ...settings(), folder: changed });
    assert.deepEqual(
      (await rejectsOf(changed)).map((reject) => String(reject).slice(0, 12)),
      ['changed-file'],
    );
  });

  it('are asked to the end by an editor alone; what was cut off is asked again', async () => {
    await fixture.put('code/c.cs', CODE);
    const folder = await start(new TestEditor());
    const whole = output();
    const { symbols } = runPaths(folder);
    const kept = await readFile(symbols, 'utf8');
    await truncate(symbols, kept.lastIndexOf('"hash"'));
    await assert.rejects(resumeRun({ ...settings(), folder, retryFailed: true }), /resume it in VS Code/u);
    const editor = new TestEditor();
    await resumeRun({ ...settings(editor), folder, retryFailed: true });
    assert.deepEqual(editor.asked, ['c.cs']);
    assert.equal(output(), whole);
    await rm(join(fixture.root, 'work', 'code', 'c.cs'));
  });

  it('are told to be missing, with what to do, where nobody knows the language', async () => {
    await fixture.put('code/z.zig', 'fn main() void {}\n');
    const [withEditor, without] = [await start(new TestEditor()), await start()];
    const [reject] = await rejectsOf(withEditor);
    assert.match(
      String(reject),
      /^unknown-language,code\/z\.zig: no extension of VS Code tells symbols.*\(its language is zig\)$/u,
    );
    const plainly = await rejectsOf(without);
    assert.equal(plainly.length, 2);
    assert.match(String(plainly[0]), /^unknown-language,code\/a\.cs: without VS Code.*run the pipeline in VS Code/u);
    await rm(join(fixture.root, 'work', 'code', 'z.zig'));
  });
});
