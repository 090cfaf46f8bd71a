import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { COMMANDS } from '../../src/host/ids.ts';
import { linesOf, write } from './workspace.ts';

const pipeline = (output: string): string => `openline: 1
steps:
  - id: answers
    read: { files: ./code.jsonl }
  - id: running
    filter: { text: answer, checks: [{ code: { languages: [javascript], run: true } }] }
output: ${output}
`;

describe('code in records', () => {
  after(async () => {
    await vscode.commands.executeCommand(COMMANDS.forbidCode);
  });

  it('is run where the person has allowed it for this workspace', async () => {
    await write(
      'code.jsonl',
      [`const right = 1;`, `throw new Error('wrong');`]
        .map((code) => `${JSON.stringify({ answer: `\`\`\`javascript\n${code}\n\`\`\`` })}\n`)
        .join(''),
    );
    await vscode.commands.executeCommand(COMMANDS.allowCode);
    const file = await write('code.openline.yaml', pipeline('data/code.jsonl'));
    await vscode.commands.executeCommand(COMMANDS.run, file);
    const lines = await linesOf('data/code.jsonl');
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /right = 1/u);
  });
});
