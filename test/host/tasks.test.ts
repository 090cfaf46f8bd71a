import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { eventually, linesOf, newestRun, read, workspaceFolder, write } from './workspace.ts';

const good = `openline: 1
endpoint: sample
recipe: closed-qa
with: { files: [docs/*.md], n_openlines: 2 }
output: data/task.jsonl
`;

/** Runs a task to its end. @returns its exit status */
async function statusOf(task: vscode.Task): Promise<number | undefined> {
  const ended = Promise.withResolvers<number | undefined>();
  const { name } = task;
  const subscription = vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
    if (execution.task.name === name) ended.resolve(exitCode);
  });
  try {
    await vscode.tasks.executeTask(task);
    return await ended.promise;
  } finally {
    subscription.dispose();
  }
}

async function found(name: string): Promise<vscode.Task> {
  return eventually(`the task ${name}`, async () => {
    const tasks = await vscode.tasks.fetchTasks({ type: 'openline' });
    return tasks.find((task) => task.name === name);
  });
}

describe('tasks', () => {
  before(async () => {
    await write('task.openline.yaml', good);
    await write('task-wrong.openline.yaml', good.replace('closed-qa', 'closed-aq'));
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closePanel');
  });

  it('are found for each pipeline; one that runs it writes the output and ends well', async () => {
    const task = await found('run task.openline.yaml');
    assert.equal(task.group, vscode.TaskGroup.Build);
    assert.deepEqual(task.problemMatchers, ['$openline']);
    await found('preview task.openline.yaml');
    assert.equal(await statusOf(task), 0);
    assert.equal((await newestRun('task'))?.state, 'done', 'it is in the list of runs');
    assert.ok((await linesOf('data/task.jsonl')).length > 1);
  });

  it('fail where the pipeline cannot be run, and say where it is wrong', async () => {
    const task = await found('run task-wrong.openline.yaml');
    assert.equal(await statusOf(task), 2);
    assert.equal(await statusOf(await found('validate task-wrong.openline.yaml')), 2);
    const wrong = vscode.Uri.file(join(workspaceFolder(), 'task-wrong.openline.yaml'));
    const problem = await eventually('the problem that the matcher finds', () =>
      Promise.resolve(vscode.languages.getDiagnostics(wrong).find(({ message }) => message.includes('closed-aq'))),
    );
    assert.equal(problem.range.start.line, 2);
  });

  it('of tasks.json take options and other commands', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0];
    assert.ok(folder !== undefined);
    await write(
      '.vscode/tasks.json',
      JSON.stringify({
        version: '2.0.0',
        tasks: [
          {
            label: 'two records',
            type: 'openline',
            pipeline: '${workspaceFolder}/task.openline.yaml',
            args: ['--limit', '2'],
          },
          { label: 'no such option', type: 'openline', pipeline: 'task.openline.yaml', args: ['--frehs'] },
          {
            label: 'clean',
            type: 'openline',
            command: 'curate',
            pipeline: 'data/questions.jsonl',
            args: ['--check', '{ word_count: { min: 3 } }', '--output', 'data/task-clean.jsonl'],
          },
        ],
      }),
    );
    assert.equal(await statusOf(await found('two records')), 0);
    assert.equal((await linesOf('data/task.jsonl')).length, 2);
    assert.equal(await statusOf(await found('no such option')), 2);
    assert.equal(await statusOf(await found('clean')), 0);
    assert.notEqual(await read('data/task-clean.jsonl'), '');
  });

  describe('before a program is launched', () => {
    /** Launches a program that writes a file, after a task. @returns whether the program was started */
    async function launch(task: string): Promise<boolean> {
      const folder = vscode.workspace.workspaceFolders?.[0];
      await rm(join(workspaceFolder(), 'data/trained.txt'), { force: true });
      const trained = Promise.withResolvers<true>();
      const ended = vscode.debug.onDidTerminateDebugSession(() => {
        trained.resolve(true);
      });
      try {
        const started = await vscode.debug.startDebugging(folder, {
          ...{ type: 'node', request: 'launch', name: `after ${task}`, console: 'internalConsole' },
          ...{
            program: join(workspaceFolder(), 'train.mjs'),
            cwd: workspaceFolder(),
            runtimeExecutable: process.execPath,
          },
          preLaunchTask: task,
        });
        if (started) await trained.promise;
        return started;
      } finally {
        ended.dispose();
      }
    }

    before(async () => {
      await write(
        'train.mjs',
        "import { readFileSync, writeFileSync } from 'node:fs';\nwriteFileSync('data/trained.txt', String(readFileSync('data/task.jsonl', 'utf8').trim().split('\\n').length));\n",
      );
      // What stops the launch is asked about, unless it is settled.
      await vscode.workspace
        .getConfiguration('debug')
        .update('onTaskErrors', 'abort', vscode.ConfigurationTarget.Global);
    });

    it('a task makes the data; the program finds it', async () => {
      await rm(join(workspaceFolder(), 'data/task.jsonl'), { force: true });
      assert.equal(await launch('two records'), true);
      assert.equal(await read('data/trained.txt'), '2');
    });

    it('a task that fails stops the launch', async () => {
      assert.equal(await launch('Openline: run task-wrong.openline.yaml'), false);
      await assert.rejects(read('data/trained.txt'));
    });
  });
});
