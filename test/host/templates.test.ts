import assert from 'node:assert/strict';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { KeyStore } from '../../src/host/endpoints/keyStore.ts';
import { ProfileStore } from '../../src/host/endpoints/profileStore.ts';
import { PIPELINE_GLOB, PROMPT_GLOB } from '../../src/host/ids.ts';
import { builtInUri, TemplateFiles } from '../../src/host/templates/templateFiles.ts';
import { TemplateUses } from '../../src/host/templates/templateUses.ts';
import { PromptsTree, TaskItem, TemplateItem } from '../../src/host/trees/promptsTree.ts';
import { FileCatalog } from '../../src/host/workspace/fileCatalog.ts';
import { eventually, read, workspaceFolder, write } from './workspace.ts';

const template = `---
description: Subtopics
expects: list
sample: { macro_topic: Tides, n_subtopics: 3 }
---

Name {n_subtopics} subtopics of {macro_topic}.
`;

const pipelineOf = (prompt: string, output: string): string => `openline: 1
endpoint: sample
recipe: open-qa # keep
prompts: { subtopics: ${prompt} }
output: data/${output}.jsonl
`;

async function open(uri: vscode.Uri): Promise<vscode.TextEditor> {
  const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
  await eventually(`the language of ${uri.path}`, () =>
    Promise.resolve(editor.document.languageId === 'openline-prompt' ? true : undefined),
  );
  return editor;
}

async function findingsOf(
  uri: vscode.Uri,
  wanted: (codes: readonly unknown[]) => boolean,
): Promise<readonly vscode.Diagnostic[]> {
  return eventually(`what is said about ${uri.path}`, () => {
    const found = vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Openline');
    return Promise.resolve(wanted(found.map(({ code }) => code)) ? found : undefined);
  });
}

async function replace(editor: vscode.TextEditor, from: string, to: string): Promise<void> {
  const { document } = editor;
  const at = document.getText().indexOf(from);
  assert.ok(at >= 0, `${from} is not there`);
  const range = new vscode.Range(document.positionAt(at), document.positionAt(at + from.length));
  assert.ok(await editor.edit((builder) => builder.replace(range, to)));
}

async function fix(uri: vscode.Uri, { range }: vscode.Diagnostic, title: string): Promise<void> {
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    uri,
    range,
    vscode.CodeActionKind.QuickFix.value,
  );
  const action = actions.find((candidate) => candidate.title === title);
  assert.ok(action?.edit !== undefined, `no quick fix “${title}”: ${actions.map((one) => one.title).join(', ')}`);
  assert.ok(await vscode.workspace.applyEdit(action.edit));
}

