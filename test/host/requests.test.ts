import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { COMMANDS } from '../../src/host/ids.ts';
import { newestRun, write } from './workspace.ts';

describe('a request and its answer', () => {
  it('open word for word, for a record and for what a step turned down', async () => {
    const file = await write(
      'requests.openline.yaml',
      `openline: 1
endpoint: sample
steps:
  - { id: topics, read: { values: [Lighthouses, Ferries], into: text } }
  - id: questions
    generate:
      { prompt: closed-qa, bind: { document: text }, values: { n_openlines: 2 }, expect: { list: question } }
  - { id: kept, filter: { text: question, checks: [{ word_count: { min: 500 } }] } }
outputs:
  - { from: questions, path: data/requests.jsonl }
  - { from: kept, path: data/requests-kept.jsonl }
`,
    );
    await vscode.commands.executeCommand(COMMANDS.run, file);
    const run = await newestRun('requests');
    assert.equal(run?.state, 'done');
    const shown = async (target: unknown): Promise<vscode.TextDocument> => {
      await vscode.commands.executeCommand(COMMANDS.openRequest, run.folder, target);
      const { document } = vscode.window.activeTextEditor ?? assert.fail('no document was opened');
      assert.equal(document.uri.scheme, 'openline-request');
      assert.equal(document.languageId, 'plaintext', 'what a model said is plain text');
      return document;
    };
    const record = (await shown({ of: 'record', id: '1.0' })).getText();
    assert.match(record, /topics 1 → questions 1\.0/u);
    assert.match(record, /─── user ─+\n[^]*Ferries[^]*─── answer[^]*as journalled/u);
    const dropped = (await shown({ of: 'reject', step: 'kept', id: '1.0' })).getText();
    assert.match(dropped, /Rejected by step kept as word-count/u);
    assert.match(dropped, /Ferries/u);
    const absent = await shown({ of: 'record', id: '99' });
    assert.match(absent.getText(), /has no record 99/u);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
});
