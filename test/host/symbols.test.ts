import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { COMMANDS } from '../../src/host/ids.ts';
import { linesOf, newestRun, write } from './workspace.ts';

const CODE = `using System;

// Keeps the berths.
public class Quay
{
    // Adds a ship.
    public void Add(int ship)
    {
    }
}
`;

describe('code in languages without a parser of ours', () => {
  it('is read by symbol as the extension for its language tells it', async () => {
    await vscode.workspace
      .getConfiguration('openline')
      .update('openStudioOnRun', false, vscode.ConfigurationTarget.Global);
    await write('harbour/Quay.cs', CODE);
    await write('harbour/empty.cs', '\n');
    await write('harbour/add.py', 'def add(a, b):\n    return a + b\n');
    const file = await write(
      'harbour.openline.yaml',
      `openline: 1
endpoint: sample
steps:
  - { id: parts, read: { files: harbour/*, as: symbols, symbols: [function, method], source: at } }
output: data/harbour.jsonl
`,
    );
    await vscode.commands.executeCommand(COMMANDS.run, file);
    assert.equal((await newestRun('harbour'))?.state, 'done');
    const method = '// Adds a ship.\\n    public void Add(int ship)\\n    {\\n    }';
    assert.deepEqual(await linesOf('data/harbour.jsonl'), [
      `{"id":"0","name":"Quay.Add","kind":"method","language":"csharp","text":"${method}","doc":"Adds a ship.","tests":[],"at":"harbour/Quay.cs:6-9"}`,
      `{"id":"1","name":"add","kind":"function","language":"python","text":"def add(a, b):\\n    return a + b","doc":"","tests":[],"at":"harbour/add.py:1-2"}`,
    ]);
  });
});
