import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { COMMANDS } from '../../src/host/ids.ts';
import { eventually, read, write } from './workspace.ts';

const name = 'named.openline.yaml';
const pipeline = `openline: 1
endpoint: at-home # the fast one
steps:
  - { id: topics, read: { values: [Lighthouses, Ferries], into: text } }
  - id: questions # of each topic
    generate: { prompt: of-named, bind: { text: text }, expect: { list: question } }
  - id: all
    from: [questions, topics]
    sample: { count: 3 }
outputs:
  - { from: questions, path: data/named.jsonl }
`;

describe('names in pipelines', () => {
  let document: vscode.TextDocument;
  const at = (text: string): vscode.Position => document.positionAt(document.getText().indexOf(text) + 1);
  const rename = async (text: string, newName: string): Promise<vscode.WorkspaceEdit> =>
    vscode.commands.executeCommand<vscode.WorkspaceEdit>(
      'vscode.executeDocumentRenameProvider',
      document.uri,
      at(text),
      newName,
    );
  before(async () => {
    await write('.openline/endpoints.yaml', 'endpoints:\n  at-home: { kind: sample, model: sample } # mine\n');
    await write('.openline/prompts/of-named.prompt.md', '---\nexpects: list\n---\nTwo questions about {text}.\n');
    const uri = await write(name, pipeline);
    document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    await eventually('the references of a step', async () => {
      const found = await references('topics, read');
      return found.length > 0 ? found : undefined;
    });
  });

  async function references(text: string): Promise<readonly string[]> {
    const found = await vscode.commands.executeCommand<vscode.Location[]>(
      'vscode.executeReferenceProvider',
      document.uri,
      at(text),
    );
    return found.map(({ uri, range }) => `${uri.path.split('/').at(-1) ?? ''}:${range.start.line + 1}`).sort();
  }

  it('are found wherever they are used', async () => {
    assert.deepEqual(await references('questions # of'), [`${name}:11`, `${name}:5`, `${name}:8`]);
    assert.deepEqual(await references('at-home'), ['endpoints.yaml:2', `${name}:2`]);
  });

  it('are renamed: a step in its pipeline, with what stands around it left alone', async () => {
    assert.ok(await vscode.workspace.applyEdit(await rename('questions # of', 'asked')));
    const expected = pipeline
      .replace('id: questions', 'id: asked')
      .replace('[questions,', '[asked,')
      .replace('from: questions', 'from: asked');
    assert.equal(document.getText(), expected);
    await assert.rejects(rename('asked # of', 'topics'), /already/u);
    await assert.rejects(rename('asked # of', 'not a word'), /letters/u);
  });

  it('are renamed: a field where it is made and used, with the template that takes it by its name left as it is', async () => {
    const before = document.getText();
    assert.ok(await vscode.workspace.applyEdit(await rename('text } }', 'subject')));
    const named = before
      .replace('into: text', 'into: subject')
      .replace('bind: { text: text }', 'bind: { text: subject }');
    assert.equal(document.getText(), named);
    assert.deepEqual(await references('subject } }'), [`${name}:4`, `${name}:6`]);
    await assert.rejects(rename('question } }', 'subject'), /already/u);
    assert.ok(await vscode.workspace.applyEdit(await rename('subject } }', 'text')));
    assert.equal(document.getText(), before);
  });

  it('are renamed: a profile in pipelines and its own file; one that is built in is not', async () => {
    assert.ok(await vscode.workspace.applyEdit(await rename('at-home', 'in-town')));
    assert.match(document.getText(), /endpoint: in-town # the fast one/u);
    const profiles = vscode.Uri.joinPath(document.uri, '../.openline/endpoints.yaml');
    const declared = await vscode.workspace.openTextDocument(profiles);
    assert.match(declared.getText(), /in-town: .* # mine/u);
    await declared.save();
  });

  it('are renamed: a template with its file, and then it can be run', async () => {
    assert.ok(await vscode.workspace.applyEdit(await rename('of-named', 'of-renamed')));
    await vscode.workspace.saveAll();
    assert.match(document.getText(), /prompt: of-renamed,/u);
    assert.match(await read('.openline/prompts/of-renamed.prompt.md'), /Two questions/u);
    await vscode.commands.executeCommand(COMMANDS.run, document.uri);
    const template = vscode.Uri.joinPath(document.uri, '../.openline/prompts/of-renamed.prompt.md');
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(template));
    await eventually('what was made with the template, above it', async () => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[] | undefined>(
        'vscode.executeCodeLensProvider',
        template,
      );
      return lenses?.find(({ command }) => /^made \d+ records · yield 100%$/u.test(command?.title ?? ''));
    });
  });

  it('that are mistyped are put right by a quick fix', async () => {
    const uri = await write('mistyped.openline.yaml', 'openline: 1\nendpoint: sample\nrecipe: open-aq\n');
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
    const wrong = await eventually('the mistake', () =>
      Promise.resolve(vscode.languages.getDiagnostics(uri).find(({ message }) => message.includes('open-aq'))),
    );
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      uri,
      wrong.range,
      vscode.CodeActionKind.QuickFix.value,
    );
    const fix = actions.find(({ title }) => title === 'Change to open-qa');
    assert.ok(fix?.edit !== undefined && (await vscode.workspace.applyEdit(fix.edit)), wrong.message);
    assert.match(vscode.window.activeTextEditor?.document.getText() ?? '', /recipe: open-qa\n/u);
    await vscode.workspace.saveAll();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
});
