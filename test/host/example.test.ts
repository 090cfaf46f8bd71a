import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { z } from 'zod';
import { COMMANDS } from '../../src/host/ids.ts';
import { linesOf, workspaceFolder } from './workspace.ts';

const walkthroughs = z.array(
  z.object({
    steps: z.array(
      z.object({ completionEvents: z.array(z.string()).optional(), media: z.object({ svg: z.string() }) }),
    ),
  }),
);

describe('Create Example Workspace', () => {
  it('copies a folder whose pipelines run as they are, and never over one that is there', async () => {
    const parent = vscode.Uri.file(join(workspaceFolder(), 'examples'));
    await mkdir(parent.fsPath, { recursive: true });
    const made = await vscode.commands.executeCommand<vscode.Uri>(COMMANDS.createExample, parent);
    const second = await vscode.commands.executeCommand<vscode.Uri>(COMMANDS.createExample, parent);
    assert.ok(made.path.endsWith('/openline-example'), made.path);
    assert.ok(second.path.endsWith('/openline-example-2'), second.path);
    await vscode.commands.executeCommand(COMMANDS.run, vscode.Uri.joinPath(made, 'closed-qa.openline.yaml'));
    assert.ok((await linesOf('examples/openline-example/data/closed-qa.jsonl')).length > 0);
  });
});

describe('the walkthrough', () => {
  it('has its pictures, and steps that commands which there are complete', async () => {
    const extension = vscode.extensions.getExtension('openline.openline');
    assert.ok(extension !== undefined);
    const { contributes } = z.object({ contributes: z.object({ walkthroughs }) }).parse(extension.packageJSON);
    const commands = new Set(await vscode.commands.getCommands(true));
    for (const { completionEvents = [], media } of contributes.walkthroughs.flatMap(({ steps }) => steps)) {
      await vscode.workspace.fs.stat(vscode.Uri.joinPath(extension.extensionUri, media.svg));
      for (const event of completionEvents) assert.ok(commands.has(event.replace(/^onCommand:/u, '')), event);
    }
  });
});