describe('a template in the editor', () => {
  let uri: vscode.Uri;
  let name = '';
  let count = 0;
  beforeEach(async () => {
    // A file of its own for each: the editor saves and reloads files when it sees fit.
    name = `mine-${(count += 1)}`;
    uri = await write(`.openline/prompts/${name}.prompt.md`, template);
    await write('uses-mine.openline.yaml', pipelineOf(name, 'mine'));
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.workspace.fs.delete(vscode.Uri.file(join(workspaceFolder(), 'uses-mine.openline.yaml')));
    await vscode.workspace.fs.delete(uri).then(undefined, () => undefined);
  });

  it('has its own language, wherever it lies; the chat’s own prompt files keep theirs', async () => {
    await open(uri);
    await open(await write('prompts/elsewhere.prompt.md', template));
    for (const [file, text] of [
      ['.github/prompts/chat.prompt.md', 'Be nice.\n'],
      ['prompts/agent.prompt.md', '---\nmode: agent\n---\nBe nice.\n'],
    ] as const) {
      const document = await vscode.workspace.openTextDocument(await write(file, text));
      // What was opened after it has its language: nothing is on its way any more.
      await open(uri);
      assert.notEqual(document.languageId, 'openline-prompt', file);
      await vscode.workspace.fs.delete(document.uri);
    }
  });

  it('tells a misspelt placeholder by what the pipelines fill in, and mends it', async () => {
    const editor = await open(uri);
    await findingsOf(uri, (codes) => codes.length === 0);
    await replace(editor, 'of {macro_topic}', 'of {makro_topic}');
    const found = await findingsOf(uri, (codes) => codes.includes('misspelt-placeholder'));
    const misspelt = found.find(({ code }) => code === 'misspelt-placeholder');
    assert.ok(misspelt !== undefined);
    assert.equal(editor.document.getText(misspelt.range), '{makro_topic}');
    assert.match(misspelt.message, /step subtopics of uses-mine.*did you mean \{macro_topic\}/u);
    assert.ok(found.some(({ code }) => code === 'missing-placeholder'));
    await fix(uri, misspelt, 'Change to {macro_topic}');
    await findingsOf(uri, (codes) => codes.length === 0);
  });

  it('tells unbalanced braces and mistakes of the front matter where they are, and mends them', async () => {
    const editor = await open(uri);
    await replace(editor, 'subtopics of', 'subtopics } of');
    const brace = (await findingsOf(uri, (codes) => codes.includes('unbalanced-brace')))[0];
    assert.ok(brace !== undefined);
    assert.equal(editor.document.getText(brace.range), '}');
    await fix(uri, brace, 'Write }} for the brace itself');
    await findingsOf(uri, (codes) => codes.length === 0);
    await replace(editor, 'description:', 'desciption:');
    const [key] = await findingsOf(uri, (codes) => codes.includes('unknown-key'));
    assert.ok(key !== undefined);
    await fix(uri, key, 'Change to description');
    await replace(editor, 'expects: list', 'expects: lists');
    const [value] = await findingsOf(uri, (codes) => codes.includes('unknown-value'));
    assert.equal(value === undefined ? '' : editor.document.getText(value.range), 'lists');
  });

  it('completes placeholders and keys, and says where values come from', async () => {
    const editor = await open(uri);
    await replace(editor, 'of {macro_topic}.', 'of {mac}.');
    const at = editor.document.positionAt(editor.document.getText().indexOf('{mac}') + 4);
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      uri,
      at,
    );
    const item = list.items.find(({ label }) => label === 'macro_topic');
    assert.match(item?.detail ?? '', /uses-mine/u);
    await replace(editor, '{mac}', '{macro_topic}');

    const inside = editor.document.positionAt(editor.document.getText().indexOf('{macro_topic}') + 3);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', uri, inside);
    const text = hovers
      .flatMap(({ contents }) => contents.map((part) => (part instanceof vscode.MarkdownString ? part.value : '')))
      .join('\n');
    assert.match(text, /uses.*mine.*subtopics/su);
    assert.match(text, /Tides/u);

    await replace(editor, 'expects: list\n', '');
    const keys = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      uri,
      new vscode.Position(1, 0),
    );
    const labels = keys.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    assert.ok(labels.includes('expects') && labels.includes('system'), labels.join(', '));
    assert.ok(!labels.includes('description'), 'a key that is there is not offered again');
    const ofKey = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      uri,
      new vscode.Position(1, 2),
    );
    assert.equal(ofKey.length, 1);
  });

  it('takes the place of another in a pipeline, which keeps its comments', async () => {
    const file = await write('takes.openline.yaml', pipelineOf('other-subtopics', 'takes'));
    await write('.openline/prompts/other-subtopics.prompt.md', template);
    await write('uses-mine.openline.yaml', pipelineOf(name, 'mine'));
    const document = await eventually('the name in the pipeline', async () => {
      await vscode.commands.executeCommand('openline.useTemplate', uri, file, 'subtopics');
      const active = vscode.window.activeTextEditor?.document;
      return active?.uri.fsPath === file.fsPath && active.isDirty ? active : undefined;
    });
    assert.equal(document.getText(), pipelineOf(name, 'takes'));
    await vscode.commands.executeCommand('workbench.action.files.revert');
    for (const used of [file, vscode.Uri.file(join(workspaceFolder(), '.openline/prompts/other-subtopics.prompt.md'))])
      await vscode.workspace.fs.delete(used);
  });

  it('offers Preview, Try and its uses above the first line', async () => {
    await open(uri);
    const titles = await eventually('the lenses', async () => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 10);
      const found = lenses.map(({ command }) => command?.title ?? '');
      // The file that uses it was written a moment ago.
      return found.includes('used by 1 pipeline') ? found : undefined;
    });
    assert.deepEqual(titles, ['Preview', 'Try', 'used by 1 pipeline']);
  });

  it('takes its new name into the pipelines, comments and quotes left as they are', async () => {
    await write('sub/by-path.openline.yaml', pipelineOf(`"../.openline/prompts/${name}.prompt.md"`, 'by-path'));
    await write('other.openline.yaml', pipelineOf(`${name}-too`, 'other'));
    await vscode.commands.executeCommand('openline.renameTemplate', uri, 'renamed');
    assert.equal(await read('.openline/prompts/renamed.prompt.md'), template);
    assert.equal(await read('uses-mine.openline.yaml'), pipelineOf('renamed', 'mine'));
    assert.equal(
      await read('sub/by-path.openline.yaml'),
      pipelineOf('"../.openline/prompts/renamed.prompt.md"', 'by-path'),
    );
    assert.equal(await read('other.openline.yaml'), pipelineOf(`${name}-too`, 'other'));
    for (const file of ['.openline/prompts/renamed.prompt.md', 'sub/by-path.openline.yaml', 'other.openline.yaml']) {
      await vscode.workspace.fs.delete(vscode.Uri.file(join(workspaceFolder(), file)));
    }
  });
});

