import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { eventually, linesOf, write } from './workspace.ts';

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
});
