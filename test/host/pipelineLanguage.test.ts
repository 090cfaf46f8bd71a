import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { editorSchemas } from '../../src/core/pipeline/editorSchemas.ts';
import { parseJson } from '../../src/core/record/json.ts';
import { eventually, workspaceFolder, write } from './workspace.ts';

const pipeline = `openline: 1
endpoint: in-file
steps:
  - id: docs
    read: { files: docs/**/*.md }
  - id: questions
    from: docs
    generate:
      prompt: closed-qa
      bind: { document: text }
      values: { n_openlines: 3 }
      expect: { list: question }
  - id: kept
    from: [questions]
    filter: { text: question, checks: [refusal] }
outputs:
  - { from: kept, path: data/kept.jsonl }
`;
const profiles = `endpoints:
  in-file: { kind: sample, model: sample }
`;

/** Writes a file of the language and opens it; what is open is known to the features a moment later. */
async function open(name: string, text: string): Promise<vscode.TextEditor> {
  const uri = await write(name, text);
  const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
  await eventually(`the outline of ${name}`, async () => {
    const symbols = await symbolsOf(uri);
    return symbols.length === 0 ? undefined : symbols;
  });
  return editor;
}

async function symbolsOf(uri: vscode.Uri): Promise<readonly vscode.DocumentSymbol[]> {
  const command = 'vscode.executeDocumentSymbolProvider';
  // Nothing at all before there is a provider.
  return (await vscode.commands.executeCommand<vscode.DocumentSymbol[] | undefined>(command, uri)) ?? [];
}

/** Suggestions of the extension at the end of a text that stands in the document. */
async function suggestions({ document }: vscode.TextEditor, after: string): Promise<readonly vscode.CompletionItem[]> {
  const found = document.getText().indexOf(after);
  assert.ok(found >= 0, `${after} is not there`);
  const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
    'vscode.executeCompletionItemProvider',
    document.uri,
    document.positionAt(found + after.length),
  );
  return items;
}

const labels = (items: readonly vscode.CompletionItem[]): readonly string[] =>
  items.map(({ label }) => (typeof label === 'string' ? label : label.label));

async function definition({ document }: vscode.TextEditor, at: string, within = 1): Promise<string> {
  const position = document.positionAt(document.getText().indexOf(at) + within);
  const links = await vscode.commands.executeCommand<(vscode.LocationLink | vscode.Location)[]>(
    'vscode.executeDefinitionProvider',
    document.uri,
    position,
  );
  const [link] = links;
  assert.ok(link !== undefined, `${at} leads nowhere`);
  const [uri, range] = 'targetUri' in link ? [link.targetUri, link.targetRange] : [link.uri, link.range];
  return `${uri.scheme}:${uri.path.split('/').at(-1) ?? ''}:${range.start.line + 1}`;
}

