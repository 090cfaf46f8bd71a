import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { parseJson } from '../../src/core/record/json.ts';
import { COMMANDS } from '../../src/host/ids.ts';
import { progressText } from '../../src/host/runs/runSession.ts';
import { runSnapshot } from '../support/runSnapshot.ts';
import { eventually, linesOf, newestRun, write } from './workspace.ts';

const pipeline = (endpoint: string, output: string, numbers: readonly [number, number, number, number]): string =>
  `openline: 1
endpoint: ${endpoint}
recipe: open-qa
with: { n_macro_topics: ${numbers[0]}, n_subtopics: ${numbers[1]}, n_openlines: ${numbers[2]}, n_revisions: ${numbers[3]} }
output: ${output}
`;

describe('a run', () => {
  before(async () => {
    await vscode.workspace
      .getConfiguration('openline')
      .update('openStudioOnRun', false, vscode.ConfigurationTarget.Global);
    await write(
      '.openline/endpoints.yaml',
      'endpoints:\n  slow: { kind: sample, model: sample, sample: { latency_ms: 150 } }\n',
    );
  });

  it('writes the records of the pipeline to its output', async () => {
    const file = await write('made.openline.yaml', pipeline('sample', 'data/made.jsonl', [2, 1, 2, 2]));
    await vscode.commands.executeCommand(COMMANDS.run, file);
    const lines = await linesOf('data/made.jsonl');
    // (2 subtopics + 2 macro topics) · 2 openlines · 2 revisions
    assert.equal(lines.length, 16);
    for (const line of lines) {
      const record = parseJson(line);
      assert.ok(typeof record === 'object' && record !== null && 'prompt' in record, line);
    }
    assert.equal((await newestRun('made'))?.state, 'done');
  });

  it('goes as far as a step, into a file of its own', async () => {
    const file = await write('made.openline.yaml', pipeline('sample', 'data/made.jsonl', [2, 1, 2, 2]));
    await vscode.commands.executeCommand(COMMANDS.runStep, file, 'subtopics');
    const lines = await linesOf('data/made.subtopics.jsonl');
    assert.equal(lines.length, 2);
    assert.equal((await linesOf('data/made.jsonl')).length, 16, 'the output of the whole pipeline stays');
  });

  it('with a script step works in a trusted workspace', async () => {
    await write(
      'double.mjs',
      `import { createInterface } from 'node:readline';
for await (const line of createInterface({ input: process.stdin })) {
  const { n } = JSON.parse(line);
  console.log(JSON.stringify({ n, twice: 2 * n }));
}
`,
    );
    const file = await write(
      'scripted.openline.yaml',
      `openline: 1
steps:
  - { id: numbers, read: { values: [1, 2, 3], into: n } }
  - { id: doubled, script: [node, double.mjs] }
`,
    );
    await vscode.commands.executeCommand(COMMANDS.run, file);
    const lines = await linesOf('data/scripted.jsonl');
    assert.deepEqual(
      lines.map((line) => parseJson(line)),
      [1, 2, 3].map((n, index) => ({ id: String(index), n, twice: 2 * n })),
    );
  });

  it('saves what was typed before it runs', async () => {
    const file = await write('typed.openline.yaml', pipeline('sample', 'data/typed.jsonl', [1, 1, 1, 1]));
    const document = await vscode.workspace.openTextDocument(file);
    const editor = await vscode.window.showTextDocument(document);
    const at = document.getText().indexOf('n_revisions: 1') + 'n_revisions: '.length;
    const range = new vscode.Range(document.positionAt(at), document.positionAt(at + 1));
    await editor.edit((edit) => {
      edit.replace(range, '3');
    });
    assert.ok(document.isDirty);
    // Without an argument it is the pipeline in the editor.
    await vscode.commands.executeCommand(COMMANDS.run);
    assert.equal(document.isDirty, false);
    assert.equal((await linesOf('data/typed.jsonl')).length, 6);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('says how far it is, where its plan tells how much there is to do', () => {
    const step = (expected: number | null) => ({
      ...{ id: 'a', kind: 'generate', from: [], waiting: 0, inFlight: 0, done: 39, out: 39, rejected: {} },
      ...{ requests: 39, reused: 0, expected },
    });
    const told = { records: 60, requests: 49 };
    assert.equal(progressText(runSnapshot({ ...told, steps: [step(100)] })), '39%, 60 records, 49 requests');
    assert.equal(progressText(runSnapshot({ ...told, steps: [step(null)] })), '60 records, 49 requests');
  });

  it('can be cancelled and resumed; nothing that was answered is asked again', async () => {
    const file = await write('long.openline.yaml', pipeline('slow', 'data/long.jsonl', [3, 3, 4, 2]));
    const ended = vscode.commands.executeCommand(COMMANDS.run, file);
    const { folder } = await eventually('the first records of the run', async () => {
      const run = await newestRun('long');
      const partial =
        run === undefined ? '' : await readFile(join(run.folder, 'outputs', 'long.partial'), 'utf8').catch(() => '');
      return partial === '' ? undefined : run;
    });
    await vscode.commands.executeCommand(COMMANDS.cancel, folder);
    await ended;
    const stopped = await newestRun('long');
    assert.equal(stopped?.state, 'interrupted');
    await vscode.commands.executeCommand(COMMANDS.resume, folder);
    const done = await newestRun('long');
    assert.equal(done?.state, 'done');
    assert.equal(done.folder, folder);
    // 1 list of macro topics, 3 of subtopics, 12 of openlines, 48 of revisions
    assert.equal(done.totals.requests + done.totals.reused, 64);
    assert.equal((await linesOf('data/long.jsonl')).length, 96);
  });

  it('of a pipeline with a mistake is not started, and the mistake is shown where it is', async () => {
    const file = await write('wrong.openline.yaml', pipeline('nowhere', 'data/wrong.jsonl', [1, 1, 1, 1]));
    await vscode.commands.executeCommand(COMMANDS.run, file);
    assert.equal(await newestRun('wrong'), undefined);
    const [diagnostic] = vscode.languages.getDiagnostics(file);
    assert.equal(diagnostic?.range.start.line, 1);
    assert.match(diagnostic.message, /nowhere/u);
  });

  it('of a preview makes a few records and leaves the output alone', async () => {
    const file = await write('look.openline.yaml', pipeline('sample', 'data/look.jsonl', [2, 2, 3, 2]));
    await vscode.commands.executeCommand(COMMANDS.preview, file);
    const run = await newestRun('look');
    assert.equal(run?.state, 'done');
    const records = await readFile(join(run.folder, 'outputs', 'look.jsonl'), 'utf8');
    assert.equal(records.trimEnd().split('\n').length, 3);
    await assert.rejects(linesOf('data/look.jsonl'));
  });
});
