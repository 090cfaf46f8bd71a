import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { answerChat } from '../../src/host/agents/participant.ts';
import { eventually, linesOf, newestRun, read, workspaceFolder, write } from './workspace.ts';

const PIPELINE = `openline: 1
endpoint: sample
recipe: closed-qa
with:
  documents: [Tides are the rise and fall of sea level.]
  n_openlines: 3
output: data/agent.jsonl
`;

async function call(name: string, input: object): Promise<string> {
  const { content } = await vscode.lm.invokeTool(`openline_${name}`, { input, toolInvocationToken: undefined });
  return content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
}

describe('the tools for language models', () => {
  it('are known to VS Code, and tell recipes, endpoints and mistakes', async () => {
    const names = vscode.lm.tools.map(({ name }) => name);
    assert.ok(names.includes('openline_run_pipeline'), names.join(', '));
    assert.match(await call('list_recipes', {}), /closed-qa/u);
    assert.match(await call('list_endpoints', {}), /built in, no network/u);
    await write('agentWrong.openline.yaml', PIPELINE.replace('closed-qa', 'closed-qu'));
    const told = await call('validate_pipeline', { pipeline: 'agentWrong.openline.yaml' });
    assert.match(told, /agentWrong\.openline\.yaml:3:9.*closed-qa/u);
  });

  it('write a pipeline, run it as a run of this window, and look at its records', async () => {
    const documents = ['Tides are the rise and fall of sea level.'];
    const input = { recipe: 'closed-qa', with: { documents, n_openlines: 3 }, output: 'data/agent.jsonl' };
    await call('propose_pipeline', { ...input, file: 'agent.openline.yaml' });
    assert.match(await read('agent.openline.yaml'), /recipe: closed-qa/u);
    assert.match(await call('estimate_run', { pipeline: 'agent.openline.yaml' }), /"requests"/u);
    assert.match(await call('run_pipeline', { pipeline: 'agent.openline.yaml' }), /"state": "done"/u);
    assert.equal((await linesOf('data/agent.jsonl')).length, 3);
    assert.equal((await newestRun('agent'))?.state, 'done');
    assert.match(
      await call('query_dataset', { dataset: 'data/agent.jsonl', where: 'len(prompt) > 0' }),
      /"matching": 3/u,
    );
  });

  it('go nowhere outside the open folder', async () => {
    await assert.rejects(call('query_dataset', { dataset: '../../../etc/passwd' }), /outside/u);
    await assert.rejects(call('propose_pipeline', { yaml: PIPELINE, file: '../x.openline.yaml' }), /outside/u);
    assert.equal(existsSync(join(workspaceFolder(), '..', 'x.openline.yaml')), false);
  });
});

describe('the chat participant', () => {
  /** What the person would see of an answer. */
  async function ask(prompt: string, command?: string): Promise<string> {
    let shown = '';
    const [model] = await eventually('the model of the tests', async () => {
      const models = await vscode.lm.selectChatModels({ vendor: 'openline-tests', family: 'family-agent' });
      return models.length === 0 ? undefined : models;
    });
    assert.ok(model !== undefined);
    const stream: Pick<vscode.ChatResponseStream, 'markdown' | 'progress'> = {
      markdown: (value) => (shown += typeof value === 'string' ? value : value.value),
      progress: () => undefined,
    };
    const request = { prompt, command, model, toolInvocationToken: undefined as never };
    const { errorDetails } = await answerChat(
      request,
      { history: [] },
      stream,
      new vscode.CancellationTokenSource().token,
    );
    assert.equal(errorDetails, undefined);
    return shown;
  }

  it('answers commands from the tools, without asking a model', async () => {
    assert.match(await ask('', 'recipes'), /closed-qa/u);
  });

  it('lets the chosen model call the tools, and words what they say', async () => {
    const shown = await ask('call openline_list_endpoints');
    assert.match(shown, /The tool said:[\s\S]*built in, no network/u);
  });

  it('carries out no other extension’s tools', async () => {
    assert.match(await ask('call other_tool'), /The tool said:[\s\S]*no tool of Openline/u);
  });
});