describe('templates', () => {
  const opened: vscode.Disposable[] = [];
  afterEach(() => {
    for (const disposable of opened.splice(0)) disposable.dispose();
  });

  it('built in are shown as documents that cannot be changed', async () => {
    const editor = await open(builtInUri('subtopics'));
    assert.match(editor.document.getText(), /Name \{n_subtopics\} subtopics/u);
    const before = editor.document.getText();
    await vscode.commands.executeCommand('type', { text: 'x' });
    assert.equal(editor.document.getText(), before);
    assert.equal(editor.document.isDirty, false);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });

  it('are listed by what they are for, with their uses, the person’s own as well', async () => {
    const library = join(vscode.extensions.getExtension('openline.openline')?.extensionPath ?? '', 'dist', 'library');
    const userFolder = await mkdtemp(join(tmpdir(), 'openline-user-'));
    await writeFile(join(userFolder, 'writing-of-mine.prompt.md'), 'Write.\n');
    await write('.openline/prompts/subtopics-mine.prompt.md', template);
    await write('uses-mine.openline.yaml', pipelineOf('subtopics-mine', 'mine'));
    await write('.github/prompts/chat.prompt.md', 'Be nice.\n');
    const pipelines = new FileCatalog(PIPELINE_GLOB);
    const files = new TemplateFiles({ catalog: new FileCatalog(PROMPT_GLOB), library, userFolder });
    const secrets: vscode.SecretStorage = {
      keys: () => Promise.resolve([]),
      get: () => Promise.resolve(undefined),
      store: () => Promise.resolve(),
      delete: () => Promise.resolve(),
      onDidChange: () => ({ dispose: () => undefined }),
    };
    const profiles = new ProfileStore(new KeyStore(secrets), () => Promise.resolve([]));
    const log = vscode.window.createOutputChannel('Openline test', { log: true });
    const uses = new TemplateUses({ files, pipelines, profiles, library, userFolder, log });
    const tree = new PromptsTree({
      files,
      uses: () => Promise.resolve(uses),
      fates: () =>
        Promise.resolve(
          new Map([['builtin:closed-qa', { runs: 2, accepted: 10, rejected: 3, cost: null, reasons: new Map() }]]),
        ),
      refresh: [],
    });
    opened.push(pipelines, files, tree, log);
    const found = new Map<string, string>();
    let usesOfMine: readonly unknown[] = [];
    for (const task of await tree.getChildren()) {
      if (!(task instanceof TaskItem)) continue;
      for (const item of await tree.getChildren(task)) {
        if (!(item instanceof TemplateItem)) continue;
        found.set(item.entry.id, `${task.task}: ${String(item.description)}`);
        if (item.entry.id === 'subtopics-mine') usesOfMine = (await tree.getChildren(item)).map(({ label }) => label);
      }
    }
    assert.equal(found.get('subtopics-mine'), 'Questions and answers: 1 pipeline');
    assert.deepEqual(usesOfMine, ['uses-mine']);
    assert.equal(found.get('writing-of-mine'), 'Writing: yours');
    assert.match(
      found.get('closed-qa') ?? '',
      /^Questions and answers: built-in · [1-9]\d* pipelines? · 10 accepted, 3 rejected$/u,
    );
    assert.match(found.get('distill') ?? '', /^Rewriting documents: built-in/u);
    assert.equal(found.has('chat'), false);
    for (const name of ['.openline/prompts/subtopics-mine.prompt.md', 'uses-mine.openline.yaml']) {
      await vscode.workspace.fs.delete(vscode.Uri.file(join(workspaceFolder(), name)));
    }
  });

  it('are imported from Python and plain texts, and exported to both', async () => {
    const python = await write(
      'theirs/prompts.py',
      'DEFAULT_SUBTOPICS_PROMPT_TEMPLATE = """Name {n_subtopics} subtopics of {macro_topic}."""\nimport os\n',
    );
    await vscode.commands.executeCommand('openline.importTemplates', python);
    assert.match(await read('.openline/prompts/curator-subtopics.prompt.md'), /Name \{n_subtopics\} subtopics/u);
    await write('texts/My Ode.txt', 'Write an ode to {thing}.\n');
    await vscode.commands.executeCommand('openline.importTemplates', vscode.Uri.file(join(workspaceFolder(), 'texts')));
    assert.equal(await read('.openline/prompts/my-ode.prompt.md'), 'Write an ode to {thing}.\n');

    const out = await mkdtemp(join(tmpdir(), 'openline-export-'));
    await vscode.commands.executeCommand('openline.exportTemplates', vscode.Uri.file(join(out, 'prompts.py')));
    const exported = await readFile(join(out, 'prompts.py'), 'utf8');
    assert.match(exported, /DEFAULT_SUBTOPICS_PROMPT_TEMPLATE = /u);
    assert.match(exported, /MY_ODE_PROMPT_TEMPLATE = /u);
    await vscode.commands.executeCommand('openline.exportTemplates', vscode.Uri.file(join(out, 'texts')));
    assert.equal(await readFile(join(out, 'texts', 'my-ode.txt'), 'utf8'), 'Write an ode to {thing}.\n');
    for (const name of ['curator-subtopics', 'my-ode']) {
      await vscode.workspace.fs.delete(
        vscode.Uri.file(join(workspaceFolder(), '.openline', 'prompts', `${name}.prompt.md`)),
      );
    }
  });
});
