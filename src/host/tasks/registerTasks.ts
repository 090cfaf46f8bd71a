import * as vscode from 'vscode';
import { TASK_TYPE } from '../ids.ts';
import { lazily } from '../lazily.ts';
import type { TasksOptions } from './pipelineTasks.ts';

/** Tasks of the type `openline`: one for each thing that can be done with a pipeline, found by themselves. */
export function registerTasks(options: TasksOptions): vscode.Disposable {
  const tasks = lazily(async () => {
    const { PipelineTasks } = await import('./pipelineTasks.ts');
    return new PipelineTasks(options);
  });
  return vscode.tasks.registerTaskProvider(TASK_TYPE, {
    provideTasks: async () => (await tasks()).found(),
    resolveTask: async (task) => (await tasks()).resolve(task),
  });
}
