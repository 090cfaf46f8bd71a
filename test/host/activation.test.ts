import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import * as z from 'zod';

const manifestSchema = z.object({
  contributes: z.object({ commands: z.array(z.object({ command: z.string(), category: z.string() })) }),
});

describe('the extension', () => {
  it('activates and registers every command of its manifest', async () => {
    const extension = vscode.extensions.getExtension('openline.openline');
    assert.ok(extension, 'VS Code does not know the extension');
    await extension.activate();
    const { commands } = manifestSchema.parse(extension.packageJSON).contributes;
    assert.ok(commands.length > 0);
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      commands.filter(({ command }) => !registered.has(command)),
      [],
    );
    assert.deepEqual(
      commands.filter(({ category }) => category !== 'Openline'),
      [],
    );
  });
});
