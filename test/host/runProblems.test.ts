import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { COMMANDS } from '../../src/host/ids.ts';
import { eventually, newestRun, workspaceFolder, write } from './workspace.ts';

const name = 'turned-down.openline.yaml';
const pipeline = `openline: 1
endpoint: sample
steps:
  - { id: topics, read: { values: [Lighthouses, Ferries], into: text } }
  - id: questions
    generate:
      { prompt: of-harbours, bind: { text: text }, expect: { list: question } }
  - id: kept # only the long ones
    filter: { text: question, checks: [{ word_count: { min: 500 } }] }
`;

const problems = (): readonly vscode.Diagnostic[] =>
  vscode.languages
    .getDiagnostics(vscode.Uri.file(join(workspaceFolder(), name)))
    .filter(({ source }) => source === 'Openline run');

/** The problems of the last run, once there are so many. */
async function eventuallyProblems(count: number): Promise<readonly vscode.Diagnostic[]> {
  return eventually(`${count} problems of the run`, () => {
    const found = problems();
    return Promise.resolve(found.length === count ? found : undefined);
  });
}

async function fixes(file: vscode.Uri, { range }: vscode.Diagnostic): Promise<readonly vscode.CodeAction[]> {
  await vscode.workspace.openTextDocument(file);
  return vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    file,
    range,
    vscode.CodeActionKind.QuickFix.value,
  );
}

const fix = (all: readonly vscode.CodeAction[], title: RegExp): vscode.CodeAction =>
  all.find((one) => title.test(one.title)) ??
  assert.fail(`no fix ${String(title)} in ${all.map((one) => one.title).join('\n')}`);

async function carryOut({ command }: vscode.CodeAction): Promise<void> {
  assert.ok(command !== undefined);
  await vscode.commands.executeCommand(command.command, ...((command.arguments ?? []) as unknown[]));
}

describe('what a run turned down', () => {
  before(async () => {
    await vscode.workspace
      .getConfiguration('openline')
      .update('openStudioOnRun', false, vscode.ConfigurationTarget.Global);
    await write('.openline/prompts/of-harbours.prompt.md', '---\nexpects: list\n---\nTwo questions about {text}.\n');
  });

  it('is a problem of its step, with request and template, that can be loosened away', async () => {
    const file = await write(name, pipeline);
    await vscode.commands.executeCommand(COMMANDS.run, file);
    const run = await newestRun('turned-down');
    assert.equal(run?.state, 'done');
    const [problem] = await eventuallyProblems(1);
    assert.ok(problem !== undefined);
    assert.equal(problem.range.start.line, 7);
    assert.match(problem.message, /kept rejected [\d,]+ of [\d,]+: word-count\. .*the minimum is 500/u);
    assert.equal(problem.severity, vscode.DiagnosticSeverity.Information, 'a filter does what it was told to');
    const [request] = problem.relatedInformation ?? [];
    const shown = await vscode.workspace.openTextDocument(request?.location.uri ?? assert.fail('no related request'));
    assert.match(shown.getText(), /Two questions about/u);

    // Less strict, with what stands around it left alone.
    const loosen = fix(await fixes(file, problem), /^Loosen kept: set word_count min to \d+$/u);
    assert.ok(loosen.edit !== undefined && (await vscode.workspace.applyEdit(loosen.edit)));
    const document = await vscode.workspace.openTextDocument(file);
    assert.match(document.getText(), /- id: kept # only the long ones\n {4}filter: .*min: \d{1,2} /u);
    await vscode.commands.executeCommand(COMMANDS.run, file);
    await eventuallyProblems(0);
    const again = await newestRun('turned-down');
    assert.equal(again?.totals.requests, 0, 'nothing was asked again');
  });

  it('is asked for again, and all else reused', async () => {
    const file = await write(
      name,
      pipeline.replace('text: question, checks: [{ word_count: { min: 500 } }]', 'when: "text == \'Ferries\'"'),
    );
    await vscode.commands.executeCommand(COMMANDS.run, file);
    const [problem] = await eventuallyProblems(1);
    assert.ok(problem !== undefined);
    await carryOut(fix(await fixes(file, problem), /^Ask again .*all else is reused$/u));
    const run = await newestRun('turned-down');
    assert.deepEqual([run?.totals.requests, run?.totals.reused], [1, 1]);
  });

  it('goes when the person dismisses it, or turns the problems of runs off', async () => {
    const file = vscode.Uri.file(join(workspaceFolder(), name));
    const settings = vscode.workspace.getConfiguration('openline');
    await settings.update('showRunProblems', false, vscode.ConfigurationTarget.Global);
    await eventuallyProblems(0);
    await settings.update('showRunProblems', undefined, vscode.ConfigurationTarget.Global);
    const [problem] = await eventuallyProblems(1);
    assert.ok(problem !== undefined);
    await carryOut(fix(await fixes(file, problem), /^Leave it out/u));
    await eventuallyProblems(0);
  });
});