describe('a pipeline that is being written', () => {
  // A file of its own for each: the editor saves and reloads files when it sees fit.
  let name = '';
  let count = 0;
  beforeEach(() => {
    name = `written-${(count += 1)}.openline.yaml`;
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.workspace.fs.delete(vscode.Uri.file(join(workspaceFolder(), name))).then(undefined, () => undefined);
  });

  it('gets suggestions: keys, values, names and fields that are known', async () => {
    const text = `${pipeline.replace('text: question', 'text: ')}budget:\n  \nconversion: { mode:  }\n`;
    const editor = await open(name, text);
    assert.deepEqual(labels(await suggestions(editor, 'budget:\n  ')).slice(0, 4), [
      'requests',
      'tokens',
      'cost',
      'minutes',
    ]);
    assert.deepEqual(labels(await suggestions(editor, '{ mode: ')), ['auto', 'local', 'model']);
    assert.ok(labels(await suggestions(editor, 'endpoint: ')).includes('sample'));
    assert.ok(labels(await suggestions(editor, 'prompt: ')).includes('subtopics'));
    assert.deepEqual(labels(await suggestions(editor, 'from: [')), ['docs', 'questions']);
    const fields = labels(await suggestions(editor, 'filter: { text: '));
    assert.ok(fields.includes('question') && fields.includes('text'), fields.join(', '));
  });

  it('offers whole pipelines and steps to start from, which are right as they stand', async () => {
    const editor = await open(name, 'recipe: open-qa\n');
    const { document } = editor;
    const setText = async (text: string | vscode.SnippetString): Promise<void> => {
      const whole = new vscode.Range(0, 0, document.lineCount, 0);
      const done =
        typeof text === 'string' ? editor.edit((edit) => edit.replace(whole, text)) : editor.insertSnippet(text, whole);
      assert.ok(await done);
    };
    await setText('');
    const items = await suggestions(editor, '');
    for (const title of ['pipeline of a recipe', 'pipeline by steps']) {
      const item = items.find(({ label }) => label === title);
      assert.ok(item?.insertText instanceof vscode.SnippetString, `no ${title} in ${labels(items).join(', ')}`);
      await setText(item.insertText);
      // A mistake is told soon after: one is made, so that its coming shows that the rest was looked at.
      await editor.edit((edit) => {
        edit.insert(document.lineAt(document.lineCount - 1).range.end, 'unknown_key: 1\n');
      });
      const { uri } = document;
      const told = await eventually(`what is wrong with ${title}`, () => {
        const found = vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Openline');
        return Promise.resolve(found.some(({ message }) => message.includes('unknown_key')) ? found : undefined);
      });
      assert.deepEqual(
        told.map(({ message }) => message).filter((message) => !message.includes('unknown_key')),
        [],
        document.getText(),
      );
    }
  });

  it('says what its keys and names mean', async () => {
    const { document } = await open(
      'written.openline.yaml',
      'openline: 1\nrecipe: open-qa\nwith: { n_subtopics: 2 }\n',
    );
    for (const [at, expected] of [
      ['recipe', /built.in pipeline/iu],
      ['open-qa', /question/iu],
      ['n_subtopics', /subtopics.*Default/isu],
    ] as const) {
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        document.positionAt(document.getText().indexOf(at) + 1),
      );
      const shown = hovers.flatMap(({ contents }) =>
        contents.map((part) => (part instanceof vscode.MarkdownString ? part.value : '')),
      );
      assert.match(shown.join('\n').replaceAll('&nbsp;', ' '), expected, at);
    }
  });

  it('leads to its templates, steps and profiles', async () => {
    await write('.openline/prompts/of-mine.prompt.md', 'About {text}.\n');
    await write('prompts/by-path.prompt.md', 'About {text}.\n');
    await write('.openline/endpoints.yaml', profiles);
    const own = `${pipeline}prompts:\n  kept: of-mine\n  docs: prompts/by-path.prompt.md\n`;
    const editor = await open(name, own);
    assert.equal(await definition(editor, 'closed-qa'), 'openline-builtin:closed-qa.prompt.md:1');
    assert.equal(await definition(editor, 'of-mine'), 'file:of-mine.prompt.md:1');
    assert.equal(await definition(editor, 'prompts/by-path'), 'file:by-path.prompt.md:1');
    assert.equal(await definition(editor, 'in-file'), 'file:endpoints.yaml:2');
    assert.equal(await definition(editor, 'from: docs', 7), `file:${name}:4`);
    assert.equal(await definition(editor, '[questions]'), `file:${name}:6`);
  });

  it('has an outline of steps and outputs, and Run, Preview, Estimate, Set Up above it', async () => {
    const { document } = await open(name, pipeline.replace('in-file', 'sample'));
    const symbols = await symbolsOf(document.uri);
    assert.deepEqual(
      symbols.map(({ name, detail }) => `${name} ${detail}`),
      ['docs read', 'questions generate', 'kept filter', 'data/kept.jsonl output'],
    );
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
      10,
    );
    assert.deepEqual(
      lenses.map(({ command }) => command?.title),
      ['Run', 'Preview', 'Estimate', 'Set Up'],
    );
  });
});

describe('the endpoint profiles that are being written', () => {
  it('get suggestions and an outline', async () => {
    const editor = await open('.openline/endpoints.yaml', `${profiles}default: \n`);
    assert.ok(labels(await suggestions(editor, 'kind: ')).includes('nemo-deploy'));
    assert.deepEqual(labels(await suggestions(editor, 'default: ')).includes('in-file'), true);
    assert.deepEqual(
      (await symbolsOf(editor.document.uri)).map(({ name }) => name),
      ['in-file'],
    );
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });
});

describe('the JSON Schemas for the YAML extension', () => {
  it('are the ones that the validators make', async () => {
    const extension = vscode.extensions.getExtension('openline.openline');
    const folder = extension?.extensionPath ?? '';
    const manifest: unknown = extension?.packageJSON;
    const schemas = await editorSchemas(join(folder, 'src/core/library/recipes'));
    for (const [name, schema] of Object.entries(schemas)) {
      assert.ok(JSON.stringify(manifest).includes(`"./dist/schemas/${name}"`), `${name} is not contributed`);
      const contributed = parseJson(await readFile(join(folder, 'dist/schemas', name), 'utf8'));
      assert.deepEqual(contributed, JSON.parse(JSON.stringify(schema)));
    }
  });
});
