import assert from 'node:assert/strict';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { eventually, linesOf, newestRun, write } from './workspace.ts';

/** Milliseconds for a run of seconds, on a machine that has much else to do. */
const PATIENCE = 120_000;

describe('Curate Dataset', () => {
  it('writes a pipeline beside the file, which can be run as it is', async () => {
    const dataset = await write(
      'data/mixed.jsonl',
      '{"answer":"cafÃ© society"}\n{"answer":"I’m sorry, but I can’t help with that."}\n',
    );
    await vscode.commands.executeCommand('openline.curateDataset', dataset);
    const { document } = vscode.window.activeTextEditor ?? {};
    assert.ok(document?.uri.path.endsWith('/data/mixed.curate.openline.yaml') === true);
    assert.match(document.getText(), /text: answer/u);
    assert.deepEqual(
      vscode.languages.getDiagnostics(document.uri).map(({ message }) => message),
      [],
    );
    await vscode.commands.executeCommand('openline.run', document.uri);
    const [line, ...others] = await eventually('the curated file', async () =>
      linesOf('data/mixed.curated.jsonl').catch(() => undefined),
    );
    assert.deepEqual([line, others], ['{"id":"0","answer":"café society"}', []]);
  });

  it('leaves the editor as quick as it was while 100 000 records are de-duplicated', async () => {
    const records = 100_000;
    const text = (number: number): string => {
      const words = Array.from({ length: 12 }, (_, at) => ((number + 1) * (at + 3) * 7919).toString(36));
      return number % 10 === 0
        ? `The same question once more, for the ${number}th time, in as many words`
        : words.join(' ');
    };
    const lines = Array.from({ length: records }, (_, number) => `${JSON.stringify({ text: text(number) })}\n`);
    await write('data/many.jsonl', lines.join(''));
    const pipeline = await write(
      'many.openline.yaml',
      `openline: 1
steps:
  - id: rows
    read: { files: data/many.jsonl }
  - id: unique
    dedup: { method: fuzzy, fields: [text] }
output: data/many.unique.jsonl
`,
    );
    await vscode.workspace.openTextDocument(pipeline);
    const delay = monitorEventLoopDelay({ resolution: 10 });
    const before = performance.now();
    delay.enable();
    let answered = 0;
    const ended = new AbortController();
    const running = (async () => {
      await vscode.commands.executeCommand('openline.run', pipeline);
      const deadline = Date.now() + PATIENCE - 10_000;
      for (;;) {
        const run = await newestRun('many');
        if (run !== undefined && run.state !== 'running') return;
        assert.ok(Date.now() < deadline, 'the run never ended');
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    })().finally(() => {
      ended.abort();
    });
    while (!ended.signal.aborted) {
      // Answered by the extension itself, in its host.
      const lenses = await vscode.commands.executeCommand<readonly vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        pipeline,
      );
      if (lenses.length > 0) answered += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await running;
    delay.disable();
    const took = performance.now() - before;
    const run = await newestRun('many');
    assert.equal(run?.state, 'done');
    const kept = (await linesOf('data/many.unique.jsonl')).length;
    assert.ok(kept >= records * 0.9 && kept < records * 0.91, `${kept} kept`);
    // Work of seconds in the host would hold up one turn for as long, and leave no command answered meanwhile.
    console.log(`${answered} commands in ${Math.round(took)} ms, the longest turn ${Math.round(delay.max / 1e6)} ms`);
    assert.ok(answered > 0, 'no command was answered meanwhile');
    assert.ok(delay.max / 1e6 < took / 2, `a turn took ${delay.max / 1e6} ms of ${took}`);
  }).timeout(PATIENCE);
});
