import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { eventually, linesOf, newestRun, write } from './workspace.ts';

describe('Compare Runs', () => {
  it('shows pipelines, settings, figures and the records that differ, side by side', async () => {
    const folders: string[] = [];
    for (const prompt of ['Tell about', 'Ask about']) {
      const text = [
        'openline: 1',
        'endpoint: sample',
        'steps:',
        '  - { id: words, read: { values: [ebb, flood], into: word } }',
        `  - { id: answers, generate: { prompt: { text: '${prompt} {word}' }, expect: { text: answer } } }`,
        'output: data/compared.jsonl',
      ].join('\n');
      const pipeline = await write('compared.openline.yaml', `${text}\n`);
      await vscode.commands.executeCommand('openline.run', pipeline);
      const run = await eventually('the end of the run', async () => {
        const newest = await newestRun('compared');
        return newest?.state === 'done' && !folders.includes(newest.folder) ? newest : undefined;
      });
      folders.push(run.folder);
    }
    assert.equal((await linesOf('data/compared.jsonl')).length, 2);
    await vscode.commands.executeCommand('openline.compareRuns', folders[0], folders);
    const shown = await eventually('the documents of the comparison', () => {
      const documents = vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === 'openline-comparison');
      return Promise.resolve(documents.length >= 8 ? documents : undefined);
    });
    const textOf = (side: string, name: string): string =>
      shown.find(({ uri }) => uri.query.endsWith(`/${side}`) && uri.path.includes(name))?.getText() ?? '';
    assert.match(textOf('before', 'Pipeline'), /Tell about/u);
    assert.match(textOf('after', 'Pipeline'), /Ask about/u);
    assert.match(textOf('after', 'Settings'), /^steps\.answers\.template\.body: Ask about \{word\}$/mu);
    assert.match(textOf('before', 'Figures'), /^records: 2$/mu);
    const records = textOf('after', 'records');
    assert.match(records, /^\/\/ 0$/mu);
    assert.match(records, /"word": "flood"/u);
    assert.notEqual(records, textOf('before', 'records'));
  });
});
