import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { z } from 'zod';
import { endpointProfileSchema } from '../../src/core/endpoints/profile.ts';
import { editorRelay } from '../../src/host/adapters/editorRelay.ts';
import { EndpointProbe } from '../../src/host/endpoints/endpointProbe.ts';
import { COMMANDS } from '../../src/host/ids.ts';
import { QuestionChild } from '../../src/host/templates/questionChild.ts';
import { networkEnvironment } from '../../src/host/network.ts';
import { eventually, linesOf, newestRun, write } from './workspace.ts';

const pipeline = (model: string, output: string): string => `openline: 1
endpoint: editor
model: ${model}
recipe: open-qa
with: { n_macro_topics: 2, n_subtopics: 1, n_openlines: 2, n_revisions: 1 }
conversion: { mode: local }
output: ${output}
`;

const counter = z.custom<() => number>((value) => typeof value === 'function');
const testExtension = z.object({ asked: counter, cancelled: counter });

describe('the models that VS Code itself offers', () => {
  before(async () => {
    await vscode.workspace
      .getConfiguration('openline')
      .update('openStudioOnRun', false, vscode.ConfigurationTarget.Global);
    await write('.openline/endpoints.yaml', 'endpoints:\n  editor: { kind: vscode-lm, retries: 0 }\n');
    await eventually('the models of the test extension', async () => {
      const models = await vscode.lm.selectChatModels({ vendor: 'openline-tests' });
      return models.length >= 4 ? models : undefined;
    });
  });

  const extension = vscode.extensions.getExtension('openline.openline');
  const start = {
    script: join(extension?.extensionPath ?? '', 'dist', 'cli.js'),
    environment: networkEnvironment,
    relay: editorRelay,
  };
  const probe = new EndpointProbe(start);
  const named = (model: string) => ({
    name: 'editor',
    profile: endpointProfileSchema.parse({ kind: 'vscode-lm', model, retries: 0 }),
  });
  const never = new AbortController().signal;

  it('are listed by their vendor and id', async () => {
    const { names } = await probe.models(named('writer'), never);
    assert.ok(names.includes('openline-tests/writer'), names.join(', '));
  });

  it('run a pipeline from end to end, with their own count of tokens', async () => {
    const file = await write(
      'of-the-editor.openline.yaml',
      pipeline('openline-tests/writer', 'data/of-the-editor.jsonl'),
    );
    await vscode.commands.executeCommand(COMMANDS.run, file);
    const run = await newestRun('of-the-editor');
    assert.equal(run?.state, 'done');
    // (2 subtopics + 2 macro topics) · 2 openlines · 1 revision
    assert.equal((await linesOf('data/of-the-editor.jsonl')).length, 8);
    assert.ok(run.totals.tokens.prompt > 0 && run.totals.tokens.completion > 0);
  });

  it('answer a test of the connection, by family too', async () => {
    const result = await probe.test(named('family-writer'), never);
    assert.equal(result.ok, true, result.message);
    assert.match(result.message, /^openline-tests\/writer answered in /u);
  });

  it('say in plain words what is wrong: no such model, blocked, failed', async () => {
    const unknown = await probe.test(named('nobody/nothing'), never);
    assert.equal(unknown.failure, 'unknown-model');
    assert.match(unknown.message, /does not offer this model.*nobody\/nothing.*openline-tests\/writer/su);
    const blocked = await probe.test(named('openline-tests/blocked'), never);
    assert.equal(blocked.failure, 'payment', blocked.message);
    assert.match(blocked.message, /blocked for now.*the quota of today/u);
    const broken = await probe.test(named('openline-tests/broken'), never);
    assert.equal(broken.failure, 'server');
    assert.match(broken.message, /the provider fell over/u);
  });

  it('answer what a template preview tries, piece by piece, and their answer is read as a list', async () => {
    const child = new QuestionChild(start, () => undefined);
    const pieces: string[] = [];
    const answer = await child.ask(
      {
        profile: named('openline-tests/writer'),
        model: 'openline-tests/writer',
        messages: [{ role: 'user', content: 'Name 3 questions.' }],
        generation: {},
        expects: 'list',
      },
      (piece) => pieces.push(piece),
      never,
    );
    child.release();
    assert.ok(pieces.length >= 2, pieces.join('|'));
    assert.ok('text' in answer, JSON.stringify(answer));
    assert.equal(answer.text, pieces.join(''));
    assert.match(JSON.stringify(answer.reading), /Question 1 on 17 letters.*Question 3 on 17 letters/u);
  });

  it('are cancelled with the run', async () => {
    const provider = vscode.extensions.getExtension('openline-tests.model-provider');
    const { asked, cancelled } = testExtension.parse(await provider?.activate());
    const before = { asked: asked(), cancelled: cancelled() };
    const file = await write('endless.openline.yaml', pipeline('openline-tests/endless', 'data/endless.jsonl'));
    const ended = vscode.commands.executeCommand(COMMANDS.run, file);
    const { folder } = await eventually('the run', () => newestRun('endless'));
    await eventually('the question at the model', () => Promise.resolve(asked() > before.asked ? true : undefined));
    await vscode.commands.executeCommand(COMMANDS.cancel, folder);
    await ended;
    assert.equal((await newestRun('endless'))?.state, 'interrupted');
    await eventually('the end of the question', () =>
      Promise.resolve(cancelled() > before.cancelled ? true : undefined),
    );
  });
});
