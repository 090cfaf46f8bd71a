import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { COMMANDS } from '../../src/host/ids.ts';
import { eventually, write } from './workspace.ts';

const right = `openline: 1
endpoint: sample
recipe: open-qa
with:
  n_macro_topics: 2
output: data/checked.jsonl
`;

async function diagnosticsOf(
  uri: vscode.Uri,
  wanted: (diagnostics: readonly vscode.Diagnostic[]) => boolean,
): Promise<readonly vscode.Diagnostic[]> {
  return eventually(`the diagnostics of ${uri.path}`, () => {
    const found = vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Openline');
    return Promise.resolve(wanted(found) ? found : undefined);
  });
}

async function replace(editor: vscode.TextEditor, from: string, to: string): Promise<void> {
  const { document } = editor;
  const at = document.getText().indexOf(from);
  assert.ok(at >= 0, `${from} is not there`);
  const range = new vscode.Range(document.positionAt(at), document.positionAt(at + from.length));
  assert.ok(await editor.edit((edit) => edit.replace(range, to)));
}

describe('a pipeline in the editor', () => {
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('shows mistakes as they are typed, and lets go of them when they are gone', async () => {
    const uri = await write('checked.openline.yaml', right);
    const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
    await replace(editor, 'n_macro_topics', 'n_makro_topics');
    const [mistake, ...others] = await diagnosticsOf(uri, (found) => found.length > 0);
    assert.deepEqual(others, []);
    assert.equal(mistake?.severity, vscode.DiagnosticSeverity.Error);
    assert.equal(mistake.code, 'unknown-parameter');
    assert.match(mistake.message, /n_macro_topics/u);
    assert.equal(editor.document.getText(mistake.range), 'n_makro_topics');
    await replace(editor, 'n_makro_topics', 'n_macro_topics');
    await diagnosticsOf(uri, (found) => found.length === 0);
  });

  it('shows a value of the wrong type at the value', async () => {
    const uri = await write('typed-wrong.openline.yaml', right.replace('n_macro_topics: 2', 'n_macro_topics: -2'));
    const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
    const [mistake] = await diagnosticsOf(uri, (found) => found.length > 0);
    assert.equal(mistake === undefined ? '' : editor.document.getText(mistake.range), '-2');
  });

  it('that is run with a profile which cannot be used is told what is wrong with the profile, and where', async () => {
    const endpoints = 'broken-profile/.openline/endpoints.yaml';
    await write(endpoints, 'endpoints:\n  mine: { base_url: "http://h.test/v1", max_concurrency: many }\n');
    const uri = await write('broken-profile/asks.openline.yaml', right.replace('endpoint: sample', 'endpoint: mine'));
    const told = async (): Promise<string> => {
      await vscode.commands.executeCommand(COMMANDS.run, uri);
      const [mistake] = await diagnosticsOf(uri, (found) => found.length > 0);
      return mistake?.message ?? '';
    };
    assert.match(await told(), /profile mine cannot be used: .*endpoints\.yaml:2:\d+: .*max_concurrency/u);
    await write(endpoints, 'endpoints:\n  mine: { base_url: "http://h.test/v1"\n');
    const whole = await eventually('the mistake of the file', async () => {
      const message = await told();
      return message.includes('cannot be read') ? message : undefined;
    });
    assert.match(whole, /`mine` is not an endpoint known here.*endpoints\.yaml:\d+/u);
  });

  it('has its like in endpoints.yaml: unknown kinds, URLs without a scheme, replicas that are nowhere', async () => {
    const wrong =
      'endpoints:\n  one: { kind: grpc }\n  two: { base_url: "localhost:8000" }\n  three: { base_url: "http://h.test/v1" }\n';
    const uri = await write('.openline/endpoints.yaml', wrong);
    const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
    const found = await diagnosticsOf(uri, (list) => list.length > 0);
    assert.deepEqual(
      found.map(({ range }) => editor.document.getText(range)),
      ['grpc', '"localhost:8000"'],
    );
    await replace(editor, 'kind: grpc', 'kind: pool, replicas: [three, four]');
    await replace(editor, '"localhost:8000"', '"http://localhost:8000"');
    const all = await diagnosticsOf(uri, (list) => list.some(({ code }) => code === 'unknown-endpoint'));
    assert.match(
      all.find(({ code }) => code === 'unknown-endpoint')?.message ?? '',
      /four, which no profile is called/u,
    );
    await replace(editor, ', four', '');
    await diagnosticsOf(uri, (list) => list.length === 0);
    await write('.openline/endpoints.yaml', 'endpoints: {}\n');
  });

  it('is checked again when the endpoints of the workspace change', async () => {
    const uri = await write('elsewhere.openline.yaml', right.replace('endpoint: sample', 'endpoint: appears-later'));
    const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
    const [mistake] = await diagnosticsOf(uri, (found) => found.length > 0);
    assert.equal(mistake === undefined ? '' : editor.document.getText(mistake.range), 'appears-later');
    await write(
      '.openline/endpoints.yaml',
      'endpoints:\n  appears-later: { kind: sample, model: sample }\n  slow: { kind: sample, model: sample, sample: { latency_ms: 150 } }\n',
    );
    await diagnosticsOf(uri, (found) => found.length === 0);
  });
});
