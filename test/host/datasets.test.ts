import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { startModelServer } from '../support/modelServer.ts';
import { COMMANDS, DATASET_EDITOR } from '../../src/host/ids.ts';
import { eventually, workspaceFolder, write } from './workspace.ts';

const template = '.openline/prompts/of-boats.prompt.md';
const program = `from datasets import load_dataset
train = load_dataset("json", data_files="../data/boats.jsonl")
later = open("data/not-yet.jsonl")
other = open("data/questions.jsonl")
`;

async function titles(uri: vscode.Uri): Promise<readonly string[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 20);
  return lenses.map(({ command, range }) => `${range.start.line + 1} ${command?.title ?? ''}`);
}

describe('beside training code', () => {
  before(async () => {
    await vscode.workspace
      .getConfiguration('openline')
      .update('openStudioOnRun', false, vscode.ConfigurationTarget.Global);
    await write(template, '---\nexpects: list\n---\nTwo questions about {text}.\n');
    await write('.openline/prompts/of-boats-answered.prompt.md', 'Answer {question}\n');
    const pipeline = await write(
      'boats.openline.yaml',
      `openline: 1
endpoint: sample
steps:
  - { id: topics, read: { values: [Lighthouses, Ferries], into: text } }
  - { id: questions, generate: { prompt: of-boats, bind: { text: text }, expect: { list: question } } }
  - { id: answers, generate: { prompt: of-boats-answered, expect: { text: answer } } }
outputs:
  - { from: answers, path: data/boats.jsonl, format: jsonl }
`,
    );
    await write(
      'not-yet.openline.yaml',
      'openline: 1\nendpoint: sample\nrecipe: open-qa\noutput: data/not-yet.jsonl\n',
    );
    await vscode.commands.executeCommand(COMMANDS.run, pipeline);
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('a dataset tells its records, age and freshness; one that no pipeline has made yet how to make it', async () => {
    const file = await write('training/train.py', program);
    await vscode.workspace.openTextDocument(file);
    const shown = await eventually('the lenses of the datasets', async () => {
      const found = await titles(file);
      return found.length === 5 ? found : undefined;
    });
    // A file of the person's own, in the last line, has none.
    assert.deepEqual(shown.map((title) => title.replace(/\d+ records/u, 'N records')).sort(), [
      '2 N records · just now · fresh',
      '2 Open',
      '2 Regenerate',
      '3 Run',
      '3 not-yet.jsonl is not made yet: not-yet.openline.yaml makes it',
    ]);
  });

  it('Open shows the records in their viewer', async () => {
    const file = vscode.Uri.file(join(workspaceFolder(), 'training/train.py'));
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', file, 20);
    const open = lenses.find(({ command }) => command?.title === 'Open')?.command;
    assert.ok(open !== undefined);
    await vscode.commands.executeCommand(open.command, ...((open.arguments ?? []) as unknown[]));
    await eventually('the viewer of the dataset', () => {
      const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      const isViewer = input instanceof vscode.TabInputCustom && input.viewType === DATASET_EDITOR;
      return Promise.resolve(isViewer && input.uri.path.endsWith('/data/boats.jsonl') ? input : undefined);
    });
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });

  it('the mean score is told, and what it costs to refresh where there are prices', async () => {
    await write(
      'scored/.openline/endpoints.yaml',
      'endpoints:\n  priced: { kind: sample, model: sample, prices: { prompt: 2000, completion: 6000 } }\n',
    );
    const text = '---\nexpects: list\n---\nTwo questions about {text}.\n';
    const asked = await write('scored/.openline/prompts/of-scores.prompt.md', text);
    const scored = await write(
      'scored/scored.openline.yaml',
      `openline: 1
endpoint: priced
steps:
  - { id: topics, read: { values: [Lighthouses, Ferries], into: text } }
  - { id: questions, generate: { prompt: of-scores, bind: { text: text }, expect: { list: question } } }
  - { id: rated, modify: { set: { reward: { helpfulness: 2.5 } } } }
  - { id: short, filter: { text: question, checks: [{ word_count: { min: 0, max: 7 } }] } }
outputs:
  - { from: rated, path: data/scored.jsonl }
  - { from: short, path: data/short.jsonl }
`,
    );
    const settings = vscode.workspace.getConfiguration('openline');
    await settings.update('confirmRun', 'never', vscode.ConfigurationTarget.Global);
    await vscode.commands.executeCommand(COMMANDS.run, scored);
    await settings.update('confirmRun', undefined, vscode.ConfigurationTarget.Global);
    const file = await write('scored/train.py', 'open("data/scored.jsonl")\n');
    await vscode.workspace.openTextDocument(file);
    const [fresh] = await eventually('the facts of the scored dataset', async () => {
      const found = (await titles(file)).filter((title) => title.includes('fresh'));
      return found.length > 0 ? found : undefined;
    });
    assert.match(fresh ?? '', /records · .* · mean reward\.helpfulness 2\.5 · fresh$/u);

    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(asked));
    const made = await eventually('what the template made', async () =>
      (await titles(asked)).find((title) => title.includes('made')),
    );
    assert.match(made, /^1 made \d+ records · yield 100% · cost \d/u);

    await write('scored/.openline/prompts/of-scores.prompt.md', text.replace('Two', 'Both'));
    const stale = await eventually('the cost to refresh', async () =>
      (await titles(file)).find((title) => title.includes('stale')),
    );
    assert.match(stale, / · 2 requests to refresh, cost about \d+\.\d+$/u);
  });

  it('an edit of a template makes records stale, counted, with exactly what a run then asks to refresh them', async () => {
    const service = await startModelServer(() => ({ text: 'It is.' }));
    try {
      await write(
        'served/.openline/endpoints.yaml',
        `endpoints:\n  served: { base_url: '${service.url}', model: m, prices: { prompt: 2000, completion: 6000 } }\n`,
      );
      const topics = ['Tides', 'Ferries', 'Buoys', 'Piers'];
      const asking = await write('served/.openline/prompts/served-question.prompt.md', 'A question about {text}.\n');
      const answering = await write('served/.openline/prompts/served-answer.prompt.md', 'Answer {question}\n');
      const pipeline = await write(
        'served/served.openline.yaml',
        `openline: 1
endpoint: served
steps:
  - { id: topics, read: { values: [${topics.join(', ')}], into: text } }
  - { id: questions, generate: { prompt: served-question, expect: { text: question } } }
  - { id: answers, generate: { prompt: served-answer, expect: { text: answer } } }
outputs:
  - { from: answers, path: data/served.jsonl }
`,
      );
      const settings = vscode.workspace.getConfiguration('openline');
      await settings.update('confirmRun', 'never', vscode.ConfigurationTarget.Global);
      await vscode.commands.executeCommand(COMMANDS.run, pipeline);
      assert.equal(service.received.length, 8);
      const file = await write('served/train.py', 'open("data/served.jsonl")\n');
      await vscode.workspace.openTextDocument(file);
      const facts = (having: string): Promise<string> =>
        eventually(`that the dataset is ${having}`, async () =>
          (await titles(file)).find((title) => title.includes(having)),
        );
      await facts('fresh');

      const edit = async (template: vscode.Uri, at: vscode.Position, text: string): Promise<void> => {
        const document = await vscode.workspace.openTextDocument(template);
        const change = new vscode.WorkspaceEdit();
        change.insert(document.uri, at, text);
        assert.ok(await vscode.workspace.applyEdit(change));
        assert.ok(await document.save());
      };
      await edit(answering, new vscode.Position(0, 0), 'In a word: ');
      assert.match(
        await facts('stale'),
        /^1 4 records · .* · 4 stale: the template of answers has changed · 4 requests to refresh, cost about \d+\.\d+$/u,
      );
      await vscode.commands.executeCommand(COMMANDS.run, pipeline);
      assert.equal(service.received.length, 12);
      await facts('fresh');

      // What follows from other questions is known by what followed from the former ones.
      await edit(asking, new vscode.Position(0, 0), 'Ask ');
      assert.match(await facts('stale'), / · 4 stale: .* · about 8 requests to refresh, cost about/u);
      // Back again: every answer is there, and the dataset need only be put together.
      await edit(asking, new vscode.Position(0, 0), 'Now ');
      await vscode.commands.executeCommand(COMMANDS.run, pipeline);
      await write('served/.openline/prompts/served-question.prompt.md', 'A question about {text}.\n');
      assert.match(
        await facts('nothing to ask'),
        / stale: the template of questions has changed · nothing to ask to refresh$/u,
      );
      await settings.update('confirmRun', undefined, vscode.ConfigurationTarget.Global);
    } finally {
      await service.close();
    }
  });

  it('a cell of a notebook has them as well', async () => {
    const cell = new vscode.NotebookCellData(vscode.NotebookCellKind.Code, 'open("data/boats.jsonl")', 'python');
    const notebook = await vscode.workspace.openNotebookDocument('jupyter-notebook', new vscode.NotebookData([cell]));
    const uri = notebook.cellAt(0).document.uri;
    await vscode.window.showNotebookDocument(notebook);
    assert.match((await titles(uri)).join('\n'), /records · .* · fresh$/mu);
  });

  it('code that loads a dataset is written at the cursor, with the path from there', async () => {
    const file = await write('training/empty.py', '');
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file));
    const dataset = vscode.Uri.file(join(workspaceFolder(), 'data/boats.jsonl'));
    await vscode.commands.executeCommand(COMMANDS.insertLoadingCode, dataset, 'datasets');
    const editor = vscode.window.activeTextEditor;
    assert.match(editor?.document.getText() ?? '', /load_dataset\("json", data_files="\.\.\/data\/boats\.jsonl"/u);
    // A configuration does not go into a program.
    await vscode.commands.executeCommand(COMMANDS.insertLoadingCode, dataset, 'axolotl');
    const other = vscode.window.activeTextEditor?.document;
    assert.equal(other?.languageId, 'yaml');
    assert.match(other.getText(), /path: data\/boats\.jsonl/u);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    // A pipeline is YAML, too, and no place for it.
    const pipeline = vscode.Uri.file(join(workspaceFolder(), 'boats.openline.yaml'));
    const document = await vscode.workspace.openTextDocument(pipeline);
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand(COMMANDS.insertLoadingCode, dataset, 'axolotl');
    assert.equal(document.isDirty, false);
    assert.notEqual(vscode.window.activeTextEditor?.document, document);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });
});
